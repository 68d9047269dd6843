import assert from "node:assert/strict";
import { test } from "node:test";
import { PersistentArray } from "./persistentArray.ts";

test("what is set in a persistent array is there, and the array before stays as it was", () => {
  let array = PersistentArray.empty<number>();
  const versions = [array];
  const indexes = [0, 1, 31, 32, 33, 1023, 1024, 40_000, 5, 1025];
  for (const index of indexes) {
    array = array.with(index, index * 2);
    versions.push(array);
  }
  for (const [count, version] of versions.entries()) {
    for (const [order, index] of indexes.entries()) {
      assert.equal(version.get(index), order < count ? index * 2 : undefined);
    }
  }
  assert.equal(array.with(31, 7).get(31), 7);
  assert.equal(array.get(31), 62);
  assert.equal(array.get(2), undefined);
});
