import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../dockerfile/parse.ts";
import { applyEdits } from "../lint/rule.ts";
import { expectedPicture, readFixture, renderMarks } from "../testing/fixture.ts";
import { definition } from "./definition.ts";
import { documentHighlights, references } from "./references.ts";
import { spanOfRange } from "./ranges.ts";
import { prepareRename, rename, RenameRefusal } from "./rename.ts";

/** Every reference to what stands at the cursor is marked; the definition says so. */
function checkReferences(marked: string): void {
  const { text, cursor = 0 } = readFixture(marked);
  const file = parse(text);
  const uses = references("file:///Dockerfile", file, cursor, false);
  const marks = references("file:///Dockerfile", file, cursor, true).map((reference) => ({
    ...spanOfRange(file.lines, reference.range),
    label: uses.some(({ range }) => range.start === reference.range.start)
      ? "use"
      : uses.some(({ range }) => JSON.stringify(range) === JSON.stringify(reference.range))
        ? "use"
        : "definition",
  }));
  assert.equal(renderMarks(text, marks), expectedPicture(marked));
}

function checkDefinition(marked: string): void {
  const { text, cursor = 0 } = readFixture(marked);
  const file = parse(text);
  const marks = definition("file:///Dockerfile", file, cursor).map((link) => ({
    ...spanOfRange(file.lines, link.targetSelectionRange),
    label: "here",
  }));
  assert.equal(renderMarks(text, marks), expectedPicture(marked));
}

function renamed(text: string, cursor: number, newName: string): string {
  return applyEdits(text, rename(parse(text), cursor, newName));
}

function checkRename(marked: string, newName: string, expected: string): void {
  const { text, cursor = 0 } = readFixture(marked);
  assert.equal(renamed(text, cursor, newName), readFixture(expected).text);
}

function checkRefusal(marked: string, newName: string, reason: RegExp): void {
  const { text, cursor = 0 } = readFixture(marked);
  assert.throws(
    () => rename(parse(text), cursor, newName),
    (error) => error instanceof RenameRefusal && reason.test(error.message),
  );
}

test("a stage is found in FROM, COPY --from and RUN --mount, by number too", () => {
  checkReferences(`
    FROM alpine AS bu<|>ild
                   ^^^^^ definition
    FROM build
         ^^^^^ use
    COPY --from=Build /a /a
                ^^^^^ use
    COPY --from=0 /a /a
                ^ use
    COPY --from=building /a /a
    RUN --mount=from=build,target=/x build
                     ^^^^^ use
  `);
});

test("two stages of one name are two stages", () => {
  checkReferences(`
    FROM alpine AS x
    FROM x
    FROM debian AS x<|>
                   ^ definition
    FROM x
         ^ use
    COPY --from=x /a /a
                ^ use
  `);
});

test("a global ARG reaches into stages that declare it without a value", () => {
  checkReferences(`
    ARG VERS<|>ION=1
        ^^^^^^^ definition
    FROM node:\${VERSION:-2} AS a
                ^^^^^^^ use
    ARG VERSION
        ^^^^^^^ definition
    RUN echo $VERSION "\${VERSION}"
              ^^^^^^^ use
                         ^^^^^^^ use
    FROM alpine
    ARG VERSION=own
    RUN echo $VERSION
  `);
});

test("a variable of a stage is known in stages built on it and in no other", () => {
  checkReferences(`
    FROM alpine AS base
    ENV HOME_DIR=/srv OTHER=$HOME_DIR
        ^^^^^^^^ definition
    FROM base
    WORKDIR $HOME<|>_DIR
             ^^^^^^^^ use
    RUN <<EOF
      cd "$HOME_DIR"
           ^^^^^^^^ use
    EOF
    FROM alpine
    RUN echo $HOME_DIR
  `);
});

test("a declaration is seen from its line on", () => {
  checkReferences(`
    FROM alpine
    RUN echo $A
    ARG A<|>=1
        ^ definition
    LABEL x="a$A"
               ^ use
    CMD ["sh", "-c", "echo \${A}"]
                             ^ use
  `);
});

test("a command that sets the variable itself is part of it", () => {
  checkReferences(`
    FROM alpine
    ENV A<|>=1
        ^ definition
    RUN A=2 && for A in b; do echo \\$A $A $AB xA=1; done
        ^ use
                   ^ use
                                        ^ use
  `);
});

test("a heredoc has its name at both ends", () => {
  checkReferences(`
    FROM alpine
    COPY <<-"E<|>OF" /a
             ^^^ definition
    EOF is here
    EOF
    ^^^ use
  `);
});

test("the definition of a variable is the line that gives it its value", () => {
  checkDefinition(`
    ARG A=1
        ^ here
    FROM alpine:\${A<|>}
    ARG A
  `);
  checkDefinition(`
    FROM alpine
    ENV A=1
    ENV A=2
        ^ here
    RUN echo $<|>A
    ENV A=3
  `);
  checkDefinition(`
    ARG A=1
        ^ here
    FROM alpine
    ARG <|>A
  `);
});

test("the definition of a stage is its name, and without one its FROM", () => {
  checkDefinition(`
    FROM alpine AS one
                   ^^^ here
    FROM o<|>ne
  `);
  checkDefinition(`
    FROM alpine
    ^^^^ here
    FROM debian
    COPY --from=<|>0 / /
  `);
});

test("nothing is found where nothing has a name", () => {
  checkDefinition(`
    FROM alp<|>ine
    RUN echo $NOTHING
  `);
  checkReferences(`
    FROM alpine
    RUN echo $NOT<|>HING
  `);
});

test("renaming a stage leaves numbers and namesakes alone", () => {
  checkRename(
    `
      FROM alpine AS one
      FROM one AS two
      COPY --from=ONE /one /one
      COPY --from=0 /one /one
      RUN --mount=type=bind,from=o<|>ne,target=/one one
    `,
    "first",
    `
      FROM alpine AS first
      FROM first AS two
      COPY --from=first /one /one
      COPY --from=0 /one /one
      RUN --mount=type=bind,from=first,target=/one one
    `,
  );
});

test("renaming a variable changes each of its scopes", () => {
  checkRename(
    `
      ARG V=1
      FROM node:$V
      ARG V
      ENV W=\${V:+x$V}
      RUN echo "$V" '\${V}' $W \\
        # $V in a comment
        && echo $<|>V
      FROM node:$V
      ARG V=2
      RUN echo $V
    `,
    "VERSION",
    `
      ARG VERSION=1
      FROM node:$VERSION
      ARG VERSION
      ENV W=\${VERSION:+x$VERSION}
      RUN echo "$VERSION" '\${VERSION}' $W \\
        # $V in a comment
        && echo $VERSION
      FROM node:$VERSION
      ARG V=2
      RUN echo $V
    `,
  );
});

test("renaming works with CRLF, a byte order mark and the other escape character", () => {
  const text = "\uFEFF# escape=`\r\nFROM alpine AS a\r\nRUN `\r\n  x\r\nFROM `\r\n  a\r\n";
  assert.equal(
    renamed(text, text.lastIndexOf("a"), "b"),
    "\uFEFF# escape=`\r\nFROM alpine AS b\r\nRUN `\r\n  x\r\nFROM `\r\n  b\r\n",
  );
});

test("names that would not work are refused with the reason", () => {
  checkRefusal("FROM alpine AS a<|>\n", "1x", /begins with a letter/);
  checkRefusal("FROM alpine AS a<|>\nFROM a AS b\n", "b", /already/);
  checkRefusal("FROM alpine AS a<|>\n", "scratch", /reserved/);
  checkRefusal("FROM alpine\nENV A<|>=1\n", "a-b", /letters/);
  checkRefusal("FROM alpine\nENV A<|>=1\nENV B=2\n", "B", /already/);
  checkRefusal("FROM alpine\nARG TARGETARCH<|>\n", "X", /builder/);
  checkRefusal("FROM alpine\nFROM x\nCOPY --from=0<|> / /\n", "x", /no name/);
});

test("only names can be renamed, and the editor is shown the name alone", () => {
  const text = "FROM alpine\nENV ABC=1\nRUN echo ${ABC}\n";
  const file = parse(text);
  assert.deepEqual(prepareRename(file, text.indexOf("ABC}")), {
    range: { start: { line: 2, character: 11 }, end: { line: 2, character: 14 } },
    placeholder: "ABC",
  });
  assert.equal(prepareRename(file, 2), undefined);
});

test("highlights tell where a variable is set from where it is read", () => {
  const text = "FROM alpine\nENV A=1\nRUN echo $A\n";
  const kinds = documentHighlights(parse(text), text.indexOf("A=1")).map(({ kind }) => kind);
  assert.deepEqual(kinds, [3, 2]);
});
