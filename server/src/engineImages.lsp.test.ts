import assert from "node:assert/strict";
import { test } from "node:test";
import {
  engineImagesChangedNotification,
  type EngineImagesParams,
  engineImagesRequest,
  type EngineImagesResult,
} from "./protocol.ts";
import { Editor } from "./testing/editor.ts";

const uri = "untitled:Dockerfile";
const text = [
  "FROM registry.example.org/base:1",
  "ENV A=$APP_HOME B=$APP_HOUSE",
  "WORKDIR $APP_HOME",
  "CMD run",
  "",
].join("\n");

test("what the engine says of base images decides the rules that depend on them", async () => {
  const editor = await Editor.start({ initializationOptions: { knowsImages: true } });
  const asked: (readonly string[])[] = [];
  let image: EngineImagesResult["images"][string] | undefined;
  editor.connection.onRequest(engineImagesRequest, ({ references }: EngineImagesParams) => {
    asked.push(references);
    return {
      platform: "linux/amd64",
      images: image === undefined ? {} : { "registry.example.org/base:1": image },
    } satisfies EngineImagesResult;
  });
  const codes = async (version: number): Promise<string[]> => {
    const found = await editor.published(uri, version);
    return found.map(({ code }) => String(code)).filter((code) => wanted.has(code));
  };
  await editor.open(uri, text);
  // Without the image nobody knows its variables and its shell.
  assert.deepEqual(await codes(1), ["json-args-recommended"]);

  image = {
    id: "sha256:aa",
    layers: ["sha256:01"],
    platform: "linux/arm64",
    environment: ["PATH=/bin", "APP_HOME=srv"],
    shell: ["/bin/ash", "-c"],
  };
  await editor.connection.sendNotification(engineImagesChangedNotification);
  await editor.publishedOnce(uri, (diagnostics) =>
    diagnostics.some(({ code }) => code === "undefined-var"),
  );
  await editor.edit(uri, 2, [
    { range: { start: { line: 4, character: 0 }, end: { line: 4, character: 0 } }, text: "\n" },
  ]);
  assert.deepEqual(await codes(2), [
    "invalid-base-image-platform",
    "undefined-var",
    "workdir-relative-path",
  ]);
  assert.deepEqual(asked, [["registry.example.org/base:1"], ["registry.example.org/base:1"]]);
  assert.equal(await editor.quit(), 0);
});

test("a client that does not offer it is not asked", async () => {
  const editor = await Editor.start();
  editor.connection.onRequest(engineImagesRequest, () => assert.fail("it was asked"));
  await editor.open(uri, text);
  assert.ok((await editor.published(uri, 1)).length > 0);
  assert.equal(await editor.quit(), 0);
});

const wanted = new Set([
  "invalid-base-image-platform",
  "json-args-recommended",
  "undefined-var",
  "workdir-relative-path",
]);
