import { readFile } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { type ShellCheckModule, startShellCheck } from "./shellCheckModule.ts";
import { webAssembly } from "./webAssembly.ts";
import type { WorkerAnswer, WorkerQuestion } from "./wasmShellCheck.ts";

/** More memory than this is given back, by starting afresh. */
const enoughMemory = 128 * 1024 * 1024;

/** The whole life of the worker: it answers one question after the other, until it is ended. */
function main(): void {
  const port = parentPort;
  const file: unknown = workerData;
  if (port === null || typeof file !== "string") {
    throw new Error("This runs as a worker only.");
  }
  let compiled: Promise<WebAssembly.Module> | undefined;
  let running: ShellCheckModule | undefined;
  port.on("message", (question: WorkerQuestion) => {
    void answer(question).then((each) => port.postMessage(each));
  });

  async function start(): Promise<ShellCheckModule> {
    compiled ??= readFile(String(file)).then(async (bytes) => webAssembly().compile(bytes));
    return startShellCheck(await compiled);
  }

  async function answer({ id, script, exclude }: WorkerQuestion): Promise<WorkerAnswer> {
    try {
      running ??= await start();
    } catch (error) {
      return { id, error: messageOf(error), cannotStart: true };
    }
    const shellCheck = running;
    try {
      const output = await shellCheck.lint(script, { exclude });
      running = shellCheck.memorySize() > enoughMemory ? undefined : shellCheck;
      return { id, output };
    } catch (error) {
      // What a trap leaves behind is not to be trusted.
      running = undefined;
      return { id, error: messageOf(error), cannotStart: false };
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main();
