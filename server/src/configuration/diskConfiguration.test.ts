import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { configurationIn, findDiskConfiguration } from "./diskConfiguration.ts";

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
    const found = await configurationIn([join(root, folder)], { HOME: home(), ...environment });
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
    const inWorkspace = await findDiskConfiguration({ dockerfileUri, folderUri: uri("project") });
    assert.equal(inWorkspace.path, join(root, "project", ".hadolint.yml"));
    const beside = await findDiskConfiguration({
      dockerfileUri: uri("project", "Dockerfile"),
      folderUri: undefined,
    });
    assert.equal(beside.path, join(root, "project", ".hadolint.yml"));
  });
});
