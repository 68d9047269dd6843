import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type DiskEntry, DiskSnapshot } from "./diskSnapshot.ts";
import { readIgnoreFile } from "./dockerignore.ts";

function makeFolder(t: TestContext, parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, "slipway-snapshot-"));
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

/** There a file takes all of its size. */
const noSparseFiles = process.platform === "win32";

/** As somebody whom permissions hold back, which they do not hold back root. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) {
    process.seteuid?.(65_534);
  }
  try {
    return await work();
  } finally {
    if (isRoot) {
      process.seteuid?.(0);
    }
  }
}

test(
  "a file that nobody may read has no content, a directory that nobody may list is closed",
  { skip: process.platform === "win32" },
  async (t) => {
    // The folder of a test run may be one that only its owner may enter.
    const folder = makeFolder(t, "/tmp");
    chmodSync(folder, 0o755);
    chmodSync(join(folder, "a.txt"), 0);
    chmodSync(join(folder, "d"), 0);
    const disk = new DiskSnapshot(folder);
    const { scanned, read } = await asNobody(async () => ({
      scanned: await disk.scan(readIgnoreFile("")),
      read: await disk.read(["a.txt", "d"]),
    }));
    for (const entries of [scanned, read]) {
      assert.deepEqual(
        entries
          .map(({ path, content, isClosed }) => ({ path, content, isClosed }))
          .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
        [
          { path: "a.txt", content: undefined, isClosed: undefined },
          { path: "d", content: undefined, isClosed: true },
        ],
      );
    }
    chmodSync(join(folder, "d"), 0o755);
    const again = await disk.scan(readIgnoreFile(""));
    assert.ok(again.every(({ isClosed }) => isClosed === undefined));
    assert.ok(again.some(({ path }) => path === "d/b.txt"));
  },
);

test(
  "sockets and pipes are looked at and never waited for",
  { skip: process.platform === "win32" },
  async (t) => {
    const folder = makeFolder(t);
    const server = createServer().listen(join(folder, "s"));
    t.after(() => server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    assert.equal(spawnSync("mkfifo", [join(folder, "p")]).status, 0);
    const disk = new DiskSnapshot(folder);
    await disk.scan(readIgnoreFile(""));
    const entries = await disk.read(["s", "p", "d/loop"]);
    const kinds = new Map(entries.map(({ path, kind }) => [path, kind]));
    assert.deepEqual([kinds.get("s"), kinds.get("p")], ["other", "other"]);
  },
);

test("reading a huge file ends when it is aborted", { skip: noSparseFiles }, async (t) => {
  const folder = makeFolder(t);
  truncateSync(join(folder, "a.txt"), 2 ** 40);
  const disk = new DiskSnapshot(folder);
  const [entry] = await disk.scan(readIgnoreFile("d"));
  assert.equal(entry?.size, 2 ** 40);
  await assert.rejects(disk.read(["a.txt"], AbortSignal.timeout(50)), { name: "TimeoutError" });
});

test("files that are read in pieces hash as those that are read at once", async (t) => {
  const folder = makeFolder(t);
  const content = Buffer.alloc(3 << 20, "slipway");
  writeFileSync(join(folder, "a.txt"), content);
  writeFileSync(join(folder, "empty"), "");
  const disk = new DiskSnapshot(folder);
  await disk.scan(readIgnoreFile(""));
  const entries = await disk.read(["a.txt", "empty"]);
  const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  assert.equal(contentOf(entries), digest(content));
  const empty = entries.find(({ path }) => path === "empty")?.content;
  assert.equal(empty, digest(Buffer.alloc(0)));
});
