import type { ServerHttp2Stream } from "node:http2";
import { connect } from "node:net";
import { readFields, writeFields } from "./protobuf.ts";
import {
  answerFailure,
  beginAnswer,
  frameMessage,
  grpcStatus,
  MessageReader,
} from "./sessionGrpc.ts";

/**
 * Lets a step of the build talk to the SSH agent that listens on the socket:
 * BytesMessage { data } in both directions, until either side ends.
 */
export function serveSshAgent(stream: ServerHttp2Stream, socketPath: string | undefined): void {
  if (socketPath === undefined) {
    answerFailure(stream, grpcStatus.unimplemented, "no such SSH agent");
    return;
  }
  const agent = connect({ path: socketPath });
  const reader = new MessageReader();
  agent.once("connect", () => beginAnswer(stream));
  agent.on("error", () => {
    answerFailure(stream, grpcStatus.unknown, "the SSH agent does not answer");
  });
  agent.on("data", (data: Buffer) => {
    if (!stream.destroyed && !stream.write(frameMessage(writeFields([[1, data]])))) {
      agent.pause();
    }
  });
  agent.on("end", () => stream.end());
  agent.on("drain", () => stream.resume());
  stream.on("drain", () => agent.resume());
  stream.on("data", (chunk: Buffer) => {
    for (const message of reader.read(chunk)) {
      for (const { field, bytes } of readFields(message)) {
        if (field === 1 && !agent.write(bytes)) {
          stream.pause();
        }
      }
    }
  });
  stream.on("end", () => agent.end());
  stream.on("close", () => agent.destroy());
}
