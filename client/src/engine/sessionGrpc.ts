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
  #rest: Buffer = Buffer.alloc(0);

  read(chunk: Buffer): Buffer[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Buffer[] = [];
    let offset = 0;
    while (bytes.length - offset >= 5) {
      const end = offset + 5 + bytes.readUInt32BE(offset + 1);
      if (end > bytes.length) {
        break;
      }
      messages.push(bytes.subarray(offset + 5, end));
      offset = end;
    }
    this.#rest = bytes.subarray(offset);
    return messages;
  }
}

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
