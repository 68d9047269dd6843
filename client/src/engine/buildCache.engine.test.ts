import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { engineFixture, modelShows } from "./engineFixture.ts";

const { engine, cleanUp, label } = engineFixture();
after(cleanUp);

test("a build shows up in the model, and pruning its cache takes what the preview names", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-build-"));
  const unwatch = engine.model.watch();
  try {
    const dockerfile = join(folder, "Dockerfile");
    await writeFile(
      dockerfile,
      `FROM busybox:local AS unused\nRUN echo ${label} > /unused\nFROM busybox:local\nCOPY --from=unused /unused /used\n`,
    );
    const labels = { "slipway.test": label.split("=")[1] ?? "" };
    const { imageId } = await engine.buildImage({
      contextFolder: folder,
      dockerfile,
      tags: [],
      labels,
    });
    await modelShows(engine.model, ({ images }) => images.some(({ id }) => id === imageId));

    const preview = await engine.previewPrune("buildCache", { all: true });
    assert.ok(
      preview.items.some(({ name }) => name.includes(label)),
      preview.items.map(({ name }) => name).join("\n"),
    );
    const { removed, bytesFreed } = await engine.prune("buildCache", { all: true });
    assert.equal(removed, preview.items.length);
    assert.equal(bytesFreed, preview.bytes);
    assert.equal((await engine.previewPrune("buildCache", { all: true })).items.length, 0);
  } finally {
    unwatch();
    await rm(folder, { recursive: true, force: true });
  }
});
