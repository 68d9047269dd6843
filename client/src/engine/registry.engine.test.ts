import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { engineFixture } from "./engineFixture.ts";
import type { TransferProgress } from "./engine.ts";
import { EngineError } from "./engineError.ts";
import { imaginaryRegistry } from "./imaginaryRegistry.ts";

const { engine, makeImage, cleanUp } = engineFixture();
const formerConfig = process.env["DOCKER_CONFIG"];
after(async () => {
  await cleanUp();
  if (formerConfig === undefined) {
    delete process.env["DOCKER_CONFIG"];
  } else {
    process.env["DOCKER_CONFIG"] = formerConfig;
  }
});

test("push and pull log in with what config.json knows and tell of their progress", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-config-"));
  process.env["DOCKER_CONFIG"] = folder;
  const registry = await imaginaryRegistry("me", "pass:word");
  const reference = `${registry.host}/slipway/test:1`;
  const logIn = (password: string): Promise<void> =>
    writeFile(
      join(folder, "config.json"),
      JSON.stringify({
        auths: { [registry.host]: { auth: Buffer.from(`me:${password}`).toString("base64") } },
      }),
    );
  try {
    await makeImage(reference);

    // A push would do too, but Docker 20.10 tries that again for a minute.
    await logIn("wrong");
    await assert.rejects(engine.pullImage(reference), (error) => {
      assert.ok(error instanceof EngineError);
      assert.equal(error.reason, "unauthorized", error.message);
      return true;
    });

    await logIn("pass:word");
    const pushed: TransferProgress[] = [];
    await engine.pushImage(reference, { onProgress: (progress) => pushed.push(progress) });
    assert.equal(pushed.at(-1)?.layers, 1);
    assert.equal(pushed.at(-1)?.layersDone, 1);

    await engine.removeImage(reference);
    const pulled: TransferProgress[] = [];
    await engine.pullImage(reference, { onProgress: (progress) => pulled.push(progress) });
    assert.equal(pulled.at(-1)?.layersDone, 1);
    await engine.inspectImage(reference);

    await assert.rejects(engine.pullImage(`${registry.host}/slipway/test:none`), (error) => {
      assert.ok(error instanceof EngineError);
      assert.equal(error.reason, "not-found", error.message);
      return true;
    });
    await engine.removeImage(reference);
  } finally {
    registry.close();
    await rm(folder, { recursive: true, force: true });
  }
});
