import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { ContextSnapshot, Selected } from "../cache/contextSnapshot.ts";
import { ContextFiles, type ContextLook } from "./contextFiles.ts";

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-context-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "Dockerfile"), "FROM base\nCOPY . .\n");
  writeFileSync(join(folder, "a"), "a");
  return folder;
}

function select(context: ContextSnapshot, path: string): Selected {
  return context.select([{ path, wildcard: false, includes: [], excludes: [] }], false);
}

/** Looks as a Dockerfile does that copies this path. */
async function look(folder: string, path = "/"): Promise<ContextLook | undefined> {
  const files = new ContextFiles(folder, join(folder, "Dockerfile"));
  return await files.look((context) => {
    const selected = select(context, path);
    return selected.kind === "unread" ? selected.paths : [];
  }, AbortSignal.timeout(60_000));
}

// On Windows a file takes all of its size.
const skip = process.platform === "win32";

test(
  "files of many gigabytes are not read, and nothing is said of what copies them",
  { skip },
  async (t) => {
    const folder = makeFolder(t);
    writeFileSync(join(folder, "huge"), "");
    truncateSync(join(folder, "huge"), 2 ** 35);
    assert.equal(await look(folder), undefined);
    assert.ok((await look(folder, "/a")) !== undefined);
  },
);

test("nothing is said when the ignore file has a pattern at which every build fails", async (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, ".dockerignore"), "[a-\n");
  assert.equal(await look(folder), undefined);
  writeFileSync(join(folder, ".dockerignore"), "[a-b]x\n");
  assert.ok((await look(folder)) !== undefined);
});

test("links in a circle are looked at and lead nowhere", async (t) => {
  const folder = makeFolder(t);
  symlinkSync("two", join(folder, "one"));
  symlinkSync("one", join(folder, "two"));
  symlinkSync(".", join(folder, "here"));
  const found = await look(folder);
  assert.ok(found !== undefined);
  assert.deepEqual(select(found.context, "/one"), { kind: "missing", path: "/one" });
  assert.equal(select(found.context, "/here/here/a").kind, "content");
});
