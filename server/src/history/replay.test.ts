import assert from "node:assert/strict";
import { test } from "node:test";
import { readIgnoreFile } from "../buildContext/dockerignore.ts";
import { parse } from "../dockerfile/parse.ts";
import { buildGraph } from "../graph/buildGraph.ts";
import { engineRules } from "../graph/engineRules.ts";
import type { Commit, TrackedFile } from "./projectHistory.ts";
import { replay, type Replay } from "./replay.ts";

type Changes = Readonly<Record<string, string | undefined>>;

function tracked(changes: Changes): Map<string, TrackedFile | undefined> {
  return new Map(
    Object.entries(changes).map(([path, content]) => [
      path,
      content === undefined ? undefined : { kind: "file", content },
    ]),
  );
}

function replayed(
  dockerfile: string,
  start: Readonly<Record<string, string>>,
  commits: readonly Changes[],
  { ignore = "", target }: { ignore?: string; target?: string } = {},
): Promise<Replay> {
  const graph = buildGraph(parse(dockerfile), {
    engine: engineRules({ version: "28.5.2", containerdStore: false }),
    platform: "linux/amd64",
    baseImages: (reference) => ({ layers: reference }),
    ...(target === undefined ? {} : { target }),
  });
  const files = new Map<string, TrackedFile>(
    Object.entries(start).map(([path, content]) => [path, { kind: "file", content }]),
  );
  const history: Commit[] = commits.map((changes, index) => ({
    id: String(index),
    time: index,
    subject: "",
    changes: tracked(changes),
  }));
  return replay(graph, { start: files, commits: history }, readIgnoreFile(ignore));
}

/** For each commit a letter per step: cached, ran, or unknown as `?`. */
function fates({ commits }: Replay): string[] {
  const letters = { cached: "c", ran: "r", unknown: "?" };
  return commits.map((commit) => commit.fates.map((fate) => letters[fate]).join(""));
}

const manifestFirst = "FROM a\nCOPY package.json .\nRUN install\nCOPY . .\nRUN build\n";

test("a commit runs again what it changes and what follows", async () => {
  const result = await replayed(manifestFirst, { "package.json": "1", "src/a.js": "1" }, [
    { "src/a.js": "2" },
    { "package.json": "2" },
    {},
    { "src/b.js": "1", "README.md": "1" },
  ]);
  assert.deepEqual(fates(result), ["ccrr", "rrrr", "cccc", "ccrr"]);
  assert.deepEqual(
    result.steps.map(({ ran }) => ran),
    [1, 1, 3, 3],
  );
  assert.deepEqual(result.steps[2]?.causes, [
    { path: "README.md", commits: 1 },
    { path: "src/a.js", commits: 1 },
    { path: "src/b.js", commits: 1 },
  ]);
});

test("what is taken back is in the cache still", async () => {
  const result = await replayed(manifestFirst, { "package.json": "1", "a.js": "1" }, [
    { "a.js": "2" },
    { "a.js": "1" },
    { "package.json": "2", "a.js": "2" },
    { "package.json": "1" },
  ]);
  assert.deepEqual(fates(result), ["ccrr", "cccc", "rrrr", "cccc"]);
});

test("ignored files change nothing, and a new empty-looking folder does", async () => {
  const result = await replayed(
    manifestFirst,
    { "package.json": "1" },
    [
      { "docs/a.md": "1" },
      { "notes/b.md": "1" },
      { "notes/b.md": "2" },
      { "notes/b.md": undefined },
    ],
    { ignore: "docs\n**/*.md\n" },
  );
  assert.deepEqual(fates(result), ["cccc", "ccrr", "cccc", "cccc"]);
});

test("what is copied from a stage that ran again may be the same", async () => {
  const result = await replayed(
    "FROM a AS b\nCOPY src .\nRUN make\nFROM a\nCOPY --from=b /out /out\nRUN test\n",
    { "src/a": "1" },
    [{ "src/a": "2" }, { other: "1" }],
  );
  assert.deepEqual(fates(result), ["rr??", "cccc"]);
  assert.deepEqual(
    result.steps.map(({ ran, mayHaveRun }) => [ran, mayHaveRun]),
    [
      [1, 0],
      [1, 0],
      [0, 1],
      [0, 1],
    ],
  );
});

test("patterns take the files that they match", async () => {
  const result = await replayed("FROM a\nCOPY *.json /\n", { "a.json": "1", "b.js": "1" }, [
    { "b.js": "2" },
    { "c.json": "1" },
  ]);
  assert.deepEqual(fates(result), ["c", "r"]);
  assert.deepEqual(result.steps[0]?.causes, [{ path: "c.json", commits: 1 }]);
});

test("commits that cannot be built count for nothing, and the first that can begins", async () => {
  const result = await replayed(manifestFirst, { "src/a": "1" }, [
    { "src/a": "2" },
    { "package.json": "1" },
    { "src/a": "3" },
    { "package.json": undefined },
    { "package.json": "1" },
  ]);
  assert.deepEqual(fates(result), ["ccrr", "cccc"]);
  assert.equal(result.unbuildable, 2);
});

test("a replay can be ended", async () => {
  const graph = buildGraph(parse(manifestFirst), {
    engine: engineRules({ version: "28.5.2", containerdStore: false }),
    platform: "linux/amd64",
    baseImages: (reference) => ({ layers: reference }),
  });
  const commits = [{ id: "1", time: 0, subject: "", changes: new Map() }];
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(
    replay(graph, { start: new Map(), commits }, readIgnoreFile(""), signal),
    /enough/,
  );
});
