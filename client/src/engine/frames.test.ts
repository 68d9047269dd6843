import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutputChunk } from "./engine.ts";
import { EngineError } from "./engineError.ts";
import { readFrames, readPlain } from "./frames.ts";

function frame(stream: number, payload: string | Uint8Array): Buffer {
  const bytes = Buffer.from(payload as string);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) {
    yield bytes.subarray(offset, offset + size);
  }
}

async function collect(
  chunks: AsyncIterable<OutputChunk>,
): Promise<Record<OutputChunk["stream"], string>> {
  const result = { stdout: "", stderr: "" };
  for await (const { stream, text } of chunks) {
    result[stream] += text;
  }
  return result;
}

test("frames are put together however the bytes were cut", async () => {
  const bytes = Buffer.concat([
    frame(1, "eins\n"),
    frame(2, "zwö\n"),
    frame(1, ""),
    frame(1, "drei 🚢\n"),
  ]);
  for (let size = 1; size <= bytes.length; size++) {
    assert.deepEqual(await collect(readFrames(inPieces(bytes, size))), {
      stdout: "eins\ndrei 🚢\n",
      stderr: "zwö\n",
    });
  }
});

test("a character split over two frames is whole, even with the other stream between", async () => {
  const ship = Buffer.from("🚢");
  const bytes = Buffer.concat([
    frame(1, ship.subarray(0, 2)),
    frame(2, "x"),
    frame(1, ship.subarray(2)),
  ]);
  assert.deepEqual(await collect(readFrames(inPieces(bytes, bytes.length))), {
    stdout: "🚢",
    stderr: "x",
  });
});

test("a hundred thousand lines in one read are no problem and come as one chunk", async () => {
  const bytes = Buffer.concat(
    Array.from({ length: 100_000 }, (_, index) => frame(1, `line ${index}\n`)),
  );
  let count = 0;
  let length = 0;
  for await (const { text } of readFrames(inPieces(bytes, bytes.length))) {
    count++;
    length += text.length;
  }
  assert.equal(count, 1);
  assert.equal(length, bytes.length - 800_000);
});

test("the next piece is read only when the consumer asks for it", async () => {
  let read = 0;
  async function* source(): AsyncGenerator<Uint8Array> {
    for (;;) {
      read++;
      yield frame(1, "x");
    }
  }
  for await (const _ of readFrames(source())) {
    break;
  }
  assert.equal(read, 1);
});

test("a log that ends inside of a character or a frame shows what there is", async () => {
  const bytes = frame(1, Buffer.from([0x61, 0xc3]));
  assert.deepEqual(await collect(readFrames(inPieces(bytes, 100))), {
    stdout: "a\uFFFD",
    stderr: "",
  });
  assert.deepEqual(await collect(readFrames(inPieces(frame(1, "abc").subarray(0, 10), 100))), {
    stdout: "ab",
    stderr: "",
  });
});

test("bytes that are no frames are an EngineError", async () => {
  await assert.rejects(collect(readFrames(inPieces(Buffer.from("plain text"), 100))), EngineError);
});

test("plain output keeps characters whole", async () => {
  assert.deepEqual(await collect(readPlain(inPieces(Buffer.from("grün 🚢"), 1))), {
    stdout: "grün 🚢",
    stderr: "",
  });
});
