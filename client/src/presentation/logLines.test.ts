import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { LogLines, terminalText } from "./logLines.ts";

const log = [
  "2026-01-02T03:04:05.100000000Z one\n",
  "2026-01-02T03:04:05.200000000Z \n",
  "2026-01-02T03:04:05.300000000Z two words\n",
].join("");

suite("LogLines", () => {
  test("timestamps are taken off, however the text is cut into pieces", () => {
    for (const size of [1, 2, 7, 31, 1000]) {
      const lines = new LogLines();
      let shown = "";
      for (let at = 0; at < log.length; at += size) {
        shown += lines.accept(log.slice(at, at + size));
      }
      assert.equal(shown, "one\n\ntwo words\n");
      assert.equal(lines.last, "2026-01-02T03:04:05.300000000Z");
    }
  });

  test("lines that were shown before are left out", () => {
    const lines = new LogLines("2026-01-02T03:04:05.200000000Z");
    assert.equal(lines.accept(log), "two words\n");
  });

  test("a line without its end is passed on at once", () => {
    const lines = new LogLines();
    assert.equal(lines.accept("2026-01-02T03:04:05.1Z 40 %"), "40 %");
    assert.equal(lines.accept("\r50 %"), "\r50 %");
  });

  test("lines without a timestamp stay as they are", () => {
    assert.equal(new LogLines().accept("plain\nlog \n"), "plain\nlog \n");
  });
});

test("a terminal gets every line feed with a carriage return, once", () => {
  assert.equal(terminalText("a\nb\r\nc"), "a\r\nb\r\nc");
});
