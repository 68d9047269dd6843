import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { containerNameProblem, defaultTag, referenceProblem } from "./imageReference.ts";
import { inEnglish } from "./localize.ts";

suite("defaultTag", () => {
  test("is made of the folder's name and the target", () => {
    assert.equal(defaultTag("My Shop (2)"), "my-shop-2:latest");
    assert.equal(defaultTag("shop", "Build"), "shop-build:latest");
    assert.equal(defaultTag("店"), "image:latest");
  });

  test("always names an image", () => {
    for (const folder of ["a__b", "..x..", "A.B", "x---y", "_"]) {
      assert.equal(referenceProblem(defaultTag(folder), inEnglish), undefined, folder);
    }
  });
});

suite("referenceProblem", () => {
  test("accepts what docker accepts", () => {
    for (const reference of [
      "shop",
      "shop:1.2",
      "team/shop:latest",
      "localhost:5000/shop",
      "registry.example.com/team/shop:V1",
      "ghcr.io/owner/a_b/c__d/e-f",
      "build:5000/shop:x",
    ]) {
      assert.equal(referenceProblem(reference, inEnglish), undefined, reference);
    }
  });

  test("says what is wrong", () => {
    assert.match(referenceProblem("", inEnglish) ?? "", /Name an image/);
    assert.match(referenceProblem("Shop:latest", inEnglish) ?? "", /capital letters/);
    assert.match(referenceProblem("shop:a b", inEnglish) ?? "", /no image reference/);
    assert.match(referenceProblem("shop:", inEnglish) ?? "", /no image reference/);
  });

  test("a digest is accepted where it makes sense", () => {
    const reference = `node@sha256:${"a".repeat(64)}`;
    assert.equal(referenceProblem(reference, inEnglish, { digestAllowed: true }), undefined);
    assert.notEqual(referenceProblem(reference, inEnglish), undefined);
  });
});

test("container names follow docker's rule", () => {
  assert.equal(containerNameProblem("web_1.a-b", inEnglish), undefined);
  for (const name of ["", "a", "-web", "we b", "wéb"]) {
    assert.notEqual(containerNameProblem(name, inEnglish), undefined, name);
  }
});
