import assert from "node:assert/strict";
import { test } from "node:test";
import type { BuildContext } from "../buildContext/buildContext.ts";
import { readIgnoreFile } from "../buildContext/dockerignore.ts";
import { parse } from "../dockerfile/parse.ts";
import { readFixture } from "../testing/fixture.ts";
import { pathCompletion } from "./pathCompletion.ts";

const context: BuildContext = {
  ignoreFile: () => Promise.resolve(readIgnoreFile("node_modules\n*.log\n")),
  list: (directory) =>
    Promise.resolve(
      directory === "src/"
        ? [{ name: "main.ts", isDirectory: false }]
        : directory === "" || directory === "./"
          ? [
              { name: "a b", isDirectory: false },
              { name: "debug.log", isDirectory: false },
              { name: "node_modules", isDirectory: true },
              { name: "package.json", isDirectory: false },
              { name: "src", isDirectory: true },
            ]
          : [],
    ),
};

async function checkPaths(marked: string, expected: readonly string[]): Promise<void> {
  const { text, cursor = 0 } = readFixture(marked);
  const items = await pathCompletion(parse(text), cursor, context);
  assert.deepEqual(
    items.map(({ label }) => label),
    expected,
  );
}

test("a source names files of the context that the ignore file lets in", async () => {
  await checkPaths("FROM a\nCOPY <|>", ["package.json", "src/"]);
  await checkPaths("FROM a\nCOPY --link pa<|>", ["package.json", "src/"]);
  await checkPaths("FROM a\nADD x ./<|> /app/\n", ["package.json", "src/"]);
  await checkPaths("FROM a\r\nCOPY \\\r\n  src/ma<|>in /app/\r\n", ["main.ts"]);
});

test("only the last part of a path is replaced", async () => {
  const { text, cursor = 0 } = readFixture("FROM a\nCOPY src/ma<|> /app/\n");
  const [item] = await pathCompletion(parse(text), cursor, context);
  assert.deepEqual(item?.textEdit, {
    range: { start: { line: 1, character: 9 }, end: { line: 1, character: 11 } },
    newText: "main.ts",
  });
});

test("destinations, other stages and other instructions know no files of the context", async () => {
  await checkPaths("FROM a\nCOPY x /<|>\n", []);
  await checkPaths("FROM a\nCOPY --from=b <|>", []);
  await checkPaths("FROM a\nRUN <|>", []);
  await checkPaths("FROM a\nADD https://<|> /x\n", []);
  await checkPaths("FROM a\nCOPY $A/<|> /x\n", []);
  await checkPaths("FROM a\nCOPY <<EOF /x\n<|>\nEOF\n", []);
});
