import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { engineFixture } from "./engineFixture.ts";
import type { PrunePreview } from "./engine.ts";
import { EngineError } from "./engineError.ts";

const { engine, run, makeImage, containers, label, cleanUp, transport } = engineFixture();
after(cleanUp);
const unique = label.slice(-12);

const failsWith = (reason: EngineError["reason"]) => (error: unknown) => {
  assert.ok(error instanceof EngineError, String(error));
  assert.equal(error.reason, reason, error.message);
  return true;
};

/** A registry that takes connections and never answers, so that a pull hangs until it is cancelled. */
async function silentRegistry(): Promise<{
  host: string;
  asked: Promise<unknown>;
  close: () => void;
}> {
  const server = createServer(() => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: once(server, "request"),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test("an image is tagged, inspected, its layers listed, and removed tag by tag", async () => {
  const id = await makeImage(`slipway-test-${unique}:1`);
  await engine.tagImage(id, `slipway-test-${unique}:2`);
  const { RepoTags } = await engine.inspectImage(id);
  assert.deepEqual(RepoTags, [`slipway-test-${unique}:1`, `slipway-test-${unique}:2`]);
  const layers = await engine.imageHistory(`slipway-test-${unique}:2`);
  assert.equal(layers.length, 1);
  assert.equal(layers[0]?.id, id);
  assert.ok((layers[0]?.createdAt ?? 0) > 1_600_000_000_000);
  await engine.removeImage(`slipway-test-${unique}:1`);
  await engine.inspectImage(id);
  await engine.removeImage(`slipway-test-${unique}:2`);
  await assert.rejects(engine.inspectImage(id), failsWith("not-found"));
});

test("an image that a container uses is not removed by its id", async () => {
  await run("sleep 1000");
  const { Id } = await engine.inspectImage("busybox:local");
  await assert.rejects(engine.removeImage(String(Id)), failsWith("conflict"));
});

test("a pull that is cancelled ends at once, at the engine too", async () => {
  const registry = await silentRegistry();
  const controller = new AbortController();
  const pulling = engine.pullImage(`${registry.host}/slow:1`, { signal: controller.signal });
  pulling.catch(() => undefined);
  await registry.asked;
  controller.abort();
  await assert.rejects(pulling, failsWith("cancelled"));
  registry.close();
});

test("a pull from nowhere tells what the engine says", async () => {
  await assert.rejects(engine.pullImage("127.0.0.1:1/nowhere:1"), (error) => {
    assert.ok(error instanceof EngineError);
    assert.match(error.message, /127\.0\.0\.1:1/);
    return true;
  });
});

test("a push without a registry fails instead of ending well", async () => {
  const reference = `127.0.0.1:1/slipway-test-${unique}`;
  const id = await makeImage();
  await engine.tagImage(id, `${reference}:1`);
  await assert.rejects(engine.pushImage(`${reference}:1`), EngineError);
  await engine.removeImage(`${reference}:1`);
});

test("pruning containers by label takes what the preview names and nothing else", async () => {
  const other = engineFixture();
  try {
    const foreign = await other.run("true");
    const running = await run("sleep 1000");
    const stopped = await run("echo written > /file");
    await transport.json({ method: "POST", path: `/containers/${stopped}/wait` });
    await transport.json({ method: "POST", path: `/containers/${foreign}/wait` });

    const preview = await settledPreview();
    assert.deepEqual(
      preview.items.map(({ id }) => id),
      [stopped],
    );
    assert.ok(preview.bytes > 0, `${preview.bytes} bytes`);

    assert.equal((await engine.prune("containers", { label })).removed, 1);
    const left = await containers();
    assert.ok(left.includes(running) && !left.includes(stopped));
    assert.deepEqual(await other.containers(), [foreign]);
  } finally {
    await other.cleanUp();
  }
});

test("pruning images by label spares tagged ones unless all are asked for", async () => {
  const other = engineFixture();
  try {
    const foreign = await other.makeImage();
    const dangling = await makeImage();
    const tagged = await makeImage(`slipway-test-${unique}:keep`);

    const preview = await engine.previewPrune("images", { label });
    assert.deepEqual(
      preview.items.map(({ id }) => id),
      [dangling],
    );
    assert.equal((await engine.prune("images", { label })).removed, 1);
    await engine.inspectImage(tagged);

    const all = await engine.previewPrune("images", { label, all: true });
    assert.deepEqual(
      all.items.map(({ name }) => name),
      [`slipway-test-${unique}:keep`],
    );
    assert.equal((await engine.prune("images", { label, all: true })).removed, 1);
    await assert.rejects(engine.inspectImage(tagged), failsWith("not-found"));
    await engine.inspectImage(foreign);
  } finally {
    await other.cleanUp();
  }
});

test("a label picks nothing of the build cache", async () => {
  assert.deepEqual(await engine.previewPrune("buildCache", { label }), {
    kind: "buildCache",
    items: [],
    bytes: 0,
  });
  assert.deepEqual(await engine.prune("buildCache", { label, all: true }), {
    removed: 0,
    bytesFreed: 0,
  });
});

/** An engine under load tells of a container's end before its lists do; that is waited for, ten seconds at most. */
async function settledPreview(): Promise<PrunePreview> {
  const deadline = performance.now() + 10_000;
  let preview = await engine.previewPrune("containers", { label });
  while (preview.items.length === 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    preview = await engine.previewPrune("containers", { label });
  }
  return preview;
}
