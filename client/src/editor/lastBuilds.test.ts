import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Memento } from "vscode";
import type { BuildFinishedParams } from "../../../server/src/protocol.ts";
import { LastBuilds } from "./lastBuilds.ts";

suite("the last builds", () => {
  test("are there for whoever looks later, newest first and one for each Dockerfile", async () => {
    const memory = memento();
    const builds = new LastBuilds(memory);
    await builds.remember(build("file:///a/Dockerfile", 1));
    await builds.remember(build("file:///b/Dockerfile", 2));
    await builds.remember(build("file:///a/Dockerfile", 3));
    assert.deepEqual(
      new LastBuilds(memory).all.map(({ uri, finishedAt }) => [uri, finishedAt]),
      [
        ["file:///a/Dockerfile", 3],
        ["file:///b/Dockerfile", 2],
      ],
    );
  });

  test("are bounded in number", async () => {
    const builds = new LastBuilds(memento());
    for (let index = 0; index < 50; index++) {
      await builds.remember(build(`file:///${index}/Dockerfile`, index));
    }
    assert.equal(builds.all.length, 20);
    assert.equal(builds.all[0]?.finishedAt, 49);
  });

  test("forget under what they ran when a base image is replaced", async () => {
    const builds = new LastBuilds(memento());
    const circumstances = {
      id: "1",
      contextFolder: "/a",
      engine: { id: "e", version: "28.5.2", containerdStore: false, platform: "linux/amd64" },
      images: { node: { layers: ["l"], id: "i", platform: "linux/amd64" } },
    };
    await builds.remember({ ...build("file:///a/Dockerfile", 1), circumstances });
    await builds.forgetImages(["node:22", "shop"]);
    assert.deepEqual(builds.all[0]?.circumstances, circumstances);
    await builds.forgetImages(["docker.io/library/node:latest"]);
    assert.deepEqual(builds.all, [build("file:///a/Dockerfile", 1)]);
  });

  test("survive what cannot be read", () => {
    const memory = memento();
    void memory.update("slipway.lastBuilds", [{ uri: 3 }, null, build("file:///a/Dockerfile", 1)]);
    assert.equal(new LastBuilds(memory).all.length, 1);
    void memory.update("slipway.lastBuilds", "nonsense");
    assert.deepEqual(new LastBuilds(memory).all, []);
  });
});

function build(uri: string, finishedAt: number): BuildFinishedParams {
  return { uri, finishedAt, text: "FROM scratch\n", buildArguments: {}, steps: [] };
}

/** Keeps values as VS Code does: as JSON. */
function memento(): Memento {
  const values = new Map<string, string>();
  return {
    keys: () => [...values.keys()],
    get(key: string, otherwise?: unknown) {
      const text = values.get(key);
      return text === undefined ? otherwise : JSON.parse(text);
    },
    async update(key: string, value: unknown) {
      values.set(key, JSON.stringify(value));
    },
  };
}
