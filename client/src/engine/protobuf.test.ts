import assert from "node:assert/strict";
import { test } from "node:test";
import { EngineError } from "./engineError.ts";
import { readFields, writeFields } from "./protobuf.ts";

test("what was written is read again", () => {
  const message = writeFields([
    [1, "café"],
    [2, 300],
    [3, 2 ** 45 + 1],
    [4, true],
    [16, writeFields([[1, 7]])],
    [5, Buffer.from([0, 255])],
  ]);
  const fields = [...readFields(message)];
  assert.deepEqual(
    fields.map(({ field, number }) => [field, number]),
    [
      [1, 0],
      [2, 300],
      [3, 2 ** 45 + 1],
      [4, 1],
      [16, 0],
      [5, 0],
    ],
  );
  assert.equal(fields[0]?.bytes.toString(), "café");
  assert.deepEqual([...(fields[4]?.bytes ?? [])], [8, 7]);
});

test("default values are not written", () => {
  assert.equal(
    writeFields([
      [1, 0],
      [2, ""],
      [3, false],
      [4, 0n],
    ]).length,
    0,
  );
});

test("a negative number is read as such", () => {
  const [field] = readFields(writeFields([[1, -1n]]));
  assert.equal(field?.number, -1);
});

test("fixed-size fields of a newer engine are passed over", () => {
  const message = Buffer.concat([
    Buffer.from([(1 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8]),
    Buffer.from([(2 << 3) | 5, 1, 2, 3, 4]),
    writeFields([[3, 9]]),
  ]);
  assert.deepEqual(
    [...readFields(message)].map(({ field, number }) => [field, number]),
    [[3, 9]],
  );
});

test("a message that is cut short is an error of the engine, wherever the cut is", () => {
  const message = writeFields([
    [1, "abc"],
    [2, 300],
  ]);
  for (const end of [1, 2, 4, 6, 7]) {
    assert.throws(
      () => [...readFields(message.subarray(0, end))],
      (error) => error instanceof EngineError && error.reason === "engine-failed",
      `cut at ${end}`,
    );
  }
});
