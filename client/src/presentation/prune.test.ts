import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inEnglish } from "./localize.ts";
import { presentPrune, presentPruneResult } from "./prune.ts";

function items(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    id: String(index),
    name: `image-${index}`,
    bytes: (index + 1) * 1000,
  }));
}

suite("presentPrune", () => {
  test("asks with the exact objects, largest first, and the bytes", () => {
    const { question, detail, verb } = presentPrune(
      { kind: "images", items: items(2), bytes: 3000 },
      inEnglish,
    );
    assert.equal(question, "Remove 2 images? 3 kB will be freed.");
    assert.equal(
      detail,
      "image-1 (2 kB)\nimage-0 (1 kB)\n\nNo container uses them. Images without a registry have to be built again.",
    );
    assert.equal(verb, "Remove 2 Images");
  });

  test("a long list is cut, and the rest is summed up", () => {
    const { detail } = presentPrune(
      { kind: "images", items: items(14), bytes: 105_000 },
      inEnglish,
    );
    const lines = detail.split("\n");
    assert.equal(lines[12], "… and 2 more (3 kB)");
    assert.equal(lines[0], "image-13 (14 kB)");
  });

  test("one object is not several", () => {
    const { question, verb } = presentPrune(
      { kind: "containers", items: items(1), bytes: 1000 },
      inEnglish,
    );
    assert.equal(question, "Remove 1 stopped container? 1 kB will be freed.");
    assert.equal(verb, "Remove Container");
  });
});

test("the result says what went", () => {
  assert.equal(
    presentPruneResult("buildCache", { removed: 7, bytesFreed: 1_500_000 }, inEnglish),
    "Removed 7 build cache records: 1.5 MB freed.",
  );
});
