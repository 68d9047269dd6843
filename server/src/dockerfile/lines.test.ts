import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "./parse.ts";

/** Each instruction as the builder reads it: the keyword, and the rest without continuations. */
function read(text: string): string[] {
  return parse(text).instructions.map(({ keywordText, rest }) => `${keywordText}|${rest.text}`);
}

/** The kind of every line. */
function kinds(text: string): string[] {
  return parse(text).sourceLines.map(({ kind }) => kind);
}

function countErrors(line: string): number {
  return parse(`FROM a\nRUN ${line}\n`).errors.length;
}

test("blanks behind the continuation character do not matter", () => {
  assert.deepEqual(read("RUN a \\ \t \nb\n"), ["RUN|a b"]);
});

test("blanks of a continued line stay, those before the keyword go", () => {
  assert.deepEqual(read("  RUN a\\\n    b  \n"), ["RUN|a    b"]);
});

test("a doubled continuation character is none, and neither is a tripled one", () => {
  assert.deepEqual(read("RUN a \\\\\nUSER b\n"), ["RUN|a \\\\", "USER|b"]);
  assert.deepEqual(read("RUN a \\\\\\\nUSER b\n"), ["RUN|a \\\\\\", "USER|b"]);
});

test("a line of nothing but the continuation character continues", () => {
  assert.deepEqual(read("RUN a\\\n\\\nb\n"), ["RUN|ab"]);
});

test("comments and empty lines inside of an instruction do not end it", () => {
  const text = "RUN a \\\n# one\n\n  # two\n \t \n  b\nUSER c\n";
  assert.deepEqual(read(text), ["RUN|a   b", "USER|c"]);
  assert.deepEqual(kinds(text), [
    "instruction",
    "comment",
    "blank",
    "comment",
    "blank",
    "continuation",
    "instruction",
  ]);
  assert.equal(parse(text).instructions[0]?.blankLines.length, 2);
  assert.equal(parse(text).instructions[0]?.innerComments.length, 2);
});

test("a comment inside of an instruction is no place for a continuation", () => {
  assert.deepEqual(read("RUN a \\\n# one \\\nb\nUSER c\n"), ["RUN|a b", "USER|c"]);
});

test("a hash behind other text begins no comment", () => {
  assert.deepEqual(read("RUN a # b \\\nc\n"), ["RUN|a # b c"]);
});

test("a file may end in a continuation", () => {
  assert.deepEqual(read("RUN a \\"), ["RUN|a"]);
  assert.deepEqual(parse("FROM a\nRUN b \\\n").errors, []);
});

test("a keyword ends at a blank of ASCII, and only there", () => {
  for (const blank of ["\t", "\v", "\f", "\r", " ", " \t "]) {
    assert.deepEqual(read(`RUN${blank}x`), ["RUN|x"], JSON.stringify(blank));
  }
  assert.deepEqual(read("RUN\u00a0x"), ["RUN\u00a0x|"]);
});

test("a keyword may be cut by a continuation", () => {
  const text = "R\\\nUN x\n";
  assert.deepEqual(read(text), ["RUN|x"]);
  assert.deepEqual(parse(text).instructions[0]?.keywordSpan, { start: 0, end: 5 });
});

test("keywords count in any case", () => {
  assert.deepEqual(
    parse("from a\nRun b\n").instructions.map(({ keyword }) => keyword),
    ["FROM", "RUN"],
  );
});

test("a byte order mark is no part of the first line, and only of that", () => {
  assert.deepEqual(read("\ufeffFROM a\n"), ["FROM|a"]);
  assert.deepEqual(read("\n\ufeffFROM a\n"), ["\ufeffFROM|a"]);
});

test("CRLF and a lone CR: the first ends a line, the second is a blank", () => {
  assert.deepEqual(read("RUN a \\\r\n b\r\nUSER c\r\n"), ["RUN|a  b", "USER|c"]);
  assert.deepEqual(read("RUN a\rUSER b\n"), ["RUN|a\rUSER b"]);
});

test("comments describe the instruction below until a bare mark, across empty lines", () => {
  const { instructions } = parse("# x\n#\n# a\n\n  # b\nFROM c\nARG d\n");
  assert.deepEqual(
    instructions.map(({ docComments }) => docComments.map(({ text }) => text)),
    [["a", "b"], []],
  );
});

test("a directive describes nothing", () => {
  const [from] = parse("# escape=`\n# a\nFROM b\n").instructions;
  assert.deepEqual(
    from?.docComments.map(({ text }) => text),
    ["a"],
  );
});

test("the span of an instruction reaches over its heredocs, the span of its lines does not", () => {
  const text = "RUN a \\\n <<E\nb\nE\nUSER c\n";
  const [run] = parse(text).instructions;
  assert.ok(run !== undefined);
  assert.equal(text.slice(run.span.start, run.span.end), "RUN a \\\n <<E\nb\nE");
  assert.equal(text.slice(run.lineSpan.start, run.lineSpan.end), "RUN a \\\n <<E");
});

test("65,535 bytes of one line are the most, counted in UTF-8 and with what ends the line", () => {
  const most = 65_535 - "RUN \n".length;
  assert.equal(countErrors("x".repeat(most)), 0);
  assert.equal(countErrors("x".repeat(most + 2)), 1);
  assert.equal(countErrors("é".repeat(most / 2)), 0);
  assert.equal(countErrors("é".repeat(most / 2 + 1)), 1);
});
