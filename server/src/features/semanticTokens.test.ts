import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../dockerfile/parse.ts";
import { dedent } from "../text/dedent.ts";
import { semanticTokens, semanticTokensLegend } from "./semanticTokens.ts";

/** The tokens in order: `text type`, with a `*` for a declaration. */
function tokens(text: string, within?: { start: number; end: number }): string[] {
  const { data } = semanticTokens(parse(text), within);
  const found: string[] = [];
  const lines = text.split("\n");
  let line = 0;
  let character = 0;
  for (let at = 0; at < data.length; at += 5) {
    const [down = 0, right = 0, length = 0, type = 0, modifiers = 0] = data.slice(at, at + 5);
    line += down;
    character = down === 0 ? character + right : right;
    const written = lines[line]?.slice(character, character + length);
    found.push(`${written} ${semanticTokensLegend.tokenTypes[type]}${modifiers === 1 ? "*" : ""}`);
  }
  return found;
}

test("keywords, flags, stages, variables and commands have their colors, through continued lines", () => {
  const text = dedent(`
    # syntax=docker/dockerfile:1
    ARG V=1
    FROM node:$V AS build
    RUN --mount=type=cache,target=/c npm ci && \\
      # why
      if true; then make; fi
    COPY --from=build /a /b
  `);
  assert.deepEqual(tokens(text), [
    "syntax macro",
    "ARG keyword",
    "V variable*",
    "FROM keyword",
    "V variable",
    "AS keyword",
    "build class*",
    "RUN keyword",
    "--mount property",
    "npm function",
    "# why comment",
    "true function",
    "make function",
    "COPY keyword",
    "--from property",
    "build class",
  ]);
});

test("what only looks like a keyword, a comment or a variable has no color of its own", () => {
  assert.deepEqual(tokens("FROM a\nRUN <<E\nFROM b\n# c\nE\nLABEL a='$x'\nCMD [\"d\"]"), [
    "FROM keyword",
    "RUN keyword",
    "E string",
    "FROM function",
    "# c comment",
    "E string",
    "LABEL keyword",
    "CMD keyword",
  ]);
});

test("a range has the tokens of its lines, and the places begin anew", () => {
  const text = "FROM a\nRUN b\nRUN c\n";
  assert.deepEqual(tokens(text, { start: 8, end: 8 }), ["RUN keyword", "b function"]);
});

test("tokens of any text are in order and lie in one line each", () => {
  for (const text of [
    "",
    "\uFEFFFROM",
    "RUN",
    "FROM a\nRUN a\\\nb c",
    "FROM a\nRUN $(\n\\",
    "ARG A\\\nB=1\nFROM $A\\\nB",
    "FROM a\r\nRUN <<E\r\n x\r\n",
  ]) {
    const { data } = semanticTokens(parse(text));
    assert.equal(data.length % 5, 0);
    for (let at = 0; at < data.length; at += 5) {
      assert.ok((data[at] ?? -1) >= 0 && (data[at + 1] ?? -1) >= 0, text);
      assert.ok((data[at + 2] ?? 0) > 0, text);
    }
  }
});
