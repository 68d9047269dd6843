import assert from "node:assert/strict";
import { test } from "node:test";
import { imageReferenceError, normalizedImage } from "./imageReference.ts";

const hex = "a".repeat(64);

test("valid references are valid", () => {
  for (const name of [
    "node",
    "node:22",
    "a__b/c-d--e.f",
    "localhost/a",
    "localhost:5000/a/b:c",
    "[::1]:5000/a",
    `a:b@sha256:${hex}`,
    "Registry/a",
  ]) {
    assert.equal(imageReferenceError(name), undefined, name);
  }
});

test("invalid references say why", () => {
  const invalid = "invalid reference format";
  for (const name of [
    "a:",
    "a:-b",
    "a//b",
    "-a",
    "a_",
    "a..b",
    "a___b",
    "http://a/b",
    "a b",
    "a:b:c",
  ]) {
    assert.equal(imageReferenceError(name), invalid, name);
  }
  assert.equal(
    imageReferenceError("Foo"),
    `${invalid}: repository name (library/Foo) must be lowercase`,
  );
  assert.match(imageReferenceError(hex) ?? "", /cannot specify 64-byte hexadecimal strings/);
  assert.equal(imageReferenceError("a@sha256:1"), invalid);
});

test("the defaults of a name are added", () => {
  assert.equal(normalizedImage("node"), "docker.io/library/node:latest");
  assert.equal(normalizedImage("a/b:c"), "docker.io/a/b:c");
  assert.equal(normalizedImage("ghcr.io/a"), "ghcr.io/a:latest");
  assert.equal(normalizedImage("index.docker.io/a"), "docker.io/library/a:latest");
  assert.equal(normalizedImage("Foo"), undefined);
});
