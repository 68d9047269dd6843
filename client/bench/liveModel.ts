/**
 * What following an engine costs, beside the docker command's own lists in the same run. Makes COUNT containers that
 * are never started on a private engine, and removes them again.
 *   node esbuild.mjs --tests client/bench/liveModel.ts
 *   DOCKER_HOST=unix://… DOCKER=path/to/docker node --expose-gc client/dist/test/client/bench/liveModel.js [COUNT]
 * The engine needs busybox:local. Figures are medians where something is measured more than once.
 */
import { execFileSync, spawn } from "node:child_process";
import { createDockerEngine } from "../src/engine/dockerEngine.ts";
import type { Engine, LiveModel } from "../src/engine/engine.ts";
import { createTransport } from "../src/engine/transport.ts";
import type { Transport } from "../src/engine/transport.ts";
import { presentContainer } from "../src/presentation/container.ts";
import { presentImage } from "../src/presentation/image.ts";
import { inEnglish } from "../src/presentation/localize.ts";
import { nameImages } from "../src/presentation/namedImage.ts";

const host = process.env["DOCKER_HOST"] ?? "";
const docker = process.env["DOCKER"] ?? "docker";
const label = "slipway.bench=liveModel";
const endpoint = { url: host, source: "setting" } as const;
const stormEvents = 1_000;

void main(process.argv[2] ?? "1000");

async function main(argument: string): Promise<void> {
  const transport = createTransport(endpoint);
  if (argument === "storm") {
    await storm(transport);
  } else {
    const engine = createDockerEngine(endpoint);
    try {
      await fill(transport, Number(argument));
      await measure(engine, transport);
    } finally {
      engine.dispose();
      await clear(transport);
    }
  }
  transport.dispose();
}

async function measure(engine: Engine, transport: Transport): Promise<void> {
  const { model } = engine;
  report("docker ps --all", timed(["ps", "--all"]), "ms");
  report("docker images", timed(["images"]), "ms");

  const first: number[] = [];
  for (let round = 0; round < 7; round++) {
    const started = performance.now();
    const unwatch = model.watch();
    await shown(model, () => model.state.kind === "ready");
    present(model);
    first.push(performance.now() - started);
    unwatch();
  }
  report("watch to all rows", median(first), "ms");

  const { gc } = globalThis;
  gc?.();
  const before = process.memoryUsage().heapUsed;
  const unwatch = model.watch();
  await shown(model, () => model.state.kind === "ready");
  gc?.();
  const kept = process.memoryUsage().heapUsed - before;
  report(`heap for ${model.containers.length} containers`, kept / 1024 / 1024, "MiB");

  const delays: number[] = [];
  for (let round = 0; round < 30; round++) {
    const id = await create(transport);
    const asked = performance.now();
    await shown(model, () => model.containers.some((each) => each.id === id));
    delays.push(performance.now() - asked);
  }
  report("created to shown", median(delays), "ms");

  const idle = await used(() => pause(10_000));
  report("CPU of 10 s idle", idle.cpu, "ms");

  const counts = { updates: 0 };
  const stop = model.onDidChange(() => {
    counts.updates++;
  });
  const marker = `slipway-bench-storm-${stormEvents}`;
  const stormy = await used(async () => {
    const child = spawn(process.execPath, [__filename, "storm"], { stdio: "inherit" });
    await shown(model, () => model.containers.some(({ name }) => name === marker));
    await new Promise((resolve) => child.once("close", resolve));
  });
  stop();
  report(`storm of ${stormEvents} events`, stormy.wall, "ms");
  report("  CPU of it here", stormy.cpu, "ms");
  report("  updates", counts.updates, "");
  unwatch();
}

/** What the tree views make of the model. */
function present(model: LiveModel): void {
  const now = Date.now();
  for (const container of model.containers) {
    presentContainer(container, { label: container.name, now, localize: inEnglish });
  }
  for (const named of nameImages(model.images)) {
    presentImage(named, { now, localize: inEnglish, usedBy: [] });
  }
}

/** Renames one container over and over, as fast as the engine does it. */
async function storm(transport: Transport): Promise<void> {
  const id = await create(transport);
  for (let event = 1; event <= stormEvents; event++) {
    const query = { name: `slipway-bench-storm-${event}` };
    await transport.text({ method: "POST", path: `/containers/${id}/rename`, query });
  }
}

async function create(transport: Transport): Promise<string> {
  const [name = "", value = ""] = label.split("=");
  const body = { Image: "busybox:local", Cmd: ["true"], Labels: { [name]: value } };
  const created = await transport.json({
    method: "POST",
    path: "/containers/create",
    body: JSON.stringify(body),
  });
  return (created as { readonly Id: string }).Id;
}

async function fill(transport: Transport, count: number): Promise<void> {
  for (let made = 0; made < count; made += 8) {
    await Promise.all(Array.from({ length: Math.min(8, count - made) }, () => create(transport)));
  }
}

async function clear(transport: Transport): Promise<void> {
  await transport.json({
    method: "POST",
    path: "/containers/prune",
    query: { filters: { label: [label] } },
  });
}

function shown(model: LiveModel, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (condition()) {
      resolve();
      return;
    }
    const stop = model.onDidChange(() => {
      if (condition()) {
        stop();
        resolve();
      }
    });
  });
}

/** Milliseconds of this process's CPU, and by the clock. */
async function used(work: () => Promise<unknown>): Promise<{ cpu: number; wall: number }> {
  const started = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1000, wall: performance.now() - started };
}

function timed(args: readonly string[]): number {
  const times = Array.from({ length: 7 }, () => {
    const started = performance.now();
    execFileSync(docker, args, { maxBuffer: 1 << 28 });
    return performance.now() - started;
  });
  return median(times);
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function report(what: string, value: number, unit: string): void {
  console.log(`${what.padEnd(36)} ${value.toFixed(1).padStart(10)} ${unit}`);
}
