import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { excludedCodes } from "./excludedCodes.ts";
import { type ShellCheck, ShellCheckFailure } from "./shellCheck.ts";
import { type ShellComment, readComments } from "./shellComment.ts";

/** Milliseconds that a script may take. */
const patience = 15_000;

/** The `shellcheck` that somebody has installed: a process for each script, which reads it from its standard input. */
export class InstalledShellCheck implements ShellCheck {
  readonly #program: string;
  readonly #running = new Set<AbortController>();

  /** `program` is its path. */
  constructor(program: string) {
    this.#program = program;
  }

  async check(script: string, signal: AbortSignal): Promise<readonly ShellComment[]> {
    signal.throwIfAborted();
    const stopped = new AbortController();
    this.#running.add(stopped);
    try {
      return await this.#run(
        script,
        AbortSignal.any([signal, stopped.signal, AbortSignal.timeout(patience)]),
      );
    } finally {
      this.#running.delete(stopped);
    }
  }

  stop(): void {
    for (const each of this.#running) {
      each.abort();
    }
  }

  async #run(script: string, signal: AbortSignal): Promise<readonly ShellComment[]> {
    // A configuration file of ShellCheck would be looked for around our working folder, which says nothing.
    const options = ["--norc", "--format=json", `--exclude=${[...excludedCodes].join(",")}`, "-"];
    return new Promise((resolve, reject) => {
      const child = spawn(this.#program, options, { signal, windowsHide: true });
      const output: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
      child.stderr.resume();
      // It may end without having read all.
      child.stdin.on("error", () => undefined);
      child.on("error", (error) => {
        reject(
          signal.aborted
            ? error
            : new ShellCheckFailure(`${this.#program}: ${error.message}`, { cannotStart: true }),
        );
      });
      child.on("close", (code) => {
        const comments = readComments(Buffer.concat(output).toString("utf8"));
        if (comments === undefined) {
          const message = `${this.#program} ended with code ${code} and without a list of comments.`;
          reject(new ShellCheckFailure(message, { cannotStart: true }));
        } else {
          resolve(comments);
        }
      });
      child.stdin.end(script);
    });
  }
}

/** The `shellcheck` on the PATH; `undefined` when there is none. Folders that are not absolute do not count. */
export async function findInstalledShellCheck(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const path = environment["PATH"] ?? environment["Path"] ?? "";
  const name = process.platform === "win32" ? "shellcheck.exe" : "shellcheck";
  for (const folder of path.split(delimiter)) {
    const program = join(folder, name);
    if (isAbsolute(folder) && (await isExecutable(program))) {
      return program;
    }
  }
  return undefined;
}

async function isExecutable(program: string): Promise<boolean> {
  try {
    await access(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
