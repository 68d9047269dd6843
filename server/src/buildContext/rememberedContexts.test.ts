import assert from "node:assert/strict";
import { test } from "node:test";
import type { FindBuildContext } from "./buildContext.ts";
import { rememberedContexts } from "./rememberedContexts.ts";

test("what a build context holds is read once, until somebody says that files have changed", async () => {
  const { find, reads } = counted();
  const contexts = rememberedContexts(find, 60_000);
  for (let time = 0; time < 3; time++) {
    const context = contexts.find("file:///a/Dockerfile");
    await context?.ignoreFile();
    await context?.list("src");
  }
  assert.deepEqual(reads, ["ignore", "src"]);
  contexts.forget();
  await contexts.find("file:///a/Dockerfile")?.list("src");
  assert.deepEqual(reads, ["ignore", "src", "src"]);
});

test("what a build context holds is read again after its time, for not every change is told of", async () => {
  const { find, reads } = counted();
  const contexts = rememberedContexts(find, 0);
  await contexts.find("file:///a/Dockerfile")?.list("src");
  await contexts.find("file:///a/Dockerfile")?.list("src");
  assert.deepEqual(reads, ["src", "src"]);
});

test("a document without a build context has none that is remembered", () => {
  assert.equal(rememberedContexts(() => undefined, 60_000).find("untitled:1"), undefined);
});

function counted(): { readonly find: FindBuildContext; readonly reads: string[] } {
  const reads: string[] = [];
  return {
    reads,
    find: () => ({
      ignoreFile() {
        reads.push("ignore");
        return Promise.resolve(undefined);
      },
      list(directory) {
        reads.push(directory);
        return Promise.resolve([]);
      },
    }),
  };
}
