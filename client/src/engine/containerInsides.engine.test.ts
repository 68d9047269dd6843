import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { EngineError } from "./engineError.ts";
import { engineFixture } from "./engineFixture.ts";

const { engine, run, transport, cleanUp } = engineFixture();

after(cleanUp);

async function ended(id: string): Promise<void> {
  await transport.json({ method: "POST", path: `/containers/${id}/wait` });
}

test("the processes of a running container are told, and those of another refused", async () => {
  const running = await run("exec sleep 1234");
  const { titles, rows } = await engine.containerProcesses(running);
  const command = titles.findIndex((title) => /cmd|command/i.test(title));
  assert.equal(rows.length, 1);
  assert.match(rows[0]?.[command] ?? "", /sleep 1234/);
  const stopped = await run("true");
  await ended(stopped);
  await assert.rejects(engine.containerProcesses(stopped), (error) => {
    assert.ok(error instanceof EngineError);
    assert.match(error.message, /is not running/);
    return true;
  });
});

test("what a container did to its files is told, and an image of it has that", async () => {
  const id = await run("mkdir /made && echo new > /made/file && rm /etc/passwd");
  await ended(id);
  const changes = (await engine.containerChanges(id)).map(({ kind, path }) => `${kind} ${path}`);
  assert.deepEqual(changes, [
    "changed /etc",
    "deleted /etc/passwd",
    "added /made",
    "added /made/file",
  ]);
  const reference = `slipway-test-${randomUUID()}:1`;
  const image = await engine.createImageFrom(id, reference);
  try {
    assert.equal((await engine.inspectImage(reference))["Id"], image);
    const copy = await run("cat /made/file", { image: reference });
    await ended(copy);
    let output = "";
    for await (const { text } of engine.containerLogs(copy, { follow: false })) {
      output += text;
    }
    assert.equal(output, "new\n");
    await engine.removeContainer(copy);
  } finally {
    await engine.removeImage(reference);
  }
});
