import assert from "node:assert/strict";
import { test } from "node:test";
import { MarkupContent } from "vscode-languageserver";
import { parse } from "../dockerfile/parse.ts";
import { instructionDescriptions } from "../dockerfile/instructions.ts";
import { expectedPicture, readFixture, renderMarks } from "../testing/fixture.ts";
import { hover } from "./hover.ts";
import { spanOfRange } from "./ranges.ts";

/** The word that the hover is about is marked with the first line of what it says. */
function checkHover(marked: string): void {
  const { text, cursor = 0 } = readFixture(marked);
  const file = parse(text);
  const found = hover(file, cursor);
  const marks =
    found?.range === undefined
      ? []
      : [
          {
            ...spanOfRange(file.lines, found.range),
            label: textAt(text, cursor).split("\n\n").join(" "),
          },
        ];
  assert.equal(renderMarks(text, marks), expectedPicture(marked));
}

function textAt(text: string, offset: number): string {
  const contents = hover(parse(text), offset)?.contents;
  return MarkupContent.is(contents) ? contents.value : "";
}

test("an instruction shows how it is written, what it does and where to read on", () => {
  const text = textAt("FROM a\ncopy x y\n", 8);
  assert.match(text, /^```dockerfile\nCOPY \[OPTIONS\] <src> \.\.\. <dest>\n```\n\nCopies /);
  assert.match(text, /\[Dockerfile reference\]\(https:\/\/docs\.docker\.com\/.*#copy\)$/);
  assert.match(textAt("FROM a\nMAINTAINER x\n", 8), /\*\*Deprecated\.\*\*/);
});

test("every instruction is explained", () => {
  for (const { keyword } of instructionDescriptions) {
    assert.match(textAt(`FROM a\n${keyword} x\n`, 9), /Dockerfile reference/, keyword);
  }
});

test("what ONBUILD holds is explained too", () => {
  assert.match(textAt("FROM a\nONBUILD RUN x\n", 17), /^```dockerfile\nRUN /);
});

test("a flag shows its value, its meaning and since when it is known", () => {
  checkHover(`
    FROM alpine
    COPY --li<|>nk a b
           ^^^^ \`--link\` Puts the files into a layer of their own that does not depend on the layers below, so that it stays cached when those change. Known from \`docker/dockerfile:1.4\` on.
  `);
});

test("an option of a mount is explained for the type of the mount", () => {
  checkHover(`
    FROM alpine
    RUN --mount=type=cache,dst=/x,shar<|>ing=locked make
                                  ^^^^^^^^^^^^^^ \`sharing=shared|private|locked\` What happens when two builds want the cache at once: both have it (\`shared\`, the default), each has its own (\`private\`), or the second waits (\`locked\`).
  `);
  checkHover(`
    FROM alpine
    RUN --mount=type=cache,d<|>st=/x make
                           ^^^^^^ \`target=path\` Where it is mounted.
  `);
});

test("a variable shows its value where it is used and where it has that from", () => {
  checkHover(`
    ARG VERSION=22
    FROM node:\${VERS<|>ION}-slim
                ^^^^^^^ \`VERSION=22\` Default value from line 1, before the first FROM; \`--build-arg\` can set another.
  `);
  checkHover(`
    FROM alpine
    ENV A=1
    ENV A=\${A}2
    RUN echo "$<|>A"
               ^ \`A=12\` Set by ENV in line 3; containers have it too.
  `);
  checkHover(`
    FROM alpine
    ARG TO<|>KEN
        ^^^^^ \`TOKEN\` Declared in line 2 without a default: \`--build-arg\` can set it.
  `);
  checkHover(`
    FROM --platform=$BUILD<|>PLATFORM alpine
                     ^^^^^^^^^^^^^ \`BUILDPLATFORM=linux/amd64\` Set by the builder. The value is that of a build for \`linux/amd64\` without options.
  `);
});

test("a stage shows all that it is built on", () => {
  checkHover(`
    # Compiles everything.
    FROM node:22 AS base
    FROM base AS build
    FROM scratch
    COPY --from=bu<|>ild /a /a
                ^^^^^ Stage \`build\` (line 3), built on stage \`base\`, which is built on \`node:22\`.
  `);
  checkHover(`
    # Compiles everything.
    FROM node:22 AS ba<|>se
                    ^^^^ Stage \`base\` (line 2), built on \`node:22\`. Compiles everything.
  `);
  checkHover(`
    FROM scratch
    FROM alpine
    COPY --from=<|>0 /a /a
                ^ Stage number 0 (line 1), built on \`scratch\`.
  `);
});

test("an image shows the parts of its name with what is not written", () => {
  assert.equal(
    textAt("FROM node:22\n", 7),
    "`docker.io/library/node:22`\n\n- Registry: `docker.io`, the default\n- Repository: `node`\n- Tag: `22`",
  );
  assert.equal(
    textAt("ARG V=1\nFROM ghcr.io/a/b:$V\n", 15),
    "`ghcr.io/a/b:1`\n\n- Registry: `ghcr.io`\n- Repository: `a/b`\n- Tag: `$V`",
  );
  assert.match(textAt("FROM scratch\n", 7), /nothing at all/);
});

test("directives are explained", () => {
  assert.match(textAt("# syntax=docker/dockerfile:1\nFROM a\n", 4), /^\*\*syntax\*\*/);
});

test("nothing is said about comments, bodies and unknown instructions", () => {
  const text = "# note\nFROM a\nRUN <<EOF\nmake\nEOF\nNONSENSE x\n";
  for (const word of ["note", "make", "NONSENSE"]) {
    assert.equal(textAt(text, text.indexOf(word)), "", word);
  }
});

test("places are right with CRLF, a byte order mark and continuations", () => {
  const text = "\uFEFFFROM a AS b\r\nCOPY \\\r\n  --from=b \\\r\n  x y\r\n";
  const found = hover(parse(text), text.indexOf("=b") + 1);
  assert.deepEqual(found?.range, {
    start: { line: 2, character: 9 },
    end: { line: 2, character: 10 },
  });
});

test("backticks and line breaks in a value do not break the Markdown", () => {
  assert.match(textAt("FROM a\nENV A='x`y'\nRUN $A\n", 11), /^``A=x`y``/);
});
