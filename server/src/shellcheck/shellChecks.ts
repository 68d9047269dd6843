import { findInstalledShellCheck, InstalledShellCheck } from "./installedShellCheck.ts";
import type { ShellCheck } from "./shellCheck.ts";
import { ShellCheckPool } from "./shellCheckPool.ts";
import { WasmShellCheck, type WasmShellCheckOptions } from "./wasmShellCheck.ts";

export interface ShellCheckChoice {
  /** The program to run; empty to run one that is installed, or else the build that comes with us. */
  readonly path: string;
  /** Whether a program may be run at all; the build that comes with us is none. */
  readonly mayRun: boolean;
}

/** Every ShellCheck that is in use. */
export class ShellChecks {
  /** The one that comes with us, which needs nothing installed. */
  readonly bundled: ShellCheck;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #atOnce: number;
  readonly #installed = new Map<string, ShellCheck>();
  #found: Promise<string | undefined> | undefined;

  /** `atOnce` is how many scripts are checked at the same time. */
  constructor(
    bundled: WasmShellCheckOptions,
    environment: Readonly<Record<string, string | undefined>>,
    atOnce = 1,
  ) {
    this.#environment = environment;
    this.#atOnce = atOnce;
    this.bundled = this.#pool(() => new WasmShellCheck(bundled));
  }

  async of({ path, mayRun }: ShellCheckChoice): Promise<ShellCheck> {
    if (!mayRun) {
      return this.bundled;
    }
    this.#found ??= findInstalledShellCheck(this.#environment);
    const program = path === "" ? await this.#found : path;
    if (program === undefined) {
      return this.bundled;
    }
    const before = this.#installed.get(program);
    if (before !== undefined) {
      return before;
    }
    const fresh = this.#pool(() => new InstalledShellCheck(program));
    this.#installed.set(program, fresh);
    return fresh;
  }

  stop(): void {
    this.bundled.stop();
    for (const each of this.#installed.values()) {
      each.stop();
    }
  }

  #pool(make: () => ShellCheck): ShellCheck {
    return new ShellCheckPool(Array.from({ length: this.#atOnce }, make));
  }
}
