import { findInstalledShellCheck, InstalledShellCheck } from "./installedShellCheck.ts";
import type { ShellCheck } from "./shellCheck.ts";
import { WasmShellCheck, type WasmShellCheckOptions } from "./wasmShellCheck.ts";

export interface ShellCheckChoice {
  /** The program to run; empty to run one that is installed, or else the build that comes with us. */
  readonly path: string;
  /** Whether a program may be run at all; the build that comes with us is none. */
  readonly mayRun: boolean;
}

/** Every ShellCheck that is in use. */
export class ShellChecks {
  readonly #bundled: WasmShellCheck;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #installed = new Map<string, ShellCheck>();
  #found: Promise<string | undefined> | undefined;

  constructor(
    bundled: WasmShellCheckOptions,
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.#bundled = new WasmShellCheck(bundled);
    this.#environment = environment;
  }

  /** The one that comes with us, which needs nothing installed. */
  get bundled(): ShellCheck {
    return this.#bundled;
  }

  async of({ path, mayRun }: ShellCheckChoice): Promise<ShellCheck> {
    if (!mayRun) {
      return this.#bundled;
    }
    this.#found ??= findInstalledShellCheck(this.#environment);
    const program = path === "" ? await this.#found : path;
    if (program === undefined) {
      return this.#bundled;
    }
    const before = this.#installed.get(program);
    if (before !== undefined) {
      return before;
    }
    const fresh = new InstalledShellCheck(program);
    this.#installed.set(program, fresh);
    return fresh;
  }

  stop(): void {
    this.#bundled.stop();
    for (const each of this.#installed.values()) {
      each.stop();
    }
  }
}
