import assert from "node:assert/strict";
import { test } from "node:test";
import { pathPattern } from "./pathPattern.ts";

test("patterns match as Go's path.Match does", () => {
  const cases: [pattern: string, path: string, matches: boolean][] = [
    ["/*.txt", "/a.txt", true],
    ["/*.txt", "/d/a.txt", false],
    ["/*/a", "/d/a", true],
    ["/**", "/d/a", false],
    ["/a?c", "/abc", true],
    ["/a?c", "/a/c", false],
    ["/[a-c]", "/b", true],
    ["/[^a-c]", "/b", false],
    ["/[^a]", "/b", true],
    ["/[!a]", "/!", true],
    ["/a[^b]c", "/a/c", false],
    ["/\\*", "/*", true],
    ["/\\*", "/a", false],
    ["/a.b+(c)", "/a.b+(c)", true],
    ["/[a", "/a", false],
    ["/ä?", "/äö", true],
    ["/?", "/😀", true],
  ];
  for (const [pattern, path, matches] of cases) {
    assert.equal(pathPattern(pattern)(path), matches, `${pattern} ${path}`);
  }
});
