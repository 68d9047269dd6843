import { connect, constants } from "node:http2";
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import type { Duplex } from "node:stream";
import { EngineError } from "../engineError.ts";
import type { EngineErrorReason } from "../engineError.ts";
import { onAbort } from "../onAbort.ts";
import { frameMessage, GrpcFailure, MessageReader } from "../sessionGrpc.ts";
import { toEngineError } from "../toEngineError.ts";
import type { Transport } from "../transport.ts";
import { watchGoodbye } from "./goodbyeWatch.ts";

export interface GrpcCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Sent along with the call, as gRPC's metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Milliseconds until all of the answer has come; none when absent. */
  readonly timeoutMs?: number;
}

/** gRPC to an engine's builder over one connection, on which many calls may be under way. Rejects with EngineError only. */
export interface GrpcConnection {
  /** A call with one answer. `method` is `/package.Service/Method`. */
  unary(method: string, request: Buffer, options?: GrpcCallOptions): Promise<Buffer>;
  /** A call with any number of answers; leaving the loop ends it. */
  stream(method: string, request: Buffer, options?: GrpcCallOptions): AsyncGenerator<Buffer>;
  /** Whether it was closed, by us or by the engine: nothing more can be called. */
  readonly closed: boolean;
  /** Ends the connection; calls under way reject with reason `cancelled`. */
  close(): void;
}

/**
 * Opens `POST /grpc`, where Docker's engine serves BuildKit's own services.
 * Rejects with EngineError, of reason `unsupported` where the engine has no
 * such thing (Podman), or something in between lets no upgrade through.
 * Protocol: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export async function openGrpc(
  transport: Pick<Transport, "endpoint" | "hijack">,
  signal?: AbortSignal,
): Promise<GrpcConnection> {
  let socket: Duplex;
  try {
    // The signal ends the opening only: calls have signals of their own.
    const opening = new AbortController();
    const stopListening = onAbort(signal, () => opening.abort());
    try {
      socket = await transport.hijack(
        { method: "POST", path: "/grpc", signal: opening.signal, timeoutMs: openingTimeoutMs },
        "h2c",
      );
    } finally {
      stopListening();
    }
  } catch (error) {
    const failure = toEngineError(error, { url: transport.endpoint.url, signal });
    throw failure.reason === "not-found" || failure.status === 405 ? notServed(failure) : failure;
  }
  const connection = new Http2Connection(socket, transport.endpoint.url);
  await connection.settled;
  return connection;
}

const openingTimeoutMs = 20_000;
/** What the engine may send ahead of our reading it; its default of 64 KiB costs a round trip for each. */
const windowBytes = 1024 * 1024;
/** A failed step is told in a trailer, with all of its operation and the Dockerfile in it. */
const longestHeaders = 16 * 1024 * 1024;

class Http2Connection implements GrpcConnection {
  readonly #socket: Duplex;
  readonly #url: string;
  readonly #session: ClientHttp2Session;
  /** Resolves when it is open or closed: Node fails in its depths when a session ends before it has begun. */
  readonly settled: Promise<void>;
  #closedByUs = false;

  constructor(socket: Duplex, url: string) {
    this.#socket = socket;
    this.#url = url;
    this.#session = connect("http://engine", {
      createConnection: () => watchGoodbye(socket, () => this.#end()),
      settings: { initialWindowSize: windowBytes, maxHeaderListSize: longestHeaders },
    });
    // Each call under way is told by its own stream; without a listener the process would end.
    this.#session.on("error", () => undefined);
    // A builder that says goodbye answers nothing more, and need not hang up by itself.
    this.#session.once("goaway", () => this.#end());
    this.#session.once("close", () => socket.destroy());
    this.settled = new Promise((resolve) => {
      this.#session.once("connect", () => resolve());
      this.#session.once("close", () => resolve());
    });
  }

  get closed(): boolean {
    return this.#session.closed || this.#session.destroyed || this.#socket.destroyed;
  }

  close(): void {
    this.#closedByUs ||= !this.closed;
    this.#end();
  }

  async unary(method: string, request: Buffer, options: GrpcCallOptions = {}): Promise<Buffer> {
    let answer: Buffer | undefined;
    for await (const message of this.stream(method, request, options)) {
      answer = message;
    }
    if (answer === undefined) {
      throw new EngineError(
        "engine-failed",
        "The engine's builder ended a call without an answer.",
      );
    }
    return answer;
  }

  async *stream(
    method: string,
    request: Buffer,
    options: GrpcCallOptions = {},
  ): AsyncGenerator<Buffer> {
    const { signal, timeoutMs } = options;
    if (isAborted(signal) || this.closed) {
      throw this.#failure(new Error("the connection was closed"), options, false);
    }
    let stream: ClientHttp2Stream;
    try {
      stream = this.#session.request({
        ...options.metadata,
        ":method": "POST",
        ":path": method,
        "content-type": "application/grpc",
        te: "trailers",
      });
    } catch (error) {
      throw this.#failure(error, options, false);
    }
    let late = false;
    const stopListening = onAbort(signal, () => stream.close(constants.NGHTTP2_CANCEL));
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            stream.close(constants.NGHTTP2_CANCEL);
          }, timeoutMs);
    let status: IncomingHttpHeaders | undefined;
    const noteStatus = (headers: IncomingHttpHeaders): void => {
      status = headers["grpc-status"] === undefined ? status : headers;
    };
    stream.on("response", noteStatus);
    stream.on("trailers", noteStatus);
    // A failure that comes after the last read must not end the process.
    stream.on("error", () => undefined);
    stream.end(frameMessage(request));
    try {
      const reader = new MessageReader();
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        yield* reader.read(chunk);
      }
      if (late || isAborted(signal)) {
        throw new Error("the call was ended");
      }
      throwUnlessGood(status);
    } catch (error) {
      throw this.#failure(error, options, late);
    } finally {
      clearTimeout(timer);
      stopListening();
      stream.close(constants.NGHTTP2_CANCEL);
    }
  }

  #failure(error: unknown, { signal, timeoutMs }: GrpcCallOptions, late: boolean): EngineError {
    if (error instanceof EngineError) {
      return error;
    }
    if (isAborted(signal) || this.#closedByUs) {
      return new EngineError("cancelled", "The operation was cancelled.", { cause: error });
    }
    if (late) {
      const seconds = (timeoutMs ?? 0) / 1000;
      return new EngineError(
        "timeout",
        `No answer from the engine's builder within ${seconds} seconds.`,
      );
    }
    return new EngineError(
      "unreachable",
      `The connection to the builder of the container engine at ${this.#url} was lost.`,
      { cause: error },
    );
  }

  #end(): void {
    this.#session.destroy();
    this.#socket.destroy();
  }
}

/** A call that ended without a status was cut off. */
function throwUnlessGood(status: IncomingHttpHeaders | undefined): void {
  if (status === undefined) {
    throw new Error("the call ended without a status");
  }
  const code = Number(status["grpc-status"]);
  if (code !== 0) {
    const said = decodeMessage(String(status["grpc-message"] ?? ""));
    throw new EngineError(
      reasonOf(code),
      said === "" ? `The engine's builder failed (${code}).` : said,
      {
        cause: new GrpcFailure(code, said),
      },
    );
  }
}

/** https://grpc.io/docs/guides/status-codes/ */
function reasonOf(code: number): EngineErrorReason {
  switch (code) {
    case 1:
      return "cancelled";
    case 3:
      return "bad-request";
    case 4:
      return "timeout";
    case 5:
      return "not-found";
    case 6:
    case 9:
      return "conflict";
    case 7:
    case 16:
      return "unauthorized";
    case 12:
      return "unsupported";
    case 14:
      return "unreachable";
    default:
      return "engine-failed";
  }
}

/** gRPC sends messages percent-encoded; a stray percent sign is shown as it is. */
function decodeMessage(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}

function notServed(cause: EngineError): EngineError {
  return new EngineError(
    "unsupported",
    "This container engine does not serve BuildKit's own interface.",
    { cause },
  );
}

/** A signal may be aborted between two looks, which TypeScript does not believe. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
