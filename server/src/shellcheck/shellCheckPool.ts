import type { ShellCheck } from "./shellCheck.ts";
import type { ShellComment } from "./shellComment.ts";

/** Several ShellChecks as one, each with one script at a time. */
export class ShellCheckPool implements ShellCheck {
  readonly #free: ShellCheck[];
  readonly #all: readonly ShellCheck[];
  readonly #waiting: ((shellCheck: ShellCheck) => void)[] = [];

  constructor(all: readonly ShellCheck[]) {
    this.#all = all;
    this.#free = [...all];
  }

  async check(script: string, signal: AbortSignal): Promise<readonly ShellComment[]> {
    const shellCheck = this.#free.pop() ?? (await this.#turn());
    try {
      return await shellCheck.check(script, signal);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#free.push(shellCheck);
      } else {
        next(shellCheck);
      }
    }
  }

  stop(): void {
    for (const each of this.#all) {
      each.stop();
    }
  }

  async #turn(): Promise<ShellCheck> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
