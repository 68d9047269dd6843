import assert from "node:assert/strict";
import { test } from "node:test";
import { LineIndex } from "./lineIndex.ts";

const text = "ab\ncd\r\nef\rg";

test("lines end at LF, CRLF and a lone CR", () => {
  const index = new LineIndex(text);
  assert.equal(index.lineCount, 4);
  const lines = [0, 1, 2, 3].map((line) => {
    const { start, end } = index.lineSpan(line);
    return text.slice(start, end);
  });
  assert.deepEqual(lines, ["ab", "cd", "ef", "g"]);
});

test("every offset comes back from its position, except inside of a line end", () => {
  const index = new LineIndex(text);
  for (let offset = 0; offset <= text.length; offset++) {
    const back = index.offsetAt(index.positionAt(offset));
    assert.equal(back, text[offset] === "\n" && text[offset - 1] === "\r" ? offset - 1 : offset);
  }
});

test("positions outside of the text count as its nearest place", () => {
  const index = new LineIndex(text);
  assert.equal(index.offsetAt({ line: 0, character: 99 }), 2);
  assert.equal(index.offsetAt({ line: 99, character: 0 }), text.length);
  assert.deepEqual(index.positionAt(-1), { line: 0, character: 0 });
});

test("an empty text has one empty line", () => {
  const index = new LineIndex("");
  assert.equal(index.lineCount, 1);
  assert.deepEqual(index.lineSpan(0), { start: 0, end: 0 });
});
