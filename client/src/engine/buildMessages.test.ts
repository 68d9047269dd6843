import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { readBuildMessages } from "./buildMessages.ts";
import type { BuildMessage } from "./buildMessages.ts";
import { EngineError } from "./engineError.ts";

test("lines are put together however the answer is cut, also within a character", async () => {
  const text =
    '{"id":"moby.buildkit.trace","aux":"AQI="}\r\n{"stream":"café\\n"}\n{"id":"moby.image.id","aux":{"ID":"sha256:1"}}';
  const bytes = Buffer.from(text);
  for (const size of [1, 7, bytes.length]) {
    const chunks: Buffer[] = [];
    for (let offset = 0; offset < bytes.length; offset += size) {
      chunks.push(bytes.subarray(offset, offset + size));
    }
    assert.deepEqual(await read(chunks), [
      { type: "trace", statusResponse: Buffer.from([1, 2]) },
      { type: "text", text: "café\n" },
      { type: "image", id: "sha256:1" },
    ]);
  }
});

test("a failure is read from either of its two places", async () => {
  assert.deepEqual(
    await read(['{"errorDetail":{"message":"long"},"error":"short"}\n', '{"error":"only"}\n']),
    [
      { type: "error", message: "long" },
      { type: "error", message: "only" },
    ],
  );
});

test("messages that we do not know are passed over", async () => {
  assert.deepEqual(await read(['{"id":"moby.new.thing","aux":"AQ=="}\n{}\n\n']), []);
});

test("an answer that is not JSON is the engine's failure", async () => {
  await assert.rejects(
    read(["<html>Bad gateway</html>\n"]),
    (error) => error instanceof EngineError && error.reason === "engine-failed",
  );
});

async function read(chunks: readonly (string | Buffer)[]): Promise<BuildMessage[]> {
  const messages: BuildMessage[] = [];
  for await (const message of readBuildMessages(
    Readable.from(chunks.map((chunk) => Buffer.from(chunk))),
  )) {
    messages.push(message);
  }
  return messages;
}
