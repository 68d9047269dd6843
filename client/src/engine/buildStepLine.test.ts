import assert from "node:assert/strict";
import { test } from "node:test";
import { lineOfStep } from "./buildStepLine.ts";

const dockerfile = `# syntax=docker/dockerfile:1
FROM busybox AS build
run --mount=type=cache,target=/c \\
    # why
    make all && \\

    make check
COPY . .
RUN true
RUN <<EOF
echo hello
EOF
FROM busybox
RUN true
`;

test("a step is found by its text, through continuation lines, comments and case", () => {
  assert.equal(
    lineOfStep(
      "[build 2/5] RUN --mount=type=cache,target=/c     make all &&     make check",
      dockerfile,
    ),
    3,
  );
  assert.equal(lineOfStep("[build 3/5] COPY . .", dockerfile), 8);
});

test("a heredoc is found by its first line", () => {
  assert.equal(lineOfStep("[build 5/5] RUN <<EOF (echo hello...)", dockerfile), 10);
});

test("an instruction that occurs twice is not guessed", () => {
  assert.equal(lineOfStep("[build 4/5] RUN true", dockerfile), undefined);
});

test("work of the builder itself has no line", () => {
  assert.equal(lineOfStep("[internal] load build context", dockerfile), undefined);
  assert.equal(lineOfStep("exporting to image", dockerfile), undefined);
});

test("the escape directive is heeded", () => {
  assert.equal(
    lineOfStep("[1/2] RUN dir   c:\\", "# escape=`\nFROM x\nRUN dir `\n  c:\\\nRUN x\n"),
    3,
  );
});
