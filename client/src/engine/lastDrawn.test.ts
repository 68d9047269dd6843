import assert from "node:assert/strict";
import { test } from "node:test";
import { lastDrawn } from "./lastDrawn.ts";

test("of a progress bar only what it drew last is kept", () => {
  assert.equal(lastDrawn(" 10%\r 50%\r100%"), "100%");
  assert.equal(lastDrawn(" 10%\r100%\r"), "100%");
});

test("a line that ends in a carriage return keeps its text", () => {
  assert.equal(lastDrawn("hello\r"), "hello");
  assert.equal(lastDrawn("hello"), "hello");
});
