import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanPath, readIgnoreFile } from "./dockerignore.ts";

/** Each row: the ignore file, then paths that it leaves out, then paths that stay. */
function checkMatches(text: string, out: readonly string[], stays: readonly string[]): void {
  const matcher = readIgnoreFile(text);
  assert.deepEqual(
    {
      out: out.filter((path) => matcher.excludes(path)),
      stays: stays.filter((path) => !matcher.excludes(path)),
    },
    { out, stays },
  );
}

test("a plain name is anchored at the root and takes everything below it", () => {
  checkMatches("build", ["build", "build/a", "build/a/b"], ["a/build", "builds", "xbuild"]);
});

test("a wildcard does not cross a slash", () => {
  checkMatches("*.log", ["a.log", ".log"], ["sub/a.log", "a.logs"]);
  checkMatches("a/*", ["a/b", "a/b/c"], ["a", "b"]);
  checkMatches("a?c", ["abc", "a😀c"], ["ac", "a/c", "abbc"]);
});

test("two asterisks match any depth, none included", () => {
  checkMatches(
    "**/node_modules",
    ["node_modules", "a/node_modules", "a/b/node_modules/c"],
    ["a/xnode_modules", "my_node_modules"],
  );
  checkMatches("**/*.log", ["a.log", "a/b/c.log"], ["a.txt"]);
  checkMatches("docs/**/x", ["docs/x", "docs/a/b/x"], ["docs", "docsx", "docs/xx"]);
  checkMatches("docs/**", ["docs/a", "docs/a/b"], ["docs", "docsa"]);
  checkMatches("**", ["a", "a/b"], []);
  checkMatches("**/*", ["a", "a/b"], []);
  checkMatches("a**", ["a", "ab", "ab/c"], ["b"]);
});

test("leading asterisks before a plain name test the end of the path only", () => {
  checkMatches("**foo", ["foo", "xfoo", "a/xfoo"], ["foox"]);
});

test("classes and escapes are those of Go", () => {
  checkMatches("[a-c]x", ["ax", "cx"], ["dx", "a-x"]);
  checkMatches("[^a]x", ["bx"], ["ax"]);
  checkMatches("\\*x", ["*x"], ["ax"]);
  checkMatches("a.b*", ["a.b", "a.bc"], ["axb"]);
  checkMatches("a+(1)$*", ["a+(1)$", "a+(1)$x"], ["aa(1)$"]);
});

test("beside a wildcard a bar separates alternatives, as upstream's slip has it", () => {
  checkMatches("*a|b", ["xa", "xaz", "zb", "b"], ["x", "bz"]);
  checkMatches("a|b", ["a|b"], ["a", "b"]);
});

test("the last pattern that decides wins", () => {
  checkMatches("*\n!src\nsrc/tmp", ["a", "src/tmp", "src/tmp/x"], ["src", "src/a"]);
  checkMatches("a\n!a/keep", ["a", "a/b"], ["a/keep", "a/keep/x"]);
});

test("an exception lets in nothing that was not yet left out where it matched", () => {
  checkMatches("a/b\n!a", ["a/b"], ["a", "a/c"]);
});

test("comments, blanks, a byte order mark, CRLF and leading slashes are read as BuildKit does", () => {
  checkMatches("\uFEFF# no\r\n  /a/ \r\n\r\n ! a/b \r\n", ["a", "a/c"], ["a/b", "# no"]);
  checkMatches(" #hash", ["#hash"], []);
  checkMatches("./x/../y//z/", ["y/z"], ["x"]);
});

test("paths may be written with a leading dot or slash", () => {
  checkMatches("a/b", ["./a/b", "/a/b", "a//b"], []);
});

test("a malformed pattern is an error and matches nothing", () => {
  for (const pattern of ["[", "[a", "[]", "[a-]", "[-a]", "a\\", "!", "! "]) {
    const matcher = readIgnoreFile(`ok\n${pattern}`);
    assert.deepEqual(
      matcher.errors.map(({ line }) => line),
      [1],
      pattern,
    );
    assert.equal(matcher.excludes("ok"), true);
    assert.equal(matcher.excludes("a"), false);
  }
});

test("a walker may skip a directory that is left out and holds no exception", () => {
  const plain = readIgnoreFile("node_modules\ndist\n!dist/keep/x");
  assert.equal(plain.mayContainIncluded("node_modules"), false);
  assert.equal(plain.mayContainIncluded("node_modules/a"), false);
  assert.equal(plain.mayContainIncluded("src"), true);
  assert.equal(plain.mayContainIncluded("."), true);
  assert.equal(plain.mayContainIncluded("dist"), true);
  assert.equal(plain.mayContainIncluded("dist/keep"), true);
  assert.equal(plain.mayContainIncluded("dist/other"), false);
});

test("a walker looks everywhere when an exception holds a wildcard", () => {
  const wild = readIgnoreFile("*\n!**/*.md");
  assert.equal(wild.mayContainIncluded("a/b"), true);
  assert.equal(wild.excludes("a/b/c.md"), false);
  assert.equal(wild.excludes("a/b/c.ts"), true);
});

test("any text gives a matcher", () => {
  const seeds = [
    "[",
    "]",
    "{2}",
    "(",
    "*",
    "**",
    "\\",
    "!",
    "^",
    "|",
    "-",
    "/",
    "a",
    ".",
    "\n",
    "?",
    "é",
    "\u0000",
  ];
  let state = 7;
  const next = (): number => (state = (state * 1103515245 + 12345) % 2147483648);
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: next() % 9 }, () => seeds[next() % seeds.length] ?? "").join(
      "",
    );
    const matcher = readIgnoreFile(text);
    assert.equal(typeof matcher.excludes("a/b"), "boolean");
    assert.equal(
      matcher.excludes("a") && !matcher.mayContainIncluded("a") && !matcher.excludes("a/b"),
      false,
      text,
    );
  }
});

test("a path is cleaned as Go does", () => {
  for (const [path, clean] of [
    ["", "."],
    ["a//b/./c/", "a/b/c"],
    ["../a", "../a"],
    ["a/../../b", "../b"],
    ["/../a", "/a"],
    ["/", "/"],
  ] as const) {
    assert.equal(cleanPath(path), clean);
  }
});
