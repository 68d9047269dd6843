import type { ServerHttp2Stream } from "node:http2";

/** Status codes of gRPC that a session answers with: https://grpc.io/docs/guides/status-codes/ */
export const grpcStatus = { ok: 0, unknown: 2, notFound: 5, unimplemented: 12 } as const;

/** What a method fails with where the builder goes by the status code. */
export class GrpcFailure extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = "GrpcFailure";
    this.code = code;
  }
}

/** A message in gRPC's framing: not compressed, then its length. */
export function frameMessage(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(5 + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, 5);
  return framed;
}

/** Takes apart what `frameMessage` puts together, however it is cut into chunks. */
export class MessageReader {
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes that there must be before there is anything to take: a head, or a head with its message. */
  #wanted = headLength;

  read(chunk: Buffer): Buffer[] {
    const messages: Buffer[] = [];
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    // A long message comes in many chunks, which are put together once.
    if (this.#length < this.#wanted) {
      return messages;
    }
    let bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    this.#wanted = headLength;
    while (bytes.length >= headLength) {
      const end = headLength + bytes.readUInt32BE(1);
      if (end > bytes.length) {
        this.#wanted = end;
        break;
      }
      messages.push(bytes.subarray(headLength, end));
      bytes = bytes.subarray(end);
    }
    this.#chunks = [bytes];
    this.#length = bytes.length;
    return messages;
  }
}

const headLength = 5;

/** Begins a good answer; the status follows when the stream is ended. */
export function beginAnswer(stream: ServerHttp2Stream): void {
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.once("wantTrailers", () => {
    stream.sendTrailers({ "grpc-status": String(grpcStatus.ok) });
  });
}

/** The whole answer is that it failed. */
export function answerFailure(stream: ServerHttp2Stream, code: number, message: string): void {
  if (stream.destroyed || stream.headersSent) {
    stream.destroy();
    return;
  }
  stream.respond(
    {
      ":status": 200,
      "content-type": "application/grpc",
      "grpc-status": String(code),
      "grpc-message": encodeURIComponent(message),
    },
    { endStream: true },
  );
}

/** Answers a call that has one request and one response. */
export function answerUnary(
  stream: ServerHttp2Stream,
  answer: (request: Buffer) => Buffer | Promise<Buffer>,
): void {
  const reader = new MessageReader();
  let answered = false;
  const respond = async (request: Buffer): Promise<void> => {
    try {
      const response = await answer(request);
      if (!stream.destroyed) {
        beginAnswer(stream);
        stream.end(frameMessage(response));
      }
    } catch (error) {
      answerFailure(
        stream,
        error instanceof GrpcFailure ? error.code : grpcStatus.unknown,
        error instanceof Error ? error.message : String(error),
      );
    }
  };
  stream.on("data", (chunk: Buffer) => {
    const [request] = reader.read(chunk);
    if (request !== undefined && !answered) {
      answered = true;
      void respond(request);
    }
  });
}
