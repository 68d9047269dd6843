import assert from "node:assert/strict";
import { chmod, link, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { goFileMode, hasContents, isFolder, isSymbolicLink, walkContext } from "./contextWalk.ts";
import type { ContextEntry, ContextFilter } from "./contextWalk.ts";

/** Windows has no modes, and links need a privilege there. */
const unixOnly = { skip: process.platform === "win32" };

test("names come in the order of their bytes, a folder before what is in it", async (t) => {
  const folder = await makeFolder(t, ["b/x", "b.txt", "B", "\uFFFD", "😀", "a-", "a/z"]);
  // JavaScript would put the emoji, a surrogate pair, before U+FFFD.
  assert.deepEqual(await paths(folder), [
    "B",
    "a",
    "a/z",
    "a-",
    "b",
    "b/x",
    "b.txt",
    "\uFFFD",
    "😀",
  ]);
});

test("what is excluded is left out, what an exception lets back in comes with its folders", async (t) => {
  const folder = await makeFolder(t, [
    "logs/a.log",
    "logs/deep/keep.log",
    "logs/deep/x.log",
    "node_modules/m/i.js",
    "src/a.ts",
  ]);
  assert.deepEqual(
    await paths(folder, { exclude: ["node_modules", "logs", "!logs/deep/keep.log"] }),
    ["logs", "logs/deep", "logs/deep/keep.log", "src", "src/a.ts"],
  );
});

test("an empty folder is part of the context", async (t) => {
  const folder = await makeFolder(t, []);
  await mkdir(join(folder, "empty"));
  assert.deepEqual(await paths(folder), ["empty"]);
});

test("only what is asked for is sent", async (t) => {
  const folder = await makeFolder(t, ["package.json", "src/a.ts", "src/sub/b.ts", "docs/c.md"]);
  assert.deepEqual(await paths(folder, { follow: ["package.json"] }), ["package.json"]);
  assert.deepEqual(await paths(folder, { follow: ["src/sub"] }), [
    "src",
    "src/sub",
    "src/sub/b.ts",
  ]);
  assert.deepEqual(await paths(folder, { include: ["*.json", "docs"] }), [
    "docs",
    "docs/c.md",
    "package.json",
  ]);
  assert.deepEqual(await paths(folder, { include: ["**/*.ts"], exclude: ["src/sub"] }), [
    "src",
    "src/a.ts",
  ]);
});

test(
  "a link that is asked for brings what it leads to, and never leads out of the folder",
  unixOnly,
  async (t) => {
    const folder = await makeFolder(t, ["real/a.txt", "real/b.txt", "etc/passwd"]);
    await symlink("real", join(folder, "relative"));
    await symlink("/etc/passwd", join(folder, "absolute"));
    await symlink("../../../real", join(folder, "real", "up"));
    await symlink("loop", join(folder, "loop"));
    assert.deepEqual(await paths(folder, { follow: ["relative/a.txt"] }), [
      "real",
      "real/a.txt",
      "relative",
    ]);
    assert.deepEqual(await paths(folder, { follow: ["abs*"] }), ["absolute", "etc", "etc/passwd"]);
    assert.deepEqual(await paths(folder, { follow: ["real/up/b.txt"] }), [
      "real",
      "real/b.txt",
      "real/up",
    ]);
    assert.deepEqual(await paths(folder, { follow: ["loop"] }), ["loop"]);
  },
);

test("links and modes are kept as they are", unixOnly, async (t) => {
  const folder = await makeFolder(t, ["a.sh"]);
  await chmod(join(folder, "a.sh"), 0o4755);
  await symlink("missing", join(folder, "broken"));
  const [file, broken] = await entries(folder);
  assert.ok(file !== undefined && broken !== undefined);
  assert.equal(file.mode, 2 ** 23 + 0o755);
  assert.ok(hasContents(file));
  assert.equal(file.size, 4);
  assert.ok(file.modifiedAt > 10n ** 18n, "nanoseconds");
  assert.ok(isSymbolicLink(broken));
  assert.ok(!hasContents(broken));
  assert.equal(broken.linkTarget, "missing");
});

test("a second name of a file is a link to the first that is sent", unixOnly, async (t) => {
  const folder = await makeFolder(t, ["a"]);
  await link(join(folder, "a"), join(folder, "b"));
  await link(join(folder, "a"), join(folder, "c"));
  assert.deepEqual(
    (await entries(folder)).map(({ path, linkTarget, size }) => [path, linkTarget, size]),
    [
      ["a", "", 1],
      ["b", "a", 0],
      ["c", "a", 0],
    ],
  );
  assert.deepEqual(
    (await entries(folder, { exclude: ["a"] })).map(({ path, linkTarget }) => [path, linkTarget]),
    [
      ["b", ""],
      ["c", "b"],
    ],
  );
});

test("a context folder that is not there is an error", async () => {
  await assert.rejects(entries(join(tmpdir(), "slipway-there-is-no-such-folder")), {
    code: "ENOENT",
  });
});

test("a malformed pattern is an error, as the docker command line has it", async (t) => {
  const folder = await makeFolder(t, ["a"]);
  await assert.rejects(entries(folder, { exclude: ["ok", "[a"] }), /"\[a" is malformed/);
});

test("an aborted walk ends, also where nothing is found", async (t) => {
  const folder = await makeFolder(t, ["a/b/c"]);
  const abort = new AbortController();
  const walk = walkContext(folder, { include: ["**/nothing"] }, abort.signal);
  abort.abort(new Error("enough"));
  await assert.rejects(walk.next(), /enough/);
});

test("modes become those of Go", () => {
  assert.equal(goFileMode(0o100644, "linux"), 0o644);
  assert.equal(goFileMode(0o040755, "linux"), 2 ** 31 + 0o755);
  assert.equal(goFileMode(0o041777, "linux"), 2 ** 31 + 2 ** 20 + 0o777);
  assert.equal(goFileMode(0o120777, "linux"), 2 ** 27 + 0o777);
  assert.equal(goFileMode(0o010600, "linux"), 2 ** 25 + 0o600);
  assert.equal(goFileMode(0o020600, "linux"), 2 ** 26 + 2 ** 21 + 0o600);
  assert.equal(goFileMode(0o102750, "linux"), 2 ** 22 + 0o750);
  assert.ok(isFolder({ mode: goFileMode(0o040755, "linux") }));
});

test("on Windows everything may be executed, as the docker command line has it", () => {
  assert.equal(goFileMode(0o100666, "win32"), 0o755);
  assert.equal(goFileMode(0o040666, "win32"), 2 ** 31 + 0o755);
});

async function makeFolder(t: TestContext, files: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-walk-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), file);
  }
  return folder;
}

async function entries(folder: string, filter?: ContextFilter): Promise<ContextEntry[]> {
  const found: ContextEntry[] = [];
  for await (const entry of walkContext(folder, filter)) {
    found.push(entry);
  }
  return found;
}

async function paths(folder: string, filter?: ContextFilter): Promise<string[]> {
  return (await entries(folder, filter)).map(({ path }) => path);
}
