import type { BuildContext, FindBuildContext } from "./buildContext.ts";

/** Build contexts that remember what they have read. */
export interface RememberedContexts {
  readonly find: FindBuildContext;
  /** Has to be called when files have changed. */
  forget(): void;
}

/**
 * Remembers for a moment what the contexts say, so that somebody who types does not make the disk work for
 * each key. Longer than `milliseconds` nothing is remembered, for not every change is told of.
 */
export function rememberedContexts(
  find: FindBuildContext,
  milliseconds: number,
): RememberedContexts {
  const contexts = new Map<string, { readonly since: number; readonly context: BuildContext }>();
  return {
    find(uri) {
      const now = performance.now();
      const known = contexts.get(uri);
      if (known !== undefined && now - known.since < milliseconds) {
        return known.context;
      }
      const context = find(uri);
      if (context === undefined) {
        return undefined;
      }
      for (const [other, { since }] of contexts) {
        if (now - since >= milliseconds) {
          contexts.delete(other);
        }
      }
      const remembering = new RememberingContext(context);
      contexts.set(uri, { since: now, context: remembering });
      return remembering;
    },
    forget: () => contexts.clear(),
  };
}

class RememberingContext implements BuildContext {
  readonly #context: BuildContext;
  readonly #lists = new Map<string, ReturnType<BuildContext["list"]>>();
  #ignoreFile: ReturnType<BuildContext["ignoreFile"]> | undefined;

  constructor(context: BuildContext) {
    this.#context = context;
  }

  ignoreFile(): ReturnType<BuildContext["ignoreFile"]> {
    return (this.#ignoreFile ??= this.#context.ignoreFile());
  }

  list(directory: string): ReturnType<BuildContext["list"]> {
    const known = this.#lists.get(directory);
    if (known !== undefined) {
      return known;
    }
    const fresh = this.#context.list(directory);
    this.#lists.set(directory, fresh);
    return fresh;
  }
}
