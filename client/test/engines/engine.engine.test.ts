import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { request } from "node:http";
import { after, test } from "node:test";
import { testEngine } from "./testEngine.ts";

const engine = testEngine();
after(() => engine.resume());

test("the private engine has the image that the sample builds on", async () => {
  assert.equal(await status("/images/slipway%2Fbase:1.0/json"), 200);
});

test("a halted engine is really gone, and comes back at the same address with its images", async () => {
  await engine.halt();
  await assert.rejects(status("/_ping"));
  await engine.resume();
  assert.equal(await status("/images/slipway%2Fbase:1.0/json"), 200);
});

test("the machine's own engine is not the one that is tested", () => {
  assert.notEqual(engine.host, "unix:///var/run/docker.sock");
  assert.ok(existsSync(engine.host.replace("unix://", "")));
});

function status(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const socketPath = engine.host.replace("unix://", "");
    request({ socketPath, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}
