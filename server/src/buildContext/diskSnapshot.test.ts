import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type DiskEntry, DiskSnapshot } from "./diskSnapshot.ts";
import { readIgnoreFile } from "./dockerignore.ts";

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-snapshot-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "d/node_modules"), { recursive: true });
  writeFileSync(join(folder, "a.txt"), "a");
  writeFileSync(join(folder, "d/b.txt"), "b");
  writeFileSync(join(folder, "d/node_modules/x"), "x");
  symlinkSync(".", join(folder, "d/loop"));
  return folder;
}

test("a scan tells what the ignore file leaves, without following links", async (t) => {
  const disk = new DiskSnapshot(makeFolder(t));
  const entries = await disk.scan(readIgnoreFile("**/node_modules"));
  assert.deepEqual(entries.map(({ path, kind }) => `${path} ${kind}`).toSorted(), [
    "a.txt file",
    "d directory",
    "d/b.txt file",
    "d/loop symlink",
  ]);
});

function contentOf(entries: readonly DiskEntry[]): string | undefined {
  return entries.find(({ path }) => path === "a.txt")?.content;
}

test("contents are there when they have been read, as long as the file stays as it is", async (t) => {
  const folder = makeFolder(t);
  const disk = new DiskSnapshot(folder);
  const ignore = readIgnoreFile("");
  assert.equal(contentOf(await disk.scan(ignore)), undefined);
  const digest = contentOf(await disk.read(["a.txt"]));
  assert.equal(digest, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
  assert.equal(contentOf(await disk.scan(ignore)), digest);
  writeFileSync(join(folder, "a.txt"), "other");
  assert.equal(contentOf(await disk.scan(ignore)), undefined);
});

test("what has gone is left out, and nothing throws", async (t) => {
  const folder = makeFolder(t);
  const disk = new DiskSnapshot(folder);
  await disk.scan(readIgnoreFile(""));
  rmSync(join(folder, "a.txt"));
  const entries = await disk.read(["a.txt", "d", "never/there"]);
  assert.deepEqual(
    entries.filter(({ path }) => path === "a.txt" || path === "never/there"),
    [],
  );
  assert.deepEqual(await new DiskSnapshot(join(folder, "gone")).scan(readIgnoreFile("")), []);
});

test("a scan that is aborted rejects", async (t) => {
  const disk = new DiskSnapshot(makeFolder(t));
  await assert.rejects(
    disk.scan(readIgnoreFile(""), AbortSignal.abort(new Error("enough"))),
    /enough/,
  );
});
