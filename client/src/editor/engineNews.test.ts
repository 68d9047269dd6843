import assert from "node:assert/strict";
import { test } from "node:test";
import type { BuildFinishedParams } from "../../../server/src/protocol.ts";
import { replacedImages } from "./engineNews.ts";

const build: BuildFinishedParams = {
  uri: "file:///Dockerfile",
  text: "",
  buildArguments: {},
  steps: [],
  finishedAt: 0,
  circumstances: {
    id: "1",
    contextFolder: "/",
    engine: { id: "e1", version: "28", containerdStore: false, platform: "linux/amd64" },
    images: Object.fromEntries(
      ["docker.io/library/node", "localhost:5000/base:1", "busybox@sha256:01"].map((reference) => [
        reference,
        { layers: ["l"], id: "sha256:aa", platform: "linux/amd64" },
      ]),
    ),
  },
};

const asBuilt = new Map([
  ["node:latest", "sha256:aa"],
  ["localhost:5000/base:1", "sha256:aa"],
]);

test("images that have stayed are no news, by whatever name they were written", () => {
  assert.deepEqual(replacedImages([build], "e1", asBuilt), []);
});

test("images that were moved or removed are told, those of other engines are not", () => {
  const moved = new Map([["node:latest", "sha256:bb"]]);
  assert.deepEqual(replacedImages([build], "e1", moved), [
    "docker.io/library/node",
    "localhost:5000/base:1",
  ]);
  assert.deepEqual(replacedImages([build], "e2", moved), []);
});
