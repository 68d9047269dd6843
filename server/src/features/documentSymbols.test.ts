import assert from "node:assert/strict";
import { test } from "node:test";
import type { DocumentSymbol } from "vscode-languageserver";
import { parse } from "../dockerfile/parse.ts";
import { dedent } from "../text/dedent.ts";
import { documentSymbols } from "./documentSymbols.ts";

/** The outline as indented lines. */
function outline(symbols: readonly DocumentSymbol[], depth = 0): string {
  return symbols
    .map(
      ({ name, detail, children, range }) =>
        `${"  ".repeat(depth)}${name} | ${detail} | ${range.start.line}-${range.end.line}\n${outline(children ?? [], depth + 1)}`,
    )
    .join("");
}

test("stages hold their instructions, and global ARGs stand before them", () => {
  const file = parse(
    dedent(`
      ARG V=1
      FROM node:$V AS Build
      RUN a \\
        b
      ONBUILD RUN c
      FROM scratch
      COPY --from=build /a /b
    `),
  );
  assert.equal(
    outline(documentSymbols(file)),
    dedent(`
      ARG | V=1 | 0-0
      Build | node:$V | 1-4
        RUN | a b | 2-3
        ONBUILD | RUN c | 4-4
      stage-1 | scratch | 5-6
        COPY | /a /b | 6-6
    `),
  );
});

test("every name stands inside of what it names, in any text", () => {
  for (const text of [
    "",
    "\uFEFFFROM a\r\nRUN b \\\r\n c\r\n",
    "FROM",
    "RUN x\nFROM a\nRUN <<E\nb\n",
    "ONBUILD\nfoo bar",
  ]) {
    const check = ({ range, selectionRange, children, name }: DocumentSymbol): void => {
      assert.ok(name !== "");
      assert.ok(
        range.start.line <= selectionRange.start.line && selectionRange.end.line <= range.end.line,
      );
      children?.forEach(check);
    };
    documentSymbols(parse(text)).forEach(check);
  }
});
