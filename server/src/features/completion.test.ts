import assert from "node:assert/strict";
import { test } from "node:test";
import type { CompletionItem } from "vscode-languageserver";
import { parse } from "../dockerfile/parse.ts";
import { readFixture } from "../testing/fixture.ts";
import { completion } from "./completion.ts";

const rules = [{ name: "from-as-casing", alsoKnownAs: ["FromAsCasing"], summary: "As from." }];

function complete(marked: string, change = (text: string): string => text): CompletionItem[] {
  const { text, cursor } = readFixture(marked);
  const offset = change(text.slice(0, cursor ?? 0)).length;
  return completion(parse(change(text)), offset, rules);
}

/** The labels, all of them or only those that are asked about; and the text that each replaces. */
function checkLabels(marked: string, expected: readonly string[], replaced = ""): void {
  for (const change of [
    (text: string) => text,
    (text: string) => `\uFEFF${text.replaceAll("\n", "\r\n")}`,
  ]) {
    const items = complete(marked, change);
    const labels = items.map(({ label }) => label);
    assert.deepEqual(
      expected.filter((label) => !labels.includes(label)),
      [],
      `of ${labels.join(" ")}`,
    );
    for (const { textEdit } of items) {
      assert.ok(textEdit !== undefined && "range" in textEdit);
      assert.equal(textEdit.range.end.character - textEdit.range.start.character, replaced.length);
    }
  }
}

function checkNothing(marked: string): void {
  assert.deepEqual(
    complete(marked).map(({ label }) => label),
    [],
  );
}

test("a line begins with an instruction, in the case of the file", () => {
  checkLabels("FROM a\n<|>", ["RUN", "COPY", "HEALTHCHECK"]);
  checkLabels("FROM a\nRU<|>\n", ["RUN"], "RU");
  checkLabels("from a\n<|>\nrun x\n", ["run"]);
  checkLabels("<|>", ["FROM", "ARG"]);
  assert.ok(!complete("FROM a\n<|>").some(({ label }) => label === "MAINTAINER"));
});

test("flags are proposed once, unless they can be repeated", () => {
  checkLabels("FROM a\nCOPY -<|>", ["--from=", "--link", "--chown="], "-");
  checkLabels("FROM a\nCOPY --link --<|> a b", ["--from="], "--");
  assert.ok(!complete("FROM a\nCOPY --link --<|> a b").some(({ label }) => label === "--link"));
  checkLabels("FROM a\nRUN --mount=type=ssh \\\n  --m<|>", ["--mount="], "--m");
});

test("--from and FROM know the stages before", () => {
  const marked = "FROM a AS one\nFROM b AS two\nCOPY --from=<|> a b\nFROM c AS three\n";
  checkLabels(marked, ["one"]);
  assert.ok(!complete(marked).some(({ label }) => label === "two" || label === "three"));
  checkLabels("FROM a AS one\nFROM o<|>\n", ["one", "scratch"], "o");
  checkLabels("FROM a <|>", ["AS"]);
  checkLabels("from a a<|>", ["as"], "a");
});

test("mounts have types, keys and stages", () => {
  checkLabels("FROM a\nRUN --mount=type=c<|> x", ["cache", "secret"], "c");
  checkLabels("FROM a\nRUN --mount=type=cache,<|> x", ["target=", "sharing=", "ro"]);
  checkLabels("FROM a\nRUN --mount=type=cache,sharing=<|> x", ["locked"]);
  checkLabels("FROM a AS s\nFROM b\nRUN --mount=from=<|> x", ["s"]);
});

test("a dollar brings the variables that are there", () => {
  checkLabels("ARG V=1\nFROM a:$<|>\n", ["V", "BUILDPLATFORM"]);
  checkLabels("FROM a\nENV HOME=/x\nRUN echo ${HO<|>\n", ["HOME", "PATH"], "HO");
  checkLabels("FROM a\nARG V=1\nRUN <<EOF\necho $<|>\nEOF\n", ["V"]);
  assert.ok(!complete("FROM a\nRUN x $<|>\nARG V=1\n").some(({ label }) => label === "V"));
});

test("some instructions know their words", () => {
  checkLabels("FROM a\nHEALTHCHECK --retries=3 <|>", ["CMD", "NONE"]);
  checkLabels("FROM a\nSTOPSIGNAL SIGT<|>", ["SIGTERM"], "SIGT");
  checkLabels("FROM a\nEXPOSE 80/<|>", ["udp"]);
  checkLabels("ARG V=1\nFROM a\nARG <|>", ["V", "TARGETARCH"]);
  checkLabels("FROM a\nRUN --network=<|>", ["none", "host"]);
  checkLabels("FROM a\nONBUILD RU<|>", ["RUN"], "RU");
  checkLabels("FROM a\nONBUILD COPY --l<|>", ["--link"], "--l");
});

test("comments know directives and the names of rules", () => {
  checkLabels("# <|>\nFROM a\n", ["syntax=docker/dockerfile:1", "check=skip="]);
  checkLabels("# check=skip=A,Fr<|>\nFROM a\n", ["FromAsCasing", "all"], "Fr");
  checkLabels("FROM a\n# check=skip=<|>\nRUN b\n", ["FromAsCasing"]);
  assert.ok(!complete("FROM a\n# <|>\n").some(({ label }) => label.startsWith("syntax")));
});

test("nothing is proposed where anything can stand", () => {
  checkNothing("FROM a\nRUN ls <|>\n");
  checkNothing("FROM a\nCOPY <<EOF /x\nru<|>\nEOF\n");
  checkNothing("FROM a\n# a comment <|>\n");
  checkNothing("FROM a b c d<|>\n");
});

test("every place of any text has an answer", () => {
  const text =
    "# check=skip=\nARG\nFROM --platform= a AS b\r\nONBUILD ONBUILD RUN --mount=type=,x <<A $\nA\nfoo $\nCOPY --from= \\\n\n  $";
  for (let offset = 0; offset <= text.length; offset++) {
    assert.ok(Array.isArray(completion(parse(text), offset, rules)));
  }
});
