import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createDockerEngine } from "./dockerEngine.ts";
import { engineFixture, modelShows } from "./engineFixture.ts";
import { EngineError } from "./engineError.ts";

const { engine, run, makeImage, cleanUp, control, label } = engineFixture();
const { model } = engine;
after(cleanUp);
const stateNow = (): string => model.state.kind;

test("nothing is connected before somebody watches, and nothing after the last one has gone", async () => {
  assert.equal(stateNow(), "idle");
  const first = model.watch();
  assert.equal(stateNow(), "connecting");
  const second = model.watch();
  await modelShows(model, ({ state }) => state.kind === "ready");
  assert.ok(model.images.some(({ references }) => references.includes("busybox:local")));
  first();
  first();
  assert.equal(stateNow(), "ready");
  second();
  assert.equal(stateNow(), "idle");
  assert.deepEqual(model.images, []);
});

test("the model follows what happens to containers, and what did not change stays the same value", async () => {
  const unwatch = model.watch();
  const still = await run("sleep 1000");
  await modelShows(model, ({ containers }) =>
    containers.some((each) => each.id === still && each.state === "running"),
  );
  const before = model.containers.find(({ id }) => id === still);
  const id = await run("sleep 1000", { labels: { "com.docker.compose.project": "shop" } });
  await modelShows(model, ({ containers }) =>
    containers.some((each) => each.id === id && each.state === "running"),
  );
  assert.equal(model.containers.find((each) => each.id === id)?.composeProject, "shop");
  await engine.pauseContainer(id);
  await modelShows(model, ({ containers }) =>
    containers.some((each) => each.id === id && each.state === "paused"),
  );
  await engine.unpauseContainer(id);
  await engine.renameContainer(id, `model-${label.slice(-12)}`);
  await modelShows(model, ({ containers }) =>
    containers.some(({ name }) => name === `model-${label.slice(-12)}`),
  );
  await engine.killContainer(id);
  await modelShows(model, ({ containers }) =>
    containers.some((each) => each.id === id && each.state === "exited"),
  );
  await engine.removeContainer(id);
  await modelShows(model, ({ containers }) => containers.every((each) => each.id !== id));
  assert.equal(
    model.containers.find((each) => each.id === still),
    before,
  );
  unwatch();
});

test("the model follows what happens to images", async () => {
  const unwatch = model.watch();
  const id = await makeImage();
  await modelShows(model, ({ images }) => images.some((each) => each.id === id));
  const reference = `slipway-test-${label.slice(-12)}:live`;
  await engine.tagImage(id, reference);
  await modelShows(model, ({ images }) =>
    images.some(({ references }) => references.includes(reference)),
  );
  await engine.removeImage(id);
  await modelShows(model, ({ images }) => images.every((each) => each.id !== id));
  unwatch();
});

test("a burst of events is told in few changes", async () => {
  const unwatch = model.watch();
  await model.refresh();
  let changes = 0;
  const unsubscribe = model.onDidChange(() => changes++);
  const ids = await Promise.all(Array.from({ length: 8 }, () => run("sleep 1000")));
  await modelShows(model, ({ containers }) =>
    ids.every((id) => containers.some((each) => each.id === id && each.state === "running")),
  );
  // Eight containers make some thirty events.
  assert.ok(changes <= 20, `${changes} changes`);
  unsubscribe();
  unwatch();
});

test("after the connection was cut the model shows what happened meanwhile, and was ready all the time", async () => {
  const proxy = await cuttableProxy(control.host.replace("unix://", ""));
  const far = createDockerEngine({ url: `unix://${proxy.path}`, source: "setting" });
  const unwatch = far.model.watch();
  await modelShows(far.model, ({ state }) => state.kind === "ready");
  const states: string[] = [];
  const unsubscribe = far.model.onDidChange(
    ({ state }) => state && states.push(far.model.state.kind),
  );
  proxy.cut();
  const id = await run("sleep 1000");
  await modelShows(far.model, ({ containers }) => containers.some((each) => each.id === id));
  assert.deepEqual(states, []);
  unsubscribe();
  unwatch();
  far.dispose();
  await proxy.close();
});

test("an engine that stops and starts again is told of and recovered by itself", async () => {
  const unwatch = model.watch();
  await modelShows(model, ({ state }) => state.kind === "ready");
  await control.halt();
  await modelShows(model, ({ state }) => state.kind === "unavailable");
  assert.deepEqual(model.containers, []);
  assert.ok(model.state.kind === "unavailable");
  assert.equal(model.state.diagnosis, "not-running");
  assert.equal(model.state.error.reason, "unreachable");
  await assert.rejects(
    model.refresh(),
    (error) => error instanceof EngineError && error.reason === "unreachable",
  );
  await assert.rejects(
    engine.version(),
    (error) => error instanceof EngineError && error.reason === "unreachable",
  );
  await control.resume();
  await modelShows(model, ({ state }) => state.kind === "ready");
  assert.ok(model.images.some(({ references }) => references.includes("busybox:local")));
  const id = await run("sleep 1000");
  await modelShows(model, ({ containers }) => containers.some((each) => each.id === id));
  unwatch();
});

/** Between us and the engine, to cut every connection. */
async function cuttableProxy(
  target: string,
): Promise<{ path: string; cut: () => void; close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-proxy-"));
  const path = join(folder, "docker.sock");
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ path: target });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket
        .on("error", () => undefined)
        .once("close", () => {
          near.destroy();
          far.destroy();
        });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((listening) => server.listen(path, listening));
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    path,
    cut,
    async close() {
      cut();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
