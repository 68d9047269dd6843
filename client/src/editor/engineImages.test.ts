import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineState, EngineTraits, ModelChange } from "../engine/engine.ts";
import { EngineError } from "../engine/engineError.ts";
import { EngineImageAnswers, type ImageSource } from "./engineImages.ts";

const inspected: Record<string, unknown> = {
  Id: "sha256:aa",
  Os: "linux",
  Architecture: "arm64",
  RootFS: { Type: "layers", Layers: ["sha256:01"] },
  Config: { Env: ["PATH=/bin", "HOME=/root"], Shell: ["/bin/ash", "-c"] },
};
const traits: EngineTraits = {
  id: "e5d0",
  version: "28.5.2",
  operatingSystem: "linux",
  architecture: "amd64",
  hasBuildKit: true,
  containerdStore: false,
};
const ready: EngineState = {
  kind: "ready",
  version: { version: "28.5.2", apiVersion: "1.51" } as never,
};

function source(state: EngineState, endpoint: unknown = {}) {
  const listeners: ((change: ModelChange) => void)[] = [];
  const engine = {
    endpoint,
    state,
    get: () =>
      Promise.resolve({
        traits: () => Promise.resolve(traits),
        inspectImage: (name: string) =>
          name === "here"
            ? Promise.resolve(inspected)
            : Promise.reject(new EngineError("not-found", "No such image.")),
      }),
    onDidChange(listener: (change: ModelChange) => void) {
      listeners.push(listener);
      return () => listeners.splice(listeners.indexOf(listener), 1);
    },
  } satisfies ImageSource;
  const change = (images: readonly string[], next = engine.state): void => {
    engine.state = next;
    const none = new Set<string>();
    for (const listener of listeners) {
      listener({
        state: true,
        containers: none,
        images: new Set(images),
        volumes: none,
        networks: none,
      });
    }
  };
  return { engine, change };
}

test("the engine says what it knows of its images, and nothing of others", async () => {
  const { images, platform } = await new EngineImageAnswers(source(ready).engine).answer([
    "here",
    "gone",
  ]);
  assert.equal(platform, "linux/amd64");
  assert.deepEqual(Object.keys(images), ["here"]);
  assert.deepEqual(images["here"]?.environment, ["PATH=/bin", "HOME=/root"]);
  assert.deepEqual(images["here"].shell, ["/bin/ash", "-c"]);
  assert.equal(images["here"].platform, "linux/arm64");
});

test("no engine is looked for on account of a Dockerfile", async () => {
  const { engine } = source({ kind: "idle" });
  const answers = new EngineImageAnswers({
    ...engine,
    endpoint: undefined,
    get: () => assert.fail("an engine is looked for"),
  });
  assert.deepEqual(await answers.answer(["here"]), { images: {} });
});

test("the server is told when images change and when an engine comes, and of nothing else", () => {
  const { engine, change } = source({ kind: "connecting" });
  let told = 0;
  const unsubscribe = new EngineImageAnswers(engine).onDidChange(() => told++);
  change([], ready);
  assert.equal(told, 1);
  change([]);
  assert.equal(told, 1);
  change(["sha256:bb"]);
  assert.equal(told, 2);
  unsubscribe();
  change(["sha256:cc"]);
  assert.equal(told, 2);
});
