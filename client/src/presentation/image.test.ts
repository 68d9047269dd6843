import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { imageTooltip, presentImage } from "./image.ts";
import { imageName, nameImages } from "./namedImage.ts";
import { inEnglish } from "./localize.ts";
import { sampleContainer, sampleImage } from "./sampleObjects.ts";

const now = Date.UTC(2026, 0, 3);

suite("nameImages", () => {
  test("an image is listed under each of its references by name, dangling ones last", () => {
    const named = nameImages([
      sampleImage({ id: "sha256:old", references: [], createdAt: 1 }),
      sampleImage({ id: "sha256:new", references: [], createdAt: 2 }),
      sampleImage({ references: ["shop:latest", "api:10", "api:9"] }),
    ]);
    assert.deepEqual(named.map(imageName), ["api:9", "api:10", "shop:latest", "new", "old"]);
  });
});

suite("presentImage", () => {
  test("size and age are in the description", () => {
    const row = presentImage(
      { image: sampleImage(), reference: "shop:latest" },
      { usedBy: [], now, localize: inEnglish },
    );
    assert.equal(row.label, "shop:latest");
    assert.equal(row.description, "84.2 MB · 2 d ago");
    assert.equal(row.contextValue, "image;tagged");
  });

  test("an image that a container was made from says so", () => {
    const row = presentImage(
      { image: sampleImage(), reference: "shop:latest" },
      { usedBy: [sampleContainer()], now, localize: inEnglish },
    );
    assert.equal(row.description, "84.2 MB · 2 d ago · in use");
    assert.equal(row.contextValue, "image;tagged;inUse");
    assert.equal(row.accessibilityLabel, "Image shop:latest, 84.2 MB, in use");
  });

  test("a dangling image goes by the beginning of its id", () => {
    const row = presentImage(
      { image: sampleImage({ references: [] }), reference: undefined },
      { usedBy: [], now, localize: inEnglish },
    );
    assert.equal(row.label, "<none> aaaaaaaaaaaa");
    assert.equal(row.contextValue, "image;dangling");
  });
});

test("the tooltip of an image names its other references and the containers that use it", () => {
  const tooltip = imageTooltip(
    { image: sampleImage({ references: ["shop:latest", "shop:1"] }), reference: "shop:latest" },
    [sampleContainer({ name: "web" })],
    inEnglish,
  );
  assert.match(tooltip, /Also: `shop:1`/);
  assert.match(tooltip, /Used by: `web`/);
});
