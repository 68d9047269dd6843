import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { packContext } from "./buildTarContext.ts";

test("a Dockerfile in the context keeps its name, and the ignore file its contents", async (t) => {
  const folder = await makeFolder(t, {
    "docker/Dockerfile": "FROM x\n",
    ".dockerignore": "# comment\n*.log\n!keep.log\n",
    "drop.log": "",
    "keep.log": "k",
  });
  const { dockerfile, files } = await pack(folder, join(folder, "docker/Dockerfile"));
  assert.equal(dockerfile, "docker/Dockerfile");
  assert.deepEqual(
    [...files],
    [
      [".dockerignore", "# comment\n*.log\n!keep.log\n"],
      ["docker/", ""],
      ["docker/Dockerfile", "FROM x\n"],
      ["keep.log", "k"],
    ],
  );
});

test("a Dockerfile outside of the context comes along, kept out of the image by the ignore file", async (t) => {
  const folder = await makeFolder(t, { ".dockerignore": "*.log\n", "a.txt": "a" });
  const elsewhere = await makeFolder(t, { Dockerfile: "FROM y\n" });
  const { dockerfile, files } = await pack(folder, join(elsewhere, "Dockerfile"));
  assert.match(dockerfile, /^\.dockerfile\.[0-9a-f]{20}$/);
  assert.deepEqual(
    [...files],
    [
      [dockerfile, "FROM y\n"],
      [".dockerignore", `*.log\n\n${dockerfile}\n`],
      ["a.txt", "a"],
    ],
  );
});

test("a Dockerfile that is left out of the context is used all the same", async (t) => {
  const folder = await makeFolder(t, { Dockerfile: "FROM z\n", ".dockerignore": "Dockerfile\n" });
  const { dockerfile, files } = await pack(folder, join(folder, "Dockerfile"));
  assert.equal(files.get(dockerfile), "FROM z\n");
  assert.ok(!files.has("Dockerfile"));
});

test("the ignore file that belongs to the Dockerfile takes the place of the context's", async (t) => {
  const folder = await makeFolder(t, {
    Dockerfile: "FROM x\n",
    "Dockerfile.dockerignore": "b.txt\n",
    ".dockerignore": "a.txt\n",
    "a.txt": "a",
    "b.txt": "b",
  });
  const { files } = await pack(folder, join(folder, "Dockerfile"));
  assert.deepEqual(
    [...files.keys()],
    [".dockerignore", "Dockerfile", "Dockerfile.dockerignore", "a.txt"],
  );
  assert.equal(files.get(".dockerignore"), "b.txt\n");
});

async function makeFolder(
  t: TestContext,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-tar-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

/** The archive's names and contents. */
async function pack(
  folder: string,
  dockerfile: string,
): Promise<{ readonly dockerfile: string; readonly files: ReadonlyMap<string, string> }> {
  const packed = await packContext(folder, dockerfile, await readFile(dockerfile));
  const archive = Buffer.concat((await packed.body.toArray()) as Buffer[]);
  const files = new Map<string, string>();
  for (let offset = 0; archive[offset] !== 0 && offset < archive.length;) {
    const name = archive.toString("utf8", offset, archive.indexOf(0, offset));
    const size = Number.parseInt(archive.toString("ascii", offset + 124, offset + 135), 8);
    files.set(name, archive.toString("utf8", offset + 512, offset + 512 + size));
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  return { dockerfile: packed.dockerfile, files };
}
