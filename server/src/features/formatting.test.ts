import assert from "node:assert/strict";
import { test } from "node:test";
import type { FormattingOptions } from "vscode-languageserver";
import fixture from "../cache/truth.fixture.json" with { type: "json" };
import { parse } from "../dockerfile/parse.ts";
import { applyEdits } from "../lint/rule.ts";
import { rules } from "../lint/rules/index.ts";
import { readFixture } from "../testing/fixture.ts";
import { dedent } from "../text/dedent.ts";
import { formatting } from "./formatting.ts";

const spaces = { insertSpaces: true, tabSize: 4 };

function format(text: string, options: FormattingOptions = spaces): string {
  return applyEdits(text, formatting(parse(text), options));
}

/** What the builder takes from a file: everything but places, comments and the blanks between words. */
function meaning(text: string): string {
  const { instructions, directives } = parse(text);
  const meant = instructions.map((instruction) => ({
    ...instruction,
    described: instruction.docComments.map((comment) => comment.text),
    ...(blanksSeparate.has(instruction.keyword) ? { rest: "", body: "" } : {}),
  }));
  return JSON.stringify([directives, meant], (key, value: unknown) =>
    layout.test(key) || isSpan(value) ? undefined : value,
  );
}

const blanksSeparate = new Set(["ARG", "ENV", "LABEL", "COPY", "ADD", "EXPOSE", "VOLUME"]);

const layout = /^(?:runs|offset|docComments|innerComments|blankLines|trigger|field)$/;

function isSpan(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).join() === "start,end";
}

test("an instruction begins its line, and one blank follows its keyword", () => {
  assert.equal(
    format("  FROM   busybox\n\tRUN\techo  'a   b' \nCMD\n"),
    "FROM busybox\nRUN echo  'a   b'\nCMD\n",
  );
});

test("what a shell gets keeps its indentation, and so does a heredoc", () => {
  const text = dedent(`
    FROM busybox
    RUN apk add \\
    curl \\
          git
    RUN <<EOT
      indented  
    EOT
  `);
  assert.equal(format(text), text);
});

test("continued lines without indentation get that of their neighbors, and others keep theirs", () => {
  assert.equal(
    format("FROM a\nENV A=1 \\\nB=2 \\\n  C=3 \\\n      D=4\nCOPY a \\\nb \\\nc/\n"),
    "FROM a\nENV A=1 \\\n  B=2 \\\n  C=3 \\\n      D=4\nCOPY a \\\n    b \\\n    c/\n",
  );
  assert.equal(
    format("FROM a\nEXPOSE 1 \\\n2\n", { insertSpaces: false, tabSize: 8 }),
    "FROM a\nEXPOSE 1 \\\n\t2\n",
  );
});

test("a word that goes on in the next line is left alone", () => {
  const text = 'FROM a\nENV A="x \\\ny" B=1\\\n2\nENV legacy x \\\ny\n';
  assert.equal(format(text), text);
});

test("blank lines do not pile up, and those above a comment at the top stay", () => {
  assert.equal(
    format("\n\n\n\n# escape=`\nFROM a\n\n\n\n\n\nRUN b\n"),
    "\n\n\n\n# escape=`\nFROM a\n\n\nRUN b\n",
  );
});

test("the end of the file is as the editor is set", () => {
  assert.equal(
    format("FROM a\r\nRUN b", { ...spaces, insertFinalNewline: true }),
    "FROM a\r\nRUN b\r\n",
  );
  assert.equal(format("FROM a\n\n \n", { ...spaces, trimFinalNewlines: true }), "FROM a\n");
  assert.equal(
    format("FROM a\nRUN <<E\nb", { ...spaces, insertFinalNewline: true }),
    "FROM a\nRUN <<E\nb",
  );
});

test("only the lines that were asked for change", () => {
  const { text, cursor = 0 } = readFixture("# a\n  FROM b\n  RUN <|>c\n  RUN d\n");
  const edits = formatting(parse(text), spaces, { start: cursor, end: cursor });
  assert.equal(applyEdits(text, edits), "# a\n  FROM b\nRUN c\n  RUN d\n");
});

test("a formatted file means the same to the builder, and formatting it again changes nothing", () => {
  const examples = rules.flatMap(({ examples: each }) =>
    each.map(({ bad }) => readFixture(bad).text),
  );
  const texts = [...examples, ...fixture.cases.map(({ dockerfile }) => dockerfile)];
  assert.ok(texts.length > 200);
  const wild = texts.flatMap((text) => [
    text,
    text.replaceAll("\n", " \t\n"),
    text.replaceAll("\n", "\n\n\n\n"),
    text.replaceAll(/^/gm, "  "),
    text.replaceAll(/^[ \t]+/gm, ""),
    text.replaceAll(" ", " \\\n"),
    text.replaceAll("\n", "\r\n"),
  ]);
  for (const text of wild) {
    const formatted = format(text);
    assert.equal(meaning(formatted), meaning(text), text);
    assert.equal(format(formatted), formatted, text);
  }
});
