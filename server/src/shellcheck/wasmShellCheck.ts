import { Worker } from "node:worker_threads";
import { excludedCodes } from "./excludedCodes.ts";
import { type ShellCheck, ShellCheckFailure } from "./shellCheck.ts";
import { type ShellComment, readComments } from "./shellComment.ts";

export interface WorkerQuestion {
  readonly id: number;
  readonly script: string;
  readonly exclude: readonly number[];
}

export type WorkerAnswer =
  | { readonly id: number; readonly output: string }
  | { readonly id: number; readonly error: string; readonly cannotStart: boolean };

export interface WasmShellCheckOptions {
  /** The bundled worker. */
  readonly workerFile: string;
  /** ShellCheck's WebAssembly. */
  readonly wasmFile: string;
  /** Milliseconds without a question after which the worker is ended and its memory given back. */
  readonly idle?: number;
  /** Milliseconds that a script may take. */
  readonly patience?: number;
}

/**
 * ShellCheck's WebAssembly in a worker thread. The worker is started with the first script, takes one
 * script at a time, and is ended when it is not needed any more or does not come to an end itself.
 */
export class WasmShellCheck implements ShellCheck {
  readonly #options: Required<WasmShellCheckOptions>;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(options: WasmShellCheckOptions) {
    this.#options = { idle: 60_000, patience: 15_000, ...options };
  }

  /** Whether the worker runs. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  async check(script: string, signal: AbortSignal): Promise<readonly ShellComment[]> {
    const turn = this.#last.then(async () => {
      signal.throwIfAborted();
      return this.#ask(script, signal);
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  stop(): void {
    clearTimeout(this.#idle);
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #ask(script: string, signal: AbortSignal): Promise<readonly ShellComment[]> {
    clearTimeout(this.#idle);
    const worker = this.#worker ?? this.#start();
    // The program may end while the worker waits.
    worker.ref();
    const id = ++this.#lastId;
    try {
      const answer = await this.#answerOf(
        worker,
        { id, script, exclude: [...excludedCodes] },
        signal,
      );
      if ("error" in answer) {
        throw new ShellCheckFailure(`ShellCheck: ${answer.error}`, answer);
      }
      const comments = readComments(answer.output);
      if (comments === undefined) {
        throw new ShellCheckFailure(`ShellCheck: ${answer.output}`, { cannotStart: false });
      }
      return comments;
    } finally {
      worker.unref();
      this.#idle = setTimeout(() => {
        this.stop();
      }, this.#options.idle);
      this.#idle.unref();
    }
  }

  #start(): Worker {
    const { workerFile, wasmFile } = this.#options;
    const worker = new Worker(workerFile, { workerData: wasmFile });
    // It may also end while nobody asks it anything.
    const forget = (): void => {
      if (this.#worker === worker) {
        this.#worker = undefined;
      }
    };
    worker.on("error", forget).on("exit", forget);
    this.#worker = worker;
    return worker;
  }

  async #answerOf(
    worker: Worker,
    question: WorkerQuestion,
    signal: AbortSignal,
  ): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      const { patience } = this.#options;
      const fail = (message: string, cannotStart: boolean): void => {
        end();
        this.stop();
        reject(new ShellCheckFailure(message, { cannotStart }));
      };
      const timers = [
        setTimeout(() => {
          fail(`ShellCheck did not come to an end within ${patience / 1000} seconds.`, false);
        }, patience),
      ];
      const onAbort = (): void => {
        timers.push(setTimeout(fail, graceOfUnwanted, "Nobody waits for ShellCheck.", false));
      };
      const onMessage = (answer: WorkerAnswer): void => {
        if (answer.id === question.id) {
          end();
          resolve(answer);
        }
      };
      const onError = (error: unknown): void => {
        fail(`ShellCheck: ${error instanceof Error ? error.message : String(error)}`, true);
      };
      const onExit = (): void => {
        fail("ShellCheck was ended.", false);
      };
      const end = (): void => {
        timers.forEach(clearTimeout);
        signal.removeEventListener("abort", onAbort);
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      };
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      signal.addEventListener("abort", onAbort);
      worker.postMessage(question, []);
    });
  }
}

/** Milliseconds that a script may still take which nobody waits for: most are done by then, and starting afresh costs more. */
const graceOfUnwanted = 500;
