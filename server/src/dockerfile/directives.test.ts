import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "./parse.ts";

/** Each directive as `name=value`, with a mark before those that are not heeded. */
function read(text: string): string[] {
  return parse(text).directives.map(
    ({ name, value, effective }) => `${effective ? "" : "- "}${name}=${value}`,
  );
}

test("blanks around name and equals sign do not matter, and neither does case", () => {
  assert.deepEqual(read("#SYNTAX=a\n#  Escape =  `  \nFROM x\n"), ["syntax=a", "escape=`"]);
  assert.equal(parse("#  Escape =  `  \nFROM x\n").escape, "`");
});

test("an empty line, a comment, an unknown name and an empty value end the block", () => {
  for (const line of ["", "# hello", "# foo=bar", "# syntax=", "#", "FROM x"]) {
    assert.equal(parse(`${line}\n# escape=\`\nFROM x\n`).escape, "\\", line);
    assert.deepEqual(read(`${line}\n# escape=\`\nFROM x\n`), [], line);
  }
});

test("after a shebang syntax and check are heeded, and escape is not", () => {
  const text = "#!/bin/sh\n# syntax=a\n# escape=`\n# check=skip=all\nFROM x\n";
  assert.deepEqual(read(text), ["syntax=a", "- escape=`", "check=skip=all"]);
  assert.equal(parse(text).escape, "\\");
});

test("with blanks before the mark escape is heeded, and syntax and check are not", () => {
  const text = " # escape=`\n # syntax=a\nFROM x\n";
  assert.deepEqual(read(text), ["escape=`", "- syntax=a"]);
  assert.equal(parse(text).escape, "`");
});

test("the second of a name is an error and not heeded", () => {
  const text = "# syntax=a\n# syntax=b\nFROM x\n";
  assert.deepEqual(read(text), ["syntax=a", "- syntax=b"]);
  assert.deepEqual(
    parse(text).errors.map(({ message }) => message),
    ["only one syntax parser directive can be used"],
  );
});

test("of a check only what stands before the first blank counts, so what is wrong behind it is no error", () => {
  assert.deepEqual(parse("# check=skip=A, B;error=maybe\nFROM x\n").errors, []);
});

test("a byte order mark and CRLF do not hide directives", () => {
  assert.equal(parse("\ufeff# escape=`\r\nFROM x\r\n").escape, "`");
});
