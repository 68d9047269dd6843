import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../dockerfile/parse.ts";
import { dedent } from "../text/dedent.ts";
import { foldingRanges } from "./foldingRanges.ts";

function checkFolds(text: string, expected: readonly string[]): void {
  const folds = foldingRanges(parse(text)).map(
    ({ startLine, endLine, kind }) =>
      `${startLine}-${endLine}${kind === undefined ? "" : ` ${kind}`}`,
  );
  assert.deepEqual(folds, expected);
}

const dockerfile = dedent(`
  # syntax=docker/dockerfile:1
  # A comment
  FROM a AS b
  RUN x \\
    # inside
    && y

  RUN <<EOF
  z
  EOF
  FROM c
  COPY <<A <<B /d/
  1
  A
  2
  B
`);

const folds = ["0-1 comment", "2-9", "3-5", "7-9", "10-15", "11-15", "12-13", "14-15"];

test("stages, continued instructions, heredocs and blocks of comments fold", () => {
  checkFolds(dockerfile, folds);
});

test("line ends and a byte order mark change nothing", () => {
  checkFolds(`\uFEFF${dockerfile.replaceAll("\n", "\r\n")}`, folds);
});

test("nothing folds in a file of single lines", () => {
  checkFolds("FROM a\n", []);
  checkFolds("", []);
});
