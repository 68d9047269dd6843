import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineTraits } from "./engine.ts";
import { EngineError } from "./engineError.ts";
import { circumstancesOf, toBaseImage } from "./buildCircumstances.ts";

const inspected = {
  Id: "sha256:aa",
  Os: "linux",
  Architecture: "amd64",
  RootFS: { Type: "layers", Layers: ["sha256:01", "sha256:02"] },
  Config: { Env: ["PATH=/bin"], WorkingDir: "/srv", User: "", Shell: null, OnBuild: null },
};
const traits: EngineTraits = {
  id: "e5d0",
  version: "28.5.2",
  operatingSystem: "linux",
  architecture: "amd64",
  hasBuildKit: true,
  containerdStore: false,
};
const build = { uri: "file:///d/Dockerfile", text: "", contextFolder: "/d", buildArguments: {} };
const engine = {
  traits: () => Promise.resolve(traits),
  inspectImage: (name: string) =>
    name === "here"
      ? Promise.resolve<Record<string, unknown>>(inspected)
      : Promise.reject(new EngineError("not-found", "No such image.")),
};
const server = { buildStarting: () => Promise.resolve({ images: ["here", "gone"] }) };

test("the engine is asked for the images that the server wants, and those that it lacks are left out", async () => {
  const circumstances = await circumstancesOf(engine, build, server);
  assert.deepEqual(circumstances?.engine, {
    id: "e5d0",
    version: "28.5.2",
    containerdStore: false,
    platform: "linux/amd64",
  });
  assert.deepEqual(circumstances.images, {
    here: {
      layers: ["sha256:01", "sha256:02"],
      id: "sha256:aa",
      platform: "linux/amd64",
      environment: ["PATH=/bin"],
      onBuild: [],
      workingDirectory: "/srv",
    },
  });
});

test("a build goes on without circumstances where something fails, hangs or is not BuildKit", async () => {
  const failing = {
    ...engine,
    traits: () => Promise.reject(new EngineError("unreachable", "Gone.")),
  };
  assert.equal(await circumstancesOf(failing, build, server), undefined);
  const podman = { ...engine, traits: () => Promise.resolve({ ...traits, hasBuildKit: false }) };
  assert.equal(await circumstancesOf(podman, build, server), undefined);
  const silent = { buildStarting: () => Promise.resolve(undefined) };
  assert.equal(await circumstancesOf(engine, build, silent), undefined);
  const hanging = { buildStarting: () => new Promise<undefined>(() => undefined) };
  assert.equal(await circumstancesOf(engine, build, hanging), undefined);
});

test("an image whose layers are not told is not known", () => {
  assert.equal(toBaseImage({ Id: "sha256:aa" }), undefined);
});
