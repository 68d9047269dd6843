import assert from "node:assert/strict";
import { test } from "node:test";
import type { SelectionRange } from "vscode-languageserver";
import { parse } from "../dockerfile/parse.ts";
import { spanOfRange } from "./ranges.ts";
import { readFixture } from "../testing/fixture.ts";
import { selectionRange } from "./selectionRanges.ts";

/** The selections from the smallest on. */
function selections(marked: string): string[] {
  const { text, cursor = 0 } = readFixture(marked);
  const file = parse(text);
  const found: string[] = [];
  let at: SelectionRange | undefined = selectionRange(file, cursor);
  while (at !== undefined) {
    const { start, end } = spanOfRange(file.lines, at.range);
    found.push(text.slice(start, end));
    at = at.parent;
  }
  return found;
}

test("a selection grows from the option of a mount to the file", () => {
  assert.deepEqual(selections("ARG A\nFROM b\nRUN --mount=type=cache,target=/<|>c npm ci\n"), [
    "/c",
    "target=/c",
    "type=cache,target=/c",
    "--mount=type=cache,target=/c",
    "RUN --mount=type=cache,target=/c npm ci",
    "FROM b\nRUN --mount=type=cache,target=/c npm ci",
    "ARG A\nFROM b\nRUN --mount=type=cache,target=/c npm ci\n",
  ]);
});

test("it grows over words and commands of a shell", () => {
  assert.deepEqual(selections("FROM a\nRUN x && apk add g<|>it | cat\n").slice(0, 5), [
    "git",
    "apk add git",
    "apk add git | cat",
    "x && apk add git | cat",
    "RUN x && apk add git | cat",
  ]);
});

test("it grows over the parts of an image and of a pair", () => {
  assert.deepEqual(selections("FROM ghcr.io/a/b:1<|>.2 AS c\n").slice(0, 3), [
    "1.2",
    "ghcr.io/a/b:1.2",
    "ghcr.io/a/b:1.2 AS c",
  ]);
  assert.deepEqual(selections("FROM a\nENV A=1 B=<|>2\n").slice(0, 4), [
    "2",
    "B=2",
    "A=1 B=2",
    "ENV A=1 B=2",
  ]);
});

test("every place of any text has selections that each hold the one before", () => {
  for (const text of ["", "FROM", "FROM a\r\nRUN <<E <<F\nx\nE\ny\nF\n", "ONBUILD RUN a\n# b"]) {
    const file = parse(text);
    for (let offset = 0; offset <= text.length; offset++) {
      let at = selectionRange(file, offset);
      while (at.parent !== undefined) {
        const inner = spanOfRange(file.lines, at.range);
        const outer = spanOfRange(file.lines, at.parent.range);
        assert.ok(outer.start <= inner.start && inner.end <= outer.end);
        at = at.parent;
      }
    }
  }
});
