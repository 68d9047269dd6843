import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { EngineError } from "./engineError.ts";
import { engineFixture } from "./engineFixture.ts";

const { engine, makeImage, cleanUp } = engineFixture();
const folder = mkdtempSync(join(tmpdir(), "slipway-archives-"));

after(async () => {
  await rm(folder, { recursive: true });
  await cleanUp();
});

function failsWith(reason: string, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof EngineError, String(error));
    assert.equal(error.reason, reason);
    assert.match(error.message, message);
    return true;
  };
}

test("images are saved to a file and loaded from it with their names", async () => {
  const references = [`slipway-test-${randomUUID()}:1`, `slipway-test-${randomUUID()}:2`];
  const ids: string[] = [];
  for (const reference of references) {
    ids.push(await makeImage(reference));
  }
  const file = join(folder, "two.tar");
  await writeFile(file, "what was there before");
  let saved = 0;
  await engine.saveImages(references, file, { onProgress: ({ bytes }) => (saved = bytes) });
  assert.equal(saved, (await readFile(file)).length);
  for (const reference of references) {
    await engine.removeImage(reference);
  }
  const progress: { bytes: number; total: number }[] = [];
  const loaded = await engine.loadImages(file, { onProgress: (each) => progress.push(each) });
  assert.deepEqual([...loaded].sort(), [...references].sort());
  assert.deepEqual(progress.at(-1), { bytes: saved, total: saved });
  for (const [index, reference] of references.entries()) {
    assert.equal((await engine.inspectImage(reference))["Id"], ids[index]);
    await engine.removeImage(reference);
  }
});

test("a save that fails or is cancelled leaves no file, and the old one as it was", async () => {
  const file = join(folder, "kept.tar");
  await writeFile(file, "kept");
  const before = await readdir(folder);
  await assert.rejects(
    engine.saveImages(["slipway-test-nowhere:1"], file),
    failsWith("not-found", /does not exist|nowhere/),
  );
  const cancelling = new AbortController();
  const saving = engine.saveImages(["busybox:local"], file, {
    signal: cancelling.signal,
    onProgress: () => cancelling.abort(),
  });
  await assert.rejects(saving, failsWith("cancelled", /cancelled/));
  await assert.rejects(
    engine.saveImages(["busybox:local"], join(folder, "missing", "a.tar")),
    failsWith("bad-request", /no such file/),
  );
  assert.deepEqual(await readdir(folder), before);
  assert.equal(await readFile(file, "utf8"), "kept");
});

test("what is no archive is told, and nothing is loaded", async () => {
  const file = join(folder, "text.tar");
  await writeFile(file, "hello");
  await assert.rejects(engine.loadImages(file), EngineError);
  await assert.rejects(engine.loadImages(folder), failsWith("bad-request", /not a file/));
  await assert.rejects(
    engine.loadImages(join(folder, "nothing.tar")),
    failsWith("bad-request", /no such file/),
  );
});
