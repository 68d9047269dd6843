import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../../dockerfile/parse.ts";
import { lint } from "../lint.ts";
import { unpinnedPackage } from "./unpinnedPackage.ts";

test("hadolint's code of one package manager does not silence another's findings", () => {
  const run = "RUN apt-get install -y a && pip install b\n";
  assert.deepEqual(found(`FROM x\n${run}`), ["a", "b"]);
  assert.deepEqual(found(`FROM x\n# hadolint ignore=DL3008\n${run}`), ["b"]);
  assert.deepEqual(found(`# hadolint global ignore=DL3013\nFROM x\n${run}`), ["a"]);
  assert.deepEqual(found(`FROM x\n# check=skip=UnpinnedPackage\n${run}`), []);
});

test("packages are found in every form of RUN", () => {
  assert.deepEqual(found('FROM x\nRUN ["apt-get", "install", "a"]\n'), ['"a"']);
  assert.deepEqual(found("FROM x\nRUN <<EOF\nset -e\napk add a\nEOF\n"), ["a"]);
  assert.deepEqual(found("FROM x\nONBUILD RUN apk add a\n"), ["a"]);
  assert.deepEqual(found("FROM x\nRUN if true; then (apk add a) || apk add $(b); fi\n"), [
    "a",
    "$(b)",
  ]);
});

test("what is no installation, or says its versions elsewhere, is left alone", () => {
  for (const command of [
    "pip install -r requirements.txt a",
    "pip install .",
    "gem install a -v 1.0",
    "npm install",
    "echo apt-get install a",
    "apt-get remove a",
  ]) {
    assert.deepEqual(found(`FROM x\nRUN ${command}\n`), [], command);
  }
});

function found(text: string): string[] {
  return lint(parse(text), [unpinnedPackage]).map(({ start, end }) => text.slice(start, end));
}
