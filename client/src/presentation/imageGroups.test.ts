import assert from "node:assert/strict";
import { test } from "node:test";
import { filterMessage } from "./filterMessage.ts";
import { presentImageGroup } from "./imageGroup.ts";
import { arrangeImages, type ImageArrangement } from "./imageGroups.ts";
import { inEnglish } from "./localize.ts";
import { nameImages } from "./namedImage.ts";
import { sampleImage } from "./sampleObjects.ts";

const context = { now: Date.UTC(2026, 0, 2), localize: inEnglish };
const images = nameImages([
  sampleImage({ id: "sha256:aaa", references: ["shop:1", "ghcr.io/me/shop:1"], size: 30 }),
  sampleImage({ id: "sha256:bbb", references: ["shop:2"], size: 10 }),
  sampleImage({ id: "sha256:ccc", references: [], size: 20 }),
]).map((named) => ({ named, users: named.image.id === "sha256:bbb" ? 1 : 0 }));

function arranged(arrangement: Partial<ImageArrangement>): string[] {
  const { groups, others } = arrangeImages(
    images,
    {
      groupBy: "none",
      sortBy: "name",
      description: [],
      filter: "",
      onlyTagged: false,
      ...arrangement,
    },
    context,
  );
  const name = ({ named }: (typeof images)[number]): string => named.reference ?? named.image.id;
  return [
    ...groups.map((group) => `${group.name}: ${group.images.map(name).join(" ")}`),
    ...others.map(name),
  ];
}

test("images stand by name, dangling ones last, and those can be left out", () => {
  assert.deepEqual(arranged({}), ["ghcr.io/me/shop:1", "shop:1", "shop:2", "sha256:ccc"]);
  assert.deepEqual(arranged({ onlyTagged: true }), ["ghcr.io/me/shop:1", "shop:1", "shop:2"]);
});

test("images are grouped by repository, registry or use, and sorted by size", () => {
  assert.deepEqual(arranged({ groupBy: "repository" }), [
    "ghcr.io/me/shop: ghcr.io/me/shop:1",
    "shop: shop:1 shop:2",
    "sha256:ccc",
  ]);
  assert.deepEqual(arranged({ groupBy: "registry", filter: "shop:1" }), [
    "docker.io: shop:1",
    "ghcr.io: ghcr.io/me/shop:1",
  ]);
  assert.deepEqual(arranged({ groupBy: "use" })[0], "in use: shop:2");
  assert.deepEqual(arranged({ sortBy: "size", filter: "shop:" }), [
    "ghcr.io/me/shop:1",
    "shop:1",
    "shop:2",
  ]);
  assert.deepEqual(arranged({ sortBy: "size" }).at(-1), "shop:2");
});

test("a group of images counts them", () => {
  assert.equal(presentImageGroup({ name: "a", images }, inEnglish).description, "4 images");
});

test("a view says what it leaves out", () => {
  const counts = { shown: 2, total: 5 };
  assert.equal(
    filterMessage({ filter: "web", hides: true, ...counts }, inEnglish),
    "2 of 5 match “web”",
  );
  assert.equal(filterMessage({ filter: "", hides: true, ...counts }, inEnglish), "2 of 5 shown");
  assert.equal(filterMessage({ filter: "", hides: false, ...counts }, inEnglish), undefined);
});
