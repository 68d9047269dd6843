import { StringDecoder } from "node:string_decoder";
import type { OutputChunk } from "./engine.ts";
import { EngineError } from "./engineError.ts";

/**
 * Takes apart the stream that an engine sends for a container without a
 * terminal: frames of one byte stream type, three zeros, four bytes length
 * (big endian) and the payload. What follows each other of one stream within
 * one read is given as one chunk. Reads on only when the consumer asks, and
 * holds no more than one read. Format: docs.docker.com/reference/api/engine,
 * "Attach to a container", stream format.
 */
export async function* readFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<OutputChunk> {
  const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  const header = Buffer.alloc(headerLength);
  let headerFilled = 0;
  let stream: OutputChunk["stream"] = "stdout";
  let left = 0;
  for await (const bytes of source) {
    let text = "";
    let textOf = stream;
    let offset = 0;
    while (offset < bytes.length) {
      if (left === 0) {
        const wanted = Math.min(headerLength - headerFilled, bytes.length - offset);
        header.set(bytes.subarray(offset, offset + wanted), headerFilled);
        headerFilled += wanted;
        offset += wanted;
        if (headerFilled === headerLength) {
          headerFilled = 0;
          stream = streamOf(header);
          left = header.readUInt32BE(4);
        }
        continue;
      }
      const length = Math.min(left, bytes.length - offset);
      if (textOf !== stream && text !== "") {
        yield { stream: textOf, text };
        text = "";
      }
      textOf = stream;
      text += decoders[stream].write(viewOf(bytes, offset, length));
      left -= length;
      offset += length;
    }
    if (text !== "") {
      yield { stream: textOf, text };
    }
  }
  for (const each of ["stdout", "stderr"] as const) {
    const rest = decoders[each].end();
    if (rest !== "") {
      yield { stream: each, text: rest };
    }
  }
}

/** The output of a container with a terminal, which is not framed: everything is `stdout`. */
export async function* readPlain(source: AsyncIterable<Uint8Array>): AsyncGenerator<OutputChunk> {
  const decoder = new StringDecoder("utf8");
  for await (const bytes of source) {
    const text = decoder.write(viewOf(bytes, 0, bytes.length));
    if (text !== "") {
      yield { stream: "stdout", text };
    }
  }
  const rest = decoder.end();
  if (rest !== "") {
    yield { stream: "stdout", text: rest };
  }
}

const headerLength = 8;

function streamOf(header: Buffer): OutputChunk["stream"] {
  // 0 is stdin echoed, 1 stdout, 2 stderr, 3 a failure of the engine itself, which stderr serves best.
  switch (header[0]) {
    case 0:
    case 1:
      return "stdout";
    case 2:
    case 3:
      return "stderr";
    default:
      throw new EngineError(
        "engine-failed",
        "The container engine sent output that is not framed as it should be.",
      );
  }
}

function viewOf(bytes: Uint8Array, offset: number, length: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, length);
}
