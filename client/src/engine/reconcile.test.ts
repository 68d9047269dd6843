import assert from "node:assert/strict";
import { test } from "node:test";
import type { Image } from "./engine.ts";
import { reconcile, reconcileSome } from "./reconcile.ts";
import { Settling } from "./settling.ts";
import { toContainer } from "./toContainer.ts";

const container = (id: string, State = "running", Status = "Up 1 second", Created = 1) =>
  toContainer({ Id: id, Names: [`/${id}`], State, Status, Created } as unknown as Parameters<
    typeof toContainer
  >[0]);

test("what did not change stays the same value, and so does the list", () => {
  const before = [container("a"), container("b")];
  const { list, changed } = reconcile(before, [container("a"), container("b")]);
  assert.equal(list, before);
  assert.equal(changed.size, 0);
});

test("a status that only grew older is no change, a new exit code is", () => {
  const before = [container("a", "exited", "Exited (0) 2 minutes ago")];
  assert.equal(
    reconcile(before, [container("a", "exited", "Exited (0) About an hour ago")]).list,
    before,
  );
  const { list, changed } = reconcile(before, [
    container("a", "exited", "Exited (1) 2 minutes ago"),
  ]);
  assert.deepEqual([...changed], ["a"]);
  assert.match(list[0]?.status ?? "", /\(1\)/);
});

test("what came, went and changed is named", () => {
  const before = [container("a"), container("b"), container("c")];
  const { list, changed } = reconcile(before, [
    container("d"),
    container("a"),
    container("b", "paused"),
  ]);
  assert.deepEqual([...changed].sort(), ["b", "c", "d"]);
  assert.deepEqual(
    list.map(({ id }) => id),
    ["d", "a", "b"],
  );
  assert.equal(list[1], before[0]);
});

test("a list of some replaces only those that were asked for, with new ones first", () => {
  const before = [container("a"), container("b"), container("c")];
  const { list, changed } = reconcileSome(before, new Set(["b", "c", "new"]), [
    container("c", "exited"),
    container("new", "running", "Up", 9),
  ]);
  assert.deepEqual(
    list.map(({ id, state }) => `${id} ${state}`),
    ["new running", "a running", "c exited"],
  );
  assert.deepEqual([...changed].sort(), ["b", "c", "new"]);
  assert.equal(list[1], before[0]);
});

const image = (references: readonly string[]): Image => ({
  kind: "image",
  id: "sha256:1",
  references,
  digests: [],
  createdAt: 1,
  size: 1,
  labels: {},
});

test("an image whose tags changed is a change", () => {
  assert.deepEqual([...reconcile([image(["a:1"])], [image(["a:1", "a:2"])]).changed], ["sha256:1"]);
});

test("a container that had an event is looked at once more, one that died until it no longer runs", () => {
  const settling = new Settling();
  settling.note("a", "rename");
  settling.note("b", "die");
  assert.deepEqual(settling.due([container("a"), container("b")]), ["a", "b"]);
  assert.deepEqual(settling.due([container("a"), container("b")]), ["b"]);
  assert.deepEqual(settling.due([container("a"), container("b", "exited")]), []);
});

test("a container that its policy starts again is not looked at for ever", () => {
  const settling = new Settling();
  settling.note("a", "die");
  let looks = 0;
  while (settling.due([container("a")]).length > 0) {
    looks++;
  }
  assert.equal(looks, 10);
});
