import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { findDiskBuildContext } from "../buildContext/diskBuildContext.ts";
import { parse } from "../dockerfile/parse.ts";
import { lint } from "./lint.ts";
import { copySourceNotFound } from "./rules/copySourceNotFound.ts";
import { surroundingsIn } from "./surroundings.ts";

suite("sources of COPY are looked for on the disk", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-context-"));
    await mkdir(join(folder, "src", "deep"), { recursive: true });
    await writeFile(join(folder, "src", "deep", "main.c"), "");
    await writeFile(join(folder, "settings.yaml"), "");
    await symlink("src", join(folder, "linked"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function find(lines: string): Promise<string[]> {
    const file = parse(`FROM scratch\n${lines}\n`);
    const context = findDiskBuildContext(pathToFileURL(join(folder, "Dockerfile")).href);
    assert.ok(context !== undefined);
    const surroundings = await surroundingsIn(file, context);
    return lint(file, [copySourceNotFound], { surroundings }).map(
      ({ severity, start, end }) => `${severity} ${file.text.slice(start, end)}`,
    );
  }

  test("what is there is not reported, however it is written", async () => {
    for (const source of ["src", "/src/", "./src/deep/main.c", "../settings.yaml", "src//deep/."]) {
      assert.deepEqual(await find(`COPY ${source} /x`), [], source);
    }
  });

  test("what is missing is told when another source is found", async () => {
    assert.deepEqual(await find("COPY src /x\nCOPY other/file /y"), ["info other/file"]);
    assert.deepEqual(await find("COPY src/deep /x\nADD src/deep/other.c /y"), [
      "info src/deep/other.c",
    ]);
  });

  test("when nothing is found, the context is somewhere else", async () => {
    assert.deepEqual(await find("COPY services/api/package.json services/api/src ./"), []);
    assert.deepEqual(await find("COPY . /x\nCOPY other /y"), []);
  });

  test("most of the sources have to be found", async () => {
    assert.deepEqual(await find("COPY src /\nCOPY first second /x/"), []);
  });

  test("a name that is nearly there is told in any case", async () => {
    assert.deepEqual(await find("COPY setings.yaml /"), ["warning setings.yaml"]);
  });

  test("wildcards, variables without a value, remote files, other stages and links are left alone", async () => {
    const lines = [
      "ARG NOWHERE",
      "COPY src /",
      "COPY none* $NOWHERE/none /",
      "ADD https://example.org/none /",
      "COPY --from=0 none /",
      "COPY linked/none /",
      "COPY <<none /",
      "none",
    ];
    assert.deepEqual(await find(lines.join("\n")), []);
  });
});
