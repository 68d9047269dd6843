import assert from "node:assert/strict";
import { test } from "node:test";
import { type MappedText, indexAt, offsetAt, slice, spanOf, verbatim } from "./mappedText.ts";

// "abcdef" of a document `ab\<newline>cd\<newline>ef`.
const document = "ab\\\ncd\\\nef";
const mapped: MappedText = {
  text: "abcdef",
  span: { start: 0, end: 10 },
  runs: [
    { at: 0, offset: 0 },
    { at: 2, offset: 4 },
    { at: 4, offset: 8 },
  ],
};

test("every character knows its place in the document", () => {
  const places = Array.from(mapped.text, (_, index) => document[offsetAt(mapped, index)]);
  assert.equal(places.join(""), "abcdef");
  assert.equal(offsetAt(mapped, 6), 10);
});

test("a span ends behind its last character, not before what comes after a continuation", () => {
  assert.deepEqual(spanOf(mapped, 1, 2), { start: 1, end: 2 });
  assert.deepEqual(spanOf(mapped, 1, 3), { start: 1, end: 5 });
  assert.deepEqual(spanOf(mapped, 2, 2), { start: 4, end: 4 });
});

test("a slice keeps the places of its characters", () => {
  const middle = slice(mapped, 1, 5);
  assert.equal(middle.text, "bcde");
  assert.deepEqual(
    Array.from(middle.text, (_, index) => document[offsetAt(middle, index)]),
    ["b", "c", "d", "e"],
  );
  assert.equal(slice(middle, 1, 3).text, "cd");
  assert.deepEqual(slice(middle, 1, 3).span, { start: 4, end: 6 });
});

test("an offset inside of a continuation belongs to the character behind it", () => {
  assert.equal(indexAt(mapped, 2), 2);
  assert.equal(indexAt(mapped, 5), 3);
  assert.equal(indexAt(mapped, 99), 6);
});

test("a verbatim piece maps one to one", () => {
  const piece = verbatim(document, { start: 4, end: 6 });
  assert.equal(piece.text, "cd");
  assert.equal(offsetAt(piece, 1), 5);
});
