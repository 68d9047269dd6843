import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Configuration } from "./configuration.ts";
import { DiskConfigurations, findDiskConfiguration } from "./diskConfiguration.ts";

suite("hadolint's configuration on the disk", () => {
  let root = "";
  const home = (): string => join(root, "home");
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "slipway-configuration-"));
    await mkdir(join(root, "home", ".config"), { recursive: true });
    await mkdir(join(root, "project", "service"), { recursive: true });
    await mkdir(join(root, "bare"));
    await writeFile(join(root, "project", ".hadolint.yml"), "ignored: [DL3001]\n");
    await writeFile(join(root, "home", ".config", "hadolint.yaml"), "ignored: [DL3002]\n");
    await writeFile(join(root, "home", ".hadolint.yaml"), "ignored: [DL3003]\n");
  });
  after(() => rm(root, { recursive: true, force: true }));

  async function ignoredIn(folder: string, environment: Record<string, string> = {}) {
    const found = await new DiskConfigurations([], { HOME: home(), ...environment }).of({
      folder: undefined,
      hadolintFolders: [join(root, folder)],
    });
    return [...found.codes.keys()];
  }

  test("only the first file that is there counts", async () => {
    assert.deepEqual(await ignoredIn("project"), ["DL3001"]);
    assert.deepEqual(await ignoredIn("bare"), ["DL3002"]);
    assert.deepEqual(await ignoredIn("bare", { XDG_CONFIG_HOME: join(root, "bare") }), ["DL3003"]);
  });

  test("the folders above are not looked into", async () => {
    assert.deepEqual(await ignoredIn(join("project", "service")), ["DL3002"]);
  });

  test("in an editor the workspace's folder comes before the Dockerfile's", async () => {
    const uri = (...parts: string[]): string => pathToFileURL(join(root, ...parts)).href;
    const dockerfileUri = uri("project", "service", "Dockerfile");
    const find = findDiskConfiguration([]);
    const inWorkspace = await find({ dockerfileUri, folderUri: uri("project") });
    assert.deepEqual(paths(inWorkspace), [join(root, "project", ".hadolint.yml")]);
    const beside = await find({
      dockerfileUri: uri("project", "Dockerfile"),
      folderUri: undefined,
    });
    assert.deepEqual(paths(beside), [join(root, "project", ".hadolint.yml")]);
  });
});

suite("slipway.yaml on the disk", () => {
  let root = "";
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "slipway-configuration-"));
    for (const folder of [
      ["a", "b", "c"],
      ["a", "repository", ".git"],
    ]) {
      await mkdir(join(root, ...folder), { recursive: true });
    }
    await writeFile(join(root, "a", "slipway.yaml"), "rule-set: hadolint\nignored: [DL3001]\n");
    await writeFile(
      join(root, "a", ".hadolint.yaml"),
      "ignored: [DL3002]\noverride:\n  info: [DL3003]\n",
    );
  });
  after(() => rm(root, { recursive: true, force: true }));

  function find(...folder: string[]): Promise<Configuration> {
    const own = join(root, ...folder);
    return new DiskConfigurations([], { HOME: join(root, "nobody") }).of({
      folder: own,
      hadolintFolders: [join(root, "a")],
    });
  }

  test("the nearest file above the Dockerfile counts, together with hadolint's", async () => {
    const found = await find("a", "b", "c");
    assert.equal(found.ruleSet, "hadolint");
    assert.deepEqual(
      [...found.codes],
      [
        ["DL3003", "info"],
        ["DL3001", "off"],
        ["DL3002", "off"],
      ],
    );
    assert.deepEqual(paths(found), [
      join(root, "a", "slipway.yaml"),
      join(root, "a", ".hadolint.yaml"),
    ]);
  });

  test("what is above a repository is not looked at", async () => {
    assert.equal((await find("a", "repository")).ruleSet, undefined);
  });
});

function paths({ files }: Configuration): string[] {
  return files.map(({ path }) => path);
}
