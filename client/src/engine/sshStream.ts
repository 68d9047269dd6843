import { spawn } from "node:child_process";
import { Duplex } from "node:stream";
import type { Address } from "./dial.ts";
import { EngineError } from "./engineError.ts";
import { sshFailure } from "./sshFailure.ts";

/**
 * A stream to an engine behind ssh, made the way the docker CLI makes it: by
 * the system's own ssh, which runs `docker system dial-stdio` over there, so
 * that the user's ssh configuration, agents, jump hosts and hardware keys
 * count. One process per stream; it ends with the stream.
 */
export function sshStream(address: Extract<Address, { kind: "ssh" }>): Duplex {
  return new SshStream(address);
}

/** The arguments for the system's ssh. */
export function sshArguments(address: Extract<Address, { kind: "ssh" }>): readonly string[] {
  return [
    // Nobody is there to answer a question; failing beats hanging.
    "-o",
    "BatchMode=yes",
    "-o",
    "ConnectTimeout=30",
    "-o",
    "ServerAliveInterval=15",
    "-T",
    ...(address.user === undefined ? [] : ["-l", address.user]),
    ...(address.port === undefined ? [] : ["-p", String(address.port)]),
    "--",
    address.host,
    "docker",
    // The remote shell splits words, so the path is quoted for it.
    ...(address.path === undefined
      ? []
      : ["--host", `'unix://${address.path.replaceAll("'", "'\\''")}'`]),
    "system",
    "dial-stdio",
  ];
}

/** Looks enough like a socket for node's http agent, which keeps it alive between requests. */
class SshStream extends Duplex {
  readonly #child;
  #complaint = "";

  constructor(address: Extract<Address, { kind: "ssh" }>) {
    super();
    const child = spawn("ssh", sshArguments(address), {
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    this.#child = child;
    child.stdout.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) {
        child.stdout.pause();
      }
    });
    // When ssh ends early, what it complained of says more than the broken pipe.
    child.stdin.on("error", () => undefined);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-2_000);
    });
    child.once("error", (error) => {
      this.destroy(
        new EngineError("unreachable", `ssh could not be started: ${error.message}.`, {
          cause: error,
        }),
      );
    });
    child.once("close", (code) => {
      if (code === 0 || code === null) {
        this.push(null);
      } else {
        this.destroy(sshFailure(address.host, code, this.#complaint));
      }
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    callback: (error?: Error | null) => void,
  ): void {
    this.#child.stdin.write(chunk, () => callback());
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => callback());
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#child.kill();
    callback(error);
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    this.#child.ref();
    return this;
  }

  unref(): this {
    this.#child.unref();
    return this;
  }
}
