import { connect, type Socket } from "node:net";
import { formatWithOptions } from "node:util";
import { takeTests, type EditorTest } from "./harness.ts";

/** What the runner outside is told, one JSON value in each line. */
export type EditorEvent =
  | { readonly event: "passed"; readonly name: string; readonly milliseconds: number }
  | {
      readonly event: "failed";
      readonly name: string;
      readonly milliseconds: number;
      readonly error: string;
    }
  | { readonly event: "log"; readonly text: string }
  | { readonly event: "finished" };

/**
 * VS Code calls this inside the extension host. Runs the test files that the runner names. Rejects
 * when a test failed, so that VS Code's own exit code tells as well.
 */
export async function run(): Promise<void> {
  const socket = await openSocket(process.env["SLIPWAY_EDITOR_SOCKET"] ?? "");
  const send = (event: EditorEvent) => void socket.write(`${JSON.stringify(event)}\n`);
  redirectConsole(send);
  let failures = 0;
  const files: readonly string[] = JSON.parse(process.env["SLIPWAY_EDITOR_TESTS"] ?? "[]");
  for (const file of files) {
    for (const test of load(file)) {
      const began = performance.now();
      const error = await outcome(test);
      const milliseconds = Math.round(performance.now() - began);
      if (error === undefined) {
        send({ event: "passed", name: test.name, milliseconds });
      } else {
        failures++;
        send({ event: "failed", name: test.name, milliseconds, error });
      }
    }
  }
  send({ event: "finished" });
  await new Promise<void>((done) => socket.end(done));
  if (failures > 0) throw new Error(`${failures} failed`);
}

/** The tests of one file; one that fails to load is a failing test. */
function load(path: string): readonly EditorTest[] {
  try {
    require(path);
    return takeTests();
  } catch (error) {
    takeTests();
    return [{ name: `${path} loads`, body: () => Promise.reject(error), timeout: 1000 }];
  }
}

/** What went wrong, with its stack; `undefined` when nothing did. */
async function outcome({ body, timeout }: EditorTest): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`The test has not ended after ${timeout / 1000} s.`);
    timer = setTimeout(() => reject(error), timeout);
  });
  try {
    await Promise.race([body(), late]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(timer);
  }
}

async function openSocket(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(socket)).once("error", reject);
  });
}

/** VS Code mixes the extension host's console with its own log, and seals its methods. */
function redirectConsole(send: (event: EditorEvent) => void): void {
  const replaced: Console = Object.create(console);
  for (const level of ["log", "info", "debug", "warn", "error"]) {
    const value = (...parts: unknown[]) =>
      send({ event: "log", text: formatWithOptions({}, ...parts) });
    Object.defineProperty(replaced, level, { value });
  }
  globalThis.console = replaced;
}
