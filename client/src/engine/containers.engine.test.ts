import assert from "node:assert/strict";
import { after, test } from "node:test";
import { engineFixture, textOf } from "./engineFixture.ts";
import { EngineError } from "./engineError.ts";

const { engine, run, containers, label, cleanUp, transport, control } = engineFixture();
after(cleanUp);

const stateOf = async (id: string): Promise<unknown> => {
  const { State } = (await engine.inspectContainer(id)) as { State: { Status: string } };
  return State.Status;
};

const failsWith =
  (reason: EngineError["reason"], message = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof EngineError, String(error));
    assert.equal(error.reason, reason, error.message);
    assert.match(error.message, message);
    return true;
  };

test("the engine says which version it is", async () => {
  const version = await engine.version();
  assert.match(version.version, control.kind === "20.10" ? /^20\.10\./ : /^28\./);
  assert.match(version.apiVersion, /^1\.\d+$/);
  assert.equal(version.operatingSystem, "linux");
});

test("a container is paused, resumed, stopped, started, restarted, killed, renamed and removed", async () => {
  const id = await run("trap 'exit 0' TERM; sleep 1000 & wait");
  assert.equal(await stateOf(id), "running");
  await engine.pauseContainer(id);
  assert.equal(await stateOf(id), "paused");
  await engine.unpauseContainer(id);
  assert.equal(await stateOf(id), "running");
  await engine.stopContainer(id);
  assert.equal(await stateOf(id), "exited");
  await engine.startContainer(id);
  await engine.restartContainer(id);
  assert.equal(await stateOf(id), "running");
  await engine.killContainer(id);
  await engine.renameContainer(id, `renamed-${id.slice(0, 12)}`);
  const { Name } = await engine.inspectContainer(`renamed-${id.slice(0, 12)}`);
  assert.equal(Name, `/renamed-${id.slice(0, 12)}`);
  await engine.removeContainer(id);
  await assert.rejects(engine.inspectContainer(id), failsWith("not-found", /No such container/));
});

test("stopping what is stopped and starting what runs is no failure", async () => {
  const id = await run("trap 'exit 0' TERM; sleep 1000 & wait");
  await engine.startContainer(id);
  await engine.stopContainer(id);
  await engine.stopContainer(id);
  await engine.removeContainer(id);
});

test("a running container is not removed, and a name that is taken is a conflict", async () => {
  const name = `taken-${label.slice(-12)}`;
  const id = await run("sleep 1000", { name });
  await assert.rejects(engine.removeContainer(id), failsWith("conflict"));
  await assert.rejects(run("true", { name }), failsWith("conflict", /already in use/));
  await engine.killContainer(id);
  await engine.removeContainer(id);
});

test("a name that is no name is not found instead of asking for something else", async () => {
  for (const name of ["", "..", "a/../b"]) {
    await assert.rejects(engine.inspectContainer(name), failsWith("not-found"));
  }
  await assert.rejects(engine.inspectContainer("no such?all=1"), failsWith("not-found"));
});

test("run gives the container its name, environment, labels and ports", async () => {
  const id = await run("sleep 1000", {
    environment: ["COLOR=blue"],
    ports: ["127.0.0.1:0:80", "81/udp"],
  });
  const inspected = (await engine.inspectContainer(id)) as {
    Config: { Env: string[]; Labels: Record<string, string>; ExposedPorts: object };
    HostConfig: { PortBindings: Record<string, unknown> };
  };
  assert.ok(inspected.Config.Env.includes("COLOR=blue"));
  assert.equal(`slipway.test=${inspected.Config.Labels["slipway.test"]}`, label);
  assert.deepEqual(Object.keys(inspected.HostConfig.PortBindings).sort(), ["80/tcp", "81/udp"]);
  await engine.killContainer(id);
  await engine.removeContainer(id);
});

test("a run whose start fails leaves no container behind", async () => {
  const before = await containers();
  await assert.rejects(
    run("", { command: ["/no/such/program"] }),
    failsWith("bad-request", /no such file/),
  );
  assert.deepEqual(await containers(), before);
});

test("a port that is taken is a conflict and leaves no container behind", async () => {
  const before = await containers();
  const first = await run("sleep 1000", { ports: ["127.0.0.1:0:80"] });
  const { NetworkSettings } = (await engine.inspectContainer(first)) as {
    NetworkSettings: { Ports: Record<string, { HostPort: string }[]> };
  };
  const taken = NetworkSettings.Ports["80/tcp"]?.[0]?.HostPort;
  await assert.rejects(
    run("sleep 1000", { ports: [`127.0.0.1:${taken}:80`] }),
    failsWith("conflict", /already|in use/),
  );
  await engine.killContainer(first);
  await engine.removeContainer(first);
  assert.deepEqual(await containers(), before);
});

test("a run that is cancelled leaves no container behind", async () => {
  const before = await containers();
  const controller = new AbortController();
  const running = engine.runContainer(
    {
      image: "busybox:local",
      command: ["sleep", "1000"],
      labels: { "slipway.test": label.split("=")[1] ?? "" },
    },
    { signal: controller.signal },
  );
  controller.abort();
  await assert.rejects(running, failsWith("cancelled"));
  assert.deepEqual(await containers(), before);
});

test("an image that is not there is not found", async () => {
  await assert.rejects(
    run("true", { image: "no-such-image:1" }),
    failsWith("not-found", /No such image/),
  );
});

test("six thousand lines of a log arrive complete and in order", async () => {
  const id = await run(
    "i=0; while [ $i -lt 6000 ]; do echo line $i; i=$((i+1)); done; sleep 0.3; echo oops >&2",
  );
  await transport.json({ method: "POST", path: `/containers/${id}/wait` });
  const all = await textOf(engine.containerLogs(id, { follow: false }), "stdout");
  const expected = Array.from({ length: 6000 }, (_, index) => `line ${index}\n`).join("");
  assert.equal(all, expected);
  assert.equal(await textOf(engine.containerLogs(id, { follow: false }), "stderr"), "oops\n");
  assert.equal(
    await textOf(engine.containerLogs(id, { follow: false, tail: 2 })),
    "line 5999\noops\n",
  );
  assert.match(
    await textOf(engine.containerLogs(id, { follow: false, tail: 1, timestamps: true })),
    /^\d{4}-\d\d-\d\dT[\d:.]+Z oops\n$/,
  );
  await engine.removeContainer(id);
});

test("a character whose bytes are written apart is whole in the log", async () => {
  const id = await run(String.raw`printf 'gr\303'; sleep 0.3; printf '\274n\n'`);
  assert.equal(await textOf(engine.containerLogs(id, { follow: true })), "grün\n");
  await engine.removeContainer(id);
});

test("the log of a container with a terminal is shown as it is", async () => {
  const { id } = await engine.runInteractive({
    image: "busybox:local",
    command: ["sh", "-c", "echo out; echo err >&2"],
    labels: { "slipway.test": label.split("=")[1] ?? "" },
  });
  assert.equal(await textOf(engine.containerLogs(id, { follow: true })), "out\r\nerr\r\n");
  await engine.removeContainer(id);
});

test("a followed log ends with the container", async () => {
  const id = await run("echo first; sleep 0.5; echo last");
  assert.equal(await textOf(engine.containerLogs(id, { follow: true })), "first\nlast\n");
});

test("following a log ends as cancelled when it is cancelled", async () => {
  const id = await run("echo begun; sleep 1000");
  const controller = new AbortController();
  const following = (async () => {
    for await (const { text } of engine.containerLogs(id, {
      follow: true,
      signal: controller.signal,
    })) {
      assert.equal(text, "begun\n");
      controller.abort();
    }
  })();
  await assert.rejects(following, failsWith("cancelled"));
  await engine.killContainer(id);
  await engine.removeContainer(id);
});

test("what is under way when the engine is disposed of is cancelled", async () => {
  const other = engineFixture();
  const id = await other.run("sleep 1000");
  const following = textOf(other.engine.containerLogs(id, { follow: true }));
  setImmediate(() => other.engine.dispose());
  await assert.rejects(following, failsWith("cancelled"));
  await other.cleanUp();
});
