import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { RecordFiles } from "./recordFiles.ts";

const engine = { id: "e", version: "28.5.2", containerdStore: false, platform: "linux/amd64" };

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-records-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function addBuild(files: RecordFiles): Promise<void> {
  (await files.of(engine)).addBuild({ finished: 1, project: "p", frontend: "", steps: [] });
  await files.save(engine);
}

async function countBuilds(folder: string): Promise<number> {
  return (await new RecordFiles(folder).of(engine)).builds.length;
}

test("records outlive the process, and no half file is left", async (t) => {
  const folder = await makeFolder(t);
  const files = new RecordFiles(folder);
  await Promise.all([addBuild(files), addBuild(files)]);
  assert.equal(await countBuilds(folder), 2);
  const names = await readdir(folder);
  assert.equal(names.length, 1);
});

test("a file that is damaged counts as empty, and the next build mends it", async (t) => {
  const folder = await makeFolder(t);
  await addBuild(new RecordFiles(folder));
  const [name = ""] = await readdir(folder);
  const whole = await readFile(join(folder, name));
  const damages = [
    Buffer.alloc(0),
    whole.subarray(0, whole.length / 2),
    Buffer.alloc(whole.length),
    Buffer.concat([whole, whole]),
    Buffer.from([0xff, 0xfe, 0x00]),
  ];
  for (const damage of damages) {
    await writeFile(join(folder, name), damage);
    const files = new RecordFiles(folder);
    assert.equal((await files.of(engine)).builds.length, 0);
    await addBuild(files);
    assert.equal(await countBuilds(folder), 1);
  }
});

test("where nothing can be written, nothing is kept and nothing fails", async (t) => {
  const folder = join(await makeFolder(t), "file");
  await writeFile(folder, "not a folder");
  const files = new RecordFiles(folder);
  await addBuild(files);
  assert.equal((await files.of(engine)).builds.length, 1);
  await files.doubtAll();
  assert.equal((await files.of(engine)).doubted, true);
  assert.equal(await countBuilds(folder), 0);
});
