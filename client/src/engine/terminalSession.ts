import { StringDecoder } from "node:string_decoder";
import type { Duplex } from "node:stream";
import type { TerminalSession, Unsubscribe } from "./engine.ts";

export interface StreamSessionOptions {
  readonly resize: (columns: number, rows: number) => Promise<void>;
  /** Asked once the stream has ended; `undefined` where nobody knows. Must not reject. */
  readonly exitCode: () => Promise<number | undefined>;
  /** Called when our side is closed before the process has ended. */
  readonly hangUp?: () => void;
}

/** A terminal over the two-way stream of exec or attach. Output waits for the first listener, so that nothing is lost. */
export class StreamSession implements TerminalSession {
  readonly #stream: Duplex;
  readonly #options: StreamSessionOptions;
  readonly #decoder = new StringDecoder("utf8");
  readonly #outputListeners = new Set<(text: string) => void>();
  readonly #endListeners = new Set<(exitCode: number | undefined) => void>();
  #end: { readonly exitCode: number | undefined } | undefined;
  #ending = false;
  #reading = false;

  constructor(stream: Duplex, options: StreamSessionOptions) {
    this.#stream = stream;
    this.#options = options;
    stream.once("end", () => void this.#finish());
    stream.once("close", () => void this.#finish());
    stream.on("error", () => void this.#finish());
  }

  onOutput(listener: (text: string) => void): Unsubscribe {
    const own = (text: string): void => listener(text);
    this.#outputListeners.add(own);
    if (!this.#reading) {
      this.#reading = true;
      this.#stream.on("data", (chunk: Buffer) => this.#emit(this.#decoder.write(chunk)));
    }
    return () => this.#outputListeners.delete(own);
  }

  onEnd(listener: (exitCode: number | undefined) => void): Unsubscribe {
    const own = (exitCode: number | undefined): void => listener(exitCode);
    if (this.#end) {
      own(this.#end.exitCode);
    } else {
      this.#endListeners.add(own);
    }
    return () => this.#endListeners.delete(own);
  }

  write(text: string): void {
    if (this.#stream.writable) {
      this.#stream.write(text);
    }
  }

  async resize(columns: number, rows: number): Promise<void> {
    if (!this.#ending && columns > 0 && rows > 0) {
      await this.#options.resize(columns, rows);
    }
  }

  close(): void {
    if (!this.#ending) {
      this.#options.hangUp?.();
      this.#stream.destroy();
    }
  }

  async #finish(): Promise<void> {
    if (this.#ending) {
      return;
    }
    this.#ending = true;
    this.#emit(this.#decoder.end());
    const exitCode = await this.#options.exitCode();
    this.#stream.destroy();
    this.#end = { exitCode };
    for (const listener of this.#endListeners) {
      listener(exitCode);
    }
    this.#endListeners.clear();
  }

  #emit(text: string): void {
    if (text !== "") {
      for (const listener of this.#outputListeners) {
        listener(text);
      }
    }
  }
}
