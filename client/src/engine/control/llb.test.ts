import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { writeFields } from "../protobuf.ts";
import type { ProtobufValue } from "../protobuf.ts";
import { impossibleProxy, Llb } from "./llb.ts";
import { ProtobufMessage } from "./protobufMessage.ts";

type Field = readonly [field: number, value: ProtobufValue];

const digestOf = (bytes: Buffer): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const input = (bytes: Buffer): Field => [1, writeFields([[1, digestOf(bytes)]])];
const entry = (key: string, value: Buffer | string): Buffer =>
  writeFields([
    [1, key],
    [2, value],
  ]);

const image = writeFields([[3, writeFields([[1, "docker-image://busybox"]])]]);
const meta = [
  [1, "/bin/sh"],
  [2, "A=1"],
  [3, "/"],
  [7, "host"],
] as const;
const mount = writeFields([[3, "/"]]);
const command = writeFields([
  input(image),
  [
    2,
    writeFields([
      [1, writeFields(meta)],
      [2, mount],
      [3, 2],
    ]),
  ],
  // A time before 1970 is a number that JavaScript would round.
  [10, writeFields([[4, -62_135_596_800_000_000_001n]])],
]);
const copy = writeFields([input(command), [4, writeFields([[2, writeFields([[2, 1]])]])]]);
const result = writeFields([input(copy)]);
const range = writeFields([
  [1, writeFields([[1, 2]])],
  [2, writeFields([[1, 3]])],
]);
const definition = writeFields([
  [1, image],
  [1, command],
  [1, copy],
  [1, result],
  [2, entry(digestOf(command), writeFields([[2, entry("llb.customname", "[1/1] RUN x")]]))],
  [3, writeFields([[1, entry(digestOf(command), writeFields([[1, writeFields([[2, range]])]]))]])],
]);

test("a graph is read with names, inputs and lines", () => {
  const { operations } = Llb.read(definition);
  assert.deepEqual(
    operations.map(({ step, root }) => [
      step.kind,
      step.name,
      step.inputs.length,
      root !== undefined,
    ]),
    [
      ["source", "", 0, false],
      ["command", "[1/1] RUN x", 1, true],
      ["files", "", 1, true],
    ],
  );
  assert.deepEqual(operations[1]?.step.lines, [{ start: 2, end: 3 }]);
  assert.equal(operations[0]?.step.source, "docker-image://busybox");
});

test("without commands a graph differs by one proxy setting and the digests that follow from it", () => {
  const { llb, digests } = Llb.read(definition).withoutCommands();
  const [first, second, third] = llb.operations;
  assert.ok(first && second && third);
  assert.ok(first.bytes.equals(image));
  const expected = writeFields([
    input(image),
    [
      2,
      writeFields([
        [
          1,
          writeFields([
            ...meta.slice(0, 3),
            [5, writeFields([[1, impossibleProxy]])],
            ...meta.slice(3),
          ]),
        ],
        [2, mount],
        [3, 2],
      ]),
    ],
    [10, writeFields([[4, -62_135_596_800_000_000_001n]])],
  ]);
  assert.ok(second.bytes.equals(expected));
  assert.equal(second.step.digest, digestOf(expected));
  assert.equal(digests.get(digestOf(command)), digestOf(expected));
  assert.deepEqual(third.step.inputs, [digestOf(expected)]);
  assert.equal(third.root, digestOf(expected));
  assert.equal(third.step.digest, digestOf(third.bytes));
});

test("a proxy that the build has is replaced, not added to", () => {
  const proxied = writeFields([
    [2, writeFields([[1, writeFields([[5, writeFields([[2, "http://proxy"]])]])]])],
  ]);
  const { llb } = Llb.read(writeFields([[1, proxied]])).withoutCommands();
  const settings = new ProtobufMessage(llb.operations[0]?.bytes ?? Buffer.alloc(0))
    .message(2)
    ?.message(1)
    ?.messages(5);
  assert.equal(settings?.length, 1);
  assert.equal(settings?.[0]?.text(1), impossibleProxy);
  assert.equal(settings?.[0]?.text(2), "");
});

test("the definition of an operation holds what it needs and names it as the result", () => {
  const llb = Llb.read(definition);
  const cut = new ProtobufMessage(llb.definitionOf(digestOf(command)));
  const operations = cut.allBytes(1);
  assert.deepEqual(operations.slice(0, -1), [image, command]);
  assert.deepEqual(operations.at(-1), writeFields([input(command)]));
  assert.deepEqual([...cut.map(2).keys()], [digestOf(command)]);
  assert.equal(cut.message(3), undefined);
});
