import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { changedNodes, staleNodes } from "./treeChanges.ts";

const before = new Map([
  ["", ["project", "alone"]],
  ["project", ["web", "db"]],
]);

suite("changedNodes", () => {
  test("nothing is drawn again when nothing changed", () => {
    assert.deepEqual(changedNodes(before, before, new Set()), []);
  });

  test("a changed node is drawn alone", () => {
    assert.deepEqual(changedNodes(before, before, new Set(["db", "gone"])), ["db"]);
  });

  test("a node that came is drawn by its parent, with the other changes below that parent", () => {
    const after = new Map([
      ["", ["project", "alone"]],
      ["project", ["web", "db", "cache"]],
    ]);
    assert.deepEqual(changedNodes(before, after, new Set(["cache", "web", "alone"])), [
      "project",
      "alone",
    ]);
  });

  test("a change at the root draws everything", () => {
    const after = new Map([
      ["", ["project"]],
      ["project", ["web"]],
    ]);
    assert.deepEqual(changedNodes(before, after, new Set(["web"])), [""]);
  });

  test("the first list draws everything", () => {
    assert.deepEqual(changedNodes(new Map(), before, new Set()), [""]);
  });
});

test("only rows that were drawn and read differently by now are stale", () => {
  const nodes = [{ id: "old" }, { id: "same" }, { id: "never drawn" }];
  const drawn = new Map([
    ["old", "1 min ago"],
    ["same", "2 min ago"],
  ]);
  const stale = staleNodes(nodes, drawn, () => "2 min ago");
  assert.deepEqual(stale, [{ id: "old" }]);
});
