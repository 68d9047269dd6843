import assert from "node:assert/strict";
import { test } from "node:test";
import { buildInputs } from "./buildInputs.ts";

test("arguments are found once, with the first default that they have, and without those that BuildKit gives", () => {
  const text = [
    "ARG NODE=22 \\",
    '    NAME="two words"',
    "FROM node:$NODE AS build",
    "ARG TARGETARCH HTTP_PROXY https_proxy BUILDKIT_INLINE_CACHE TARGETPLATFORM",
    "ARG NODE",
    "arg VERSION",
    "ARG VERSION='1.0'  EMPTY= URL=http://x/$NODE?a=b",
    "# ARG COMMENT=1",
    "RUN <<EOF",
    "ARG INSIDE=1",
    "EOF",
    "RUN echo ARG NOT=this",
  ].join("\n");
  assert.deepEqual(buildInputs(text).arguments, [
    { name: "NODE", default: "22" },
    { name: "NAME", default: "two words" },
    { name: "VERSION", default: "1.0" },
    { name: "EMPTY", default: "" },
    { name: "URL", default: "http://x/$NODE?a=b" },
  ]);
});

test("secrets are found by their id or by the end of their target, with whether a step needs them", () => {
  const text = [
    "FROM a",
    "RUN --mount=type=cache,target=/c --mount=type=secret,id=npm npm ci",
    "RUN --network=none --mount=type=secret,id=npm,required \\",
    "    --mount=type=secret,target=/root/.netrc,required=false true",
    "RUN --mount=type=secret,id=$WHICH true",
    "RUN echo --mount=type=secret,id=not-this --mount=type=ssh",
  ].join("\n");
  assert.deepEqual(buildInputs(text), {
    arguments: [],
    secrets: [
      { id: "npm", required: true },
      { id: ".netrc", required: false },
    ],
    usesSshAgent: false,
  });
  assert.equal(buildInputs("FROM a\nRUN --mount=type=ssh git fetch").usesSshAgent, true);
});
