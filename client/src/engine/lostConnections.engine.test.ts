import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createDockerEngine } from "./dockerEngine.ts";
import type { LiveModel } from "./engine.ts";
import { engineFixture, modelShows } from "./engineFixture.ts";

/** Seconds; some minutes of it are for a person's patience: `SLIPWAY_TEST_LOSSES=180`. */
const seconds = Number(process.env["SLIPWAY_TEST_LOSSES"] ?? 20);

const fixture = engineFixture();
const { transport, label } = fixture;
const [labelName = "", labelValue = ""] = label.split("=");
after(fixture.cleanUp);

test(
  "however often the connection is lost, the model ends up with exactly what the engine holds",
  { timeout: (seconds + 100) * 1_000 },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-losses-"));
    const link = await unreliableLink(join(folder, "docker.sock"));
    const engine = createDockerEngine({ url: `unix://${folder}/docker.sock`, source: "setting" });
    t.after(async () => {
      engine.dispose();
      link.close();
      await rm(folder, { recursive: true });
    });
    const { model } = engine;
    const unwatch = model.watch();
    await modelShows(model, ({ state }) => state.kind === "ready");

    const end = performance.now() + seconds * 1_000;
    const counts = { cuts: 0, changes: 0 };
    const cutting = (async () => {
      while (performance.now() < end) {
        await pause(randomInt(20, 700));
        link.cut();
        counts.cuts++;
      }
    })();
    const living: string[] = [];
    while (performance.now() < end) {
      counts.changes += await changeSomething(living, counts.changes);
    }
    await cutting;

    // What was changed last may still be on its way, in the engine as well.
    const deadline = performance.now() + 30_000;
    while (text(model) !== (await held()) && performance.now() < deadline) {
      await pause(300);
    }
    assert.equal(text(model), await held());
    assert.ok(counts.cuts > seconds, `${counts.cuts} cuts`);
    assert.ok(counts.changes > seconds, `${counts.changes} changes`);
    t.diagnostic(`${counts.changes} changes, ${counts.cuts} lost connections in ${seconds} s`);
    unwatch();
  },
);

/** One step in the lives of containers, volumes and networks, over a connection that is not cut; returns how many changes it made. */
async function changeSomething(living: string[], step: number): Promise<number> {
  const { engine } = fixture;
  const labels = { [labelName]: labelValue };
  switch (randomInt(6)) {
    case 0:
    case 1:
      living.push(await fixture.run(randomInt(2) === 0 ? "true" : "sleep 1000"));
      return 1;
    case 2: {
      const id = living[randomInt(Math.max(1, living.length))];
      if (id === undefined) {
        return 0;
      }
      await engine.renameContainer(id, `losses-${labelValue}-${step}`);
      return 1;
    }
    case 3: {
      const [id] = living.splice(randomInt(Math.max(1, living.length)), 1);
      if (id === undefined) {
        return 0;
      }
      await transport.text({
        method: "DELETE",
        path: `/containers/${id}`,
        query: { force: true, v: true },
      });
      return 1;
    }
    case 4: {
      const name = await engine.createVolume({ labels });
      if (randomInt(2) === 0) {
        await engine.removeVolume(name);
        return 2;
      }
      return 1;
    }
    default: {
      const id = await engine.createNetwork({ name: `losses-${labelValue}-${step}`, labels });
      await engine.removeNetwork(id);
      return 2;
    }
  }
}

/** What the engine holds by a list that is asked for now. */
async function held(): Promise<string> {
  const fresh = createDockerEngine({ url: fixture.control.host, source: "setting" });
  const unwatch = fresh.model.watch();
  try {
    await fresh.model.refresh();
    return text(fresh.model);
  } finally {
    unwatch();
    fresh.dispose();
  }
}

/** All of it but the ages, a line each. */
function text({ containers, images, volumes, networks }: LiveModel): string {
  return [
    ...containers.map(({ id, name, state, networks: joined }) => [id, name, state, joined]),
    ...images.map(({ id, references }) => [id, references]),
    ...volumes.map(({ name }) => [name]),
    ...networks.map(({ id, name }) => [id, name]),
  ]
    .map((each) => JSON.stringify(each))
    .sort()
    .join("\n");
}

/** A way to the private engine that is cut whenever that is asked for, also in the midst of an answer. */
async function unreliableLink(path: string): Promise<{ cut(): void; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ path: fixture.control.host.replace("unix://", "") });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => undefined);
      from.once("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    cut,
    close() {
      server.close();
      cut();
    },
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
