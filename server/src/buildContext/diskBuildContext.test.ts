import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { BuildContext } from "./buildContext.ts";
import { findDiskBuildContext } from "./diskBuildContext.ts";

async function context(
  t: TestContext,
  files: Readonly<Record<string, string>>,
): Promise<BuildContext> {
  const root = await mkdtemp(join(tmpdir(), "slipway context "));
  t.after(() => rm(root, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(root, name, ".."), { recursive: true });
    await writeFile(join(root, name), text);
  }
  const found = findDiskBuildContext(pathToFileURL(join(root, "web.Dockerfile")).href);
  assert.ok(found);
  return found;
}

test("the ignore file of the Dockerfile comes before that of the folder", async (t) => {
  const both = { ".dockerignore": "a", "web.Dockerfile.dockerignore": "b" };
  const ignore = await (await context(t, both)).ignoreFile();
  assert.deepEqual([ignore?.excludes("a"), ignore?.excludes("b")], [false, true]);
  const other = await (await context(t, { ".dockerignore": "a" })).ignoreFile();
  assert.equal(other?.excludes("a"), true);
});

test("without an ignore file there is none", async (t) => {
  assert.equal(await (await context(t, {})).ignoreFile(), undefined);
});

test("directories are listed by name, and what is not there is empty", async (t) => {
  const found = await context(t, { "src/b.txt": "", "src/a/x": "", Dockerfile: "" });
  assert.deepEqual(await found.list("./src/"), [
    { name: "a", isDirectory: true },
    { name: "b.txt", isDirectory: false },
  ]);
  assert.deepEqual(await found.list("nowhere"), []);
});

test("nobody looks out of the context", async (t) => {
  assert.deepEqual(await (await context(t, { a: "" })).list("../"), []);
});

test("a Dockerfile that is not on the disk has no context", () => {
  assert.equal(findDiskBuildContext("untitled:Untitled-1"), undefined);
  assert.equal(findDiskBuildContext("file://host:bad%/x"), undefined);
});
