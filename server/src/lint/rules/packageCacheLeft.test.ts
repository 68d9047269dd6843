import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parse } from "../../dockerfile/parse.ts";
import { lint } from "../lint.ts";
import { packageCacheLeft } from "./packageCacheLeft.ts";

suite("a cache that is cleaned or never there is fine", () => {
  for (const text of [
    "RUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*",
    "RUN --mount=type=cache,target=/var/lib/apt apt-get update",
    "RUN --mount=type=tmpfs,dst=/var/lib/apt/lists/ apt-get update",
    "RUN apk add --no-cache a",
    "RUN --mount=type=cache,target=/var/cache/apk apk add a",
    "RUN pip install --no-cache-dir a",
    "ENV PIP_NO_CACHE_DIR=1\nRUN pip install a",
    "RUN PIP_NO_CACHE_DIR=1 pip install a",
    "RUN --mount=type=cache,target=/root/.cache pip install a",
    "RUN yum install -y a && yum clean all",
    "RUN dnf install -y a && rm -rf /var/cache/dnf",
    "RUN zypper install -y a && zypper clean",
    "RUN yarn install && yarn cache clean",
    "RUN yarn build",
  ]) {
    test(text, () => assert.deepEqual(codes(`FROM x\n${text}\n`), []));
  }
});

suite("a cache that stays is found", () => {
  for (const [text, code] of [
    ["RUN apt-get update && rm -rf /tmp/*", "DL3009"],
    ["RUN yum clean all && yum install -y a", "DL3032"],
    ["RUN dnf upgrade -y", "DL3040"],
    ["RUN zypper in -y a", "DL3036"],
    ["RUN yarn install", "DL3060"],
    ["ENV PIP_NO_CACHE_DIR=0\nRUN pip3 install a", "DL3042"],
    ["RUN --mount=type=cache,target=/other pip install a", "DL3042"],
  ] as const) {
    test(text, () => assert.deepEqual(codes(`FROM x\n${text}\n`), [code]));
  }
});

test("the lists of a stage that nothing is built on do not matter", () => {
  assert.deepEqual(codes("FROM x AS a\nRUN apt-get update\nFROM y\n"), []);
  assert.deepEqual(codes("FROM x AS a\nRUN apt-get update\nFROM a\n"), ["DL3009"]);
});

test("variables of a stage below count", () => {
  assert.deepEqual(codes("FROM x AS a\nENV PIP_NO_CACHE_DIR=on\nFROM a\nRUN pip install b\n"), []);
});

function codes(text: string): (string | undefined)[] {
  return lint(parse(text), [packageCacheLeft]).map(({ alias }) => alias);
}
