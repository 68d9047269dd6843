/** A test that runs inside VS Code's extension host. */
export interface EditorTest {
  readonly name: string;
  readonly body: () => void | Promise<void>;
  /** Milliseconds. */
  readonly timeout: number;
}

// Each test file is a bundle with a copy of this module, so the list hangs on the global object.
const registry = globalThis as { [key: symbol]: EditorTest[] | undefined };
const registryKey = Symbol.for("slipway.editorTests");

/**
 * Registers a test; its name is a sentence about behaviour. Tests run one after another, in the order of
 * their files and of their registration, in one window.
 */
export function test(
  name: string,
  body: () => void | Promise<void>,
  { timeout = 30_000 }: { readonly timeout?: number } = {},
): void {
  (registry[registryKey] ??= []).push({ name, body, timeout });
}

/** The tests that were registered since this was last called. */
export function takeTests(): readonly EditorTest[] {
  const taken = registry[registryKey] ?? [];
  registry[registryKey] = [];
  return taken;
}

/**
 * Looks again and again until the condition gives something other than `undefined` and `false`, and gives
 * that. `what` completes the sentence "Waited for …", `deadline` is in milliseconds.
 */
export async function waitFor<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  { what, deadline = 15_000 }: { readonly what: string; readonly deadline?: number },
): Promise<T> {
  for (const end = performance.now() + deadline; ;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end)
      throw new Error(`Waited for ${what} for ${deadline / 1000} s in vain.`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
