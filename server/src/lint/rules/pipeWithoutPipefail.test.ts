import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../../dockerfile/parse.ts";
import { lint } from "../lint.ts";
import { pipeWithoutPipefail } from "./pipeWithoutPipefail.ts";

test("pipes are found wherever they stand", () => {
  assert.equal(count("RUN a | b"), 1);
  assert.equal(count("RUN x=$(a | b)"), 1);
  assert.equal(count("RUN if a; then b | c; fi"), 1);
  assert.equal(count('SHELL ["/bin/bash", "-c"]\nRUN a | b'), 1);
});

test("a shell that fails with the pipe, or is none of ours, is left alone", () => {
  assert.equal(count('SHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN a | b'), 0);
  assert.equal(count('SHELL ["/bin/ash", "-o", "pipefail", "-c"]\nRUN a | b'), 0);
  assert.equal(count('SHELL ["pwsh", "-c"]\nRUN a | b'), 0);
  assert.equal(count("RUN set -eo pipefail; a | b"), 0);
  assert.equal(count("RUN <<E\n#!/bin/bash -eo pipefail\na | b\nE"), 0);
});

test("no pipe is no finding", () => {
  assert.equal(count("RUN a || b"), 0);
  assert.equal(count("RUN echo 'a | b' # c | d"), 0);
  assert.equal(count('RUN ["a", "|", "b"]'), 0);
  assert.equal(count("CMD a | b"), 0);
});

test("every stage needs a SHELL of its own", () => {
  const shell = 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]';
  assert.equal(count(`${shell}\nFROM y\nRUN a | b`), 1);
});

function count(text: string): number {
  return lint(parse(`FROM x\n${text}\n`), [pipeWithoutPipefail]).length;
}
