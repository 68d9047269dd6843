import assert from "node:assert/strict";
import { after, test } from "node:test";
import { engineFixture, TerminalReader, textOf } from "./engineFixture.ts";
import { EngineError } from "./engineError.ts";

const { engine, run, containers, label, cleanUp, transport } = engineFixture();
after(cleanUp);
const labels = { "slipway.test": label.split("=")[1] ?? "" };

test("a shell echoes what is typed, knows its size and ends with its exit code", async () => {
  const id = await run("sleep 1000");
  const session = await engine.openShell(id);
  const terminal = new TerminalReader(session);
  await session.resize(101, 37);
  session.write("echo $((6*7))-wörld; stty size\r");
  await terminal.shows(/42-wörld[\s\S]*37 101/);
  await session.resize(80, 24);
  session.write("stty size\r");
  await terminal.shows(/24 80/);
  session.write("exit 7\r");
  assert.equal(await terminal.ended, 7);
});

test("a shell that is closed is hung up", async () => {
  const id = await run("sleep 1000");
  const session = await engine.openShell(id);
  const terminal = new TerminalReader(session);
  session.write("echo ready-$((1+1))\r");
  await terminal.shows(/ready-2/);
  session.close();
  await terminal.ended;
  const deadline = performance.now() + 20_000;
  for (;;) {
    const top = (await transport.json({ method: "GET", path: `/containers/${id}/top` })) as {
      Processes: string[][];
    };
    if (top.Processes.length === 1) {
      break;
    }
    assert.ok(performance.now() < deadline, JSON.stringify(top.Processes));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
});

test("a container that does not run has no shell to offer", async () => {
  const id = await run("true");
  await transport.json({ method: "POST", path: `/containers/${id}/wait` });
  await assert.rejects(
    engine.openShell(id),
    (error) => error instanceof EngineError && error.reason === "conflict",
  );
});

test("an interactive run shows everything from the first byte and ends with its exit code", async () => {
  const { id, session } = await engine.runInteractive({
    image: "busybox:local",
    command: ["sh", "-c", "echo first; read answer; echo got $answer; exit 3"],
    labels,
  });
  const terminal = new TerminalReader(session);
  await terminal.shows(/^first/);
  session.write("yes\r");
  await terminal.shows(/got yes/);
  assert.equal(await terminal.ended, 3);
  await engine.removeContainer(id);
});

test("an interactive run that removes itself still tells its exit code", async () => {
  const { session } = await engine.runInteractive({
    image: "busybox:local",
    command: ["sh", "-c", "exit 5"],
    labels,
    removeWhenStopped: true,
  });
  assert.equal(await new TerminalReader(session).ended, 5);
});

test("closing an interactive run leaves the container running", async () => {
  const { id, session } = await engine.runInteractive({
    image: "busybox:local",
    command: ["sh"],
    labels,
  });
  const terminal = new TerminalReader(session);
  session.write("echo here\r");
  await terminal.shows(/here/);
  session.close();
  assert.match(await textOf(engine.containerLogs(id, { follow: false })), /here/);
});

test("an interactive run that cannot start leaves nothing behind", async () => {
  const before = await containers();
  await assert.rejects(
    engine.runInteractive({ image: "busybox:local", command: ["/no/such/program"], labels }),
    (error) => error instanceof EngineError && error.reason === "bad-request",
  );
  assert.deepEqual(await containers(), before);
});
