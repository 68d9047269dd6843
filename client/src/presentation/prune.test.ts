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

test("volumes say that their contents are lost, and anonymous ones go by the beginning of their names", () => {
  const { question, detail, verb } = presentPrune(
    {
      kind: "volumes",
      items: [
        { id: "data", name: "data", bytes: 1000 },
        { id: "ab".repeat(32), name: "ab".repeat(32), bytes: 2000 },
      ],
      bytes: 3000,
    },
    inEnglish,
  );
  assert.equal(question, "Remove 2 unused volumes? 3 kB will be freed.");
  assert.equal(
    detail,
    "abababababab… (2 kB)\ndata (1 kB)\n\nNo container uses them. What is in them is lost for good.",
  );
  assert.equal(verb, "Remove 2 Volumes");
});

test("networks are told without bytes", () => {
  const { question, detail } = presentPrune(
    { kind: "networks", items: [{ id: "n1", name: "shop_default", bytes: 0 }], bytes: 0 },
    inEnglish,
  );
  assert.equal(question, "Remove 1 unused network?");
  assert.equal(detail, "shop_default\n\nNo container is on it, running or stopped.");
  assert.equal(
    presentPruneResult("networks", { removed: 1, bytesFreed: 0 }, inEnglish),
    "Removed 1 unused network.",
  );
});

test("the result says what went", () => {
  assert.equal(
    presentPruneResult("buildCache", { removed: 7, bytesFreed: 1_500_000 }, inEnglish),
    "Removed 7 build cache records: 1.5 MB freed.",
  );
});
