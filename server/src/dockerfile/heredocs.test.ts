import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "./parse.ts";
import type { Heredoc } from "./syntax.ts";

function heredocs(text: string): readonly Heredoc[] {
  return parse(text).instructions[0]?.heredocs ?? [];
}

/** The heredocs of the first instruction as `name: content`. */
function read(text: string): string[] {
  return heredocs(text).map(({ name, content }) => `${name}: ${content}`);
}

test("RUN, COPY and ADD have heredocs, also behind ONBUILD", () => {
  for (const start of ["RUN", "COPY", "ADD", "ONBUILD RUN", "onbuild copy"]) {
    assert.deepEqual(read(`${start} <<E /x\na\nE\n`), ["E: a\n"], start);
  }
  for (const start of ["CMD", "ENV a=", "ENTRYPOINT", "ONBUILD CMD", "ONBUILD ONBUILD RUN"]) {
    assert.deepEqual(read(`${start} <<E\na\nE\n`), [], start);
  }
});

test("JSON form has none", () => {
  assert.deepEqual(read('COPY ["<<E", "/x"]\n'), []);
});

test("a word is a heredoc with a number before, a dash and blanks behind", () => {
  for (const [word, isHeredoc] of [
    ["<<E", true],
    ["3<<E", true],
    ["<< E", true],
    ["<<-E", true],
    ["<<- E", false],
    ["<<<E", false],
    ["a<<E", false],
    ["<<", false],
    ['"<<E"', false],
  ] as const) {
    assert.equal(read(`RUN ${word}\na\nE\n`).length === 1, isHeredoc, word);
  }
  assert.equal(heredocs("RUN 3<<E\nE\n")[0]?.fileDescriptor, 3);
});

test("any quote in the name keeps the body as it is", () => {
  for (const word of ["<<'E'", '<<"E"', "<<E''"]) {
    assert.equal(heredocs(`RUN ${word}\nE\n`)[0]?.quoted, true, word);
  }
  assert.equal(heredocs("RUN <<E\nE\n")[0]?.quoted, false);
});

test("a quoted name may hold blanks", () => {
  assert.deepEqual(read("RUN <<'E F'\na\nE F\n"), ["E F: a\n"]);
});

test("a dash takes leading tabs away, and only tabs", () => {
  assert.deepEqual(read("RUN <<-E\n\t\ta\n\t b\n\tE\n"), ["E: a\n b\n"]);
  assert.deepEqual(read("RUN <<-E\n  a\n  E\nE\n"), ["E:   a\n  E\n"]);
});

test("an unmatched quote hides the heredoc", () => {
  assert.deepEqual(read("RUN <<E 'a\n"), []);
});

test("words are read with a backslash whatever the escape directive says", () => {
  assert.deepEqual(read("# escape=`\nRUN \\<<E\n"), []);
});

test("bodies keep CRLF, and terminators are found before it", () => {
  assert.deepEqual(read("RUN <<E\r\na\r\nE\r\nUSER b\r\n"), ["E: a\r\n"]);
});

test("comments, empty lines and continuations mean nothing in a body", () => {
  assert.deepEqual(read("RUN <<E\n# a\n\nb \\\nE\nUSER c\n"), ["E: # a\n\nb \\\n"]);
  assert.equal(parse("RUN <<E\n# a\n\nb \\\nE\nUSER c\n").instructions.length, 2);
  assert.deepEqual(parse("RUN <<E\n# a\nE\n").comments, []);
});

test("of two heredocs of one name in a COPY both have the content of the last", () => {
  const [copy] = parse("COPY <<E <<E /x/\na\nE\nb\nE\n").instructions;
  assert.ok(copy?.keyword === "COPY");
  assert.deepEqual(
    copy.sources.map(({ heredoc }) => heredoc?.content),
    ["b\n", "b\n"],
  );
});
