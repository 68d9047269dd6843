import assert from "node:assert/strict";
import { after, test } from "node:test";
import { toBaseImage } from "./buildCircumstances.ts";
import { engineFixture } from "./engineFixture.ts";

const { engine, cleanUp } = engineFixture();
after(cleanUp);

test("an engine says how its builder works, and what an image is made of", async () => {
  const traits = await engine.traits();
  const { version } = await engine.version();
  assert.equal(traits.version, version);
  assert.notEqual(traits.id, "");
  assert.equal(traits.hasBuildKit, true);
  const image = toBaseImage(await engine.inspectImage("busybox:local"));
  assert.ok((image?.layers.length ?? 0) > 0);
  assert.equal(image?.platform, `${traits.operatingSystem}/${traits.architecture}`);
});
