import assert from "node:assert/strict";
import { test } from "node:test";
import { EngineError } from "./engineError.ts";
import { readJsonLines } from "./jsonLines.ts";

async function read(text: string, size = text.length): Promise<unknown[]> {
  const bytes = Buffer.from(text);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let offset = 0; offset < bytes.length; offset += size) {
      yield bytes.subarray(offset, offset + size);
    }
  }
  const lines: unknown[] = [];
  for await (const line of readJsonLines(pieces())) {
    lines.push(line);
  }
  return lines;
}

test("lines are put together however the bytes were cut, and the last needs no line end", async () => {
  const text = '{"status":"grün"}\r\n\n{"status":"🚢"}';
  for (let size = 1; size < 40; size++) {
    assert.deepEqual(await read(text, size), [{ status: "grün" }, { status: "🚢" }]);
  }
});

test("a line that tells of an error is thrown with the reason that its words give", async () => {
  const denied =
    '{"errorDetail":{"message":"x"},"error":"pull access denied for a, repository does not exist"}\n';
  await assert.rejects(read(`{"status":"Pulling"}\n${denied}`), (error) => {
    assert.ok(error instanceof EngineError);
    assert.equal(error.reason, "unauthorized");
    assert.match(error.message, /^Pull access denied for a/);
    return true;
  });
  await assert.rejects(
    read('{"error":"manifest unknown"}'),
    (error) => error instanceof EngineError && error.reason === "not-found",
  );
});

test("a line that is not JSON, or no object, is an EngineError", async () => {
  await assert.rejects(read("<html>\n"), EngineError);
  await assert.rejects(read("42\n"), EngineError);
});

test("a line without an end does not fill the memory", async () => {
  await assert.rejects(read(`{"status":"${"x".repeat(9 * 1024 * 1024)}`, 65_536), /too long/);
});
