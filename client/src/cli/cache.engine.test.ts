import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { BuildEvent } from "../engine/build.ts";
import { base, cleanUp, engine, makeContext, transport } from "../engine/buildFixture.ts";
import type { CacheReport } from "./cache.ts";

const places: { state: string } = { state: "" };

before(async () => {
  places.state = await mkdtemp(join(tmpdir(), "slipway-state-"));
});
after(async () => {
  await rm(places.state, { recursive: true, force: true });
  await cleanUp();
});

test("what is foreseen on the command line is what the next build does", async (t) => {
  const salt = randomUUID();
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base} AS deps
      WORKDIR /app
      COPY package.json ./
      RUN echo ${salt} > installed
      FROM deps AS build
      ARG MODE=fast
      COPY src src
      RUN ls -R src > listing
      FROM ${base}
      COPY --from=build /app/listing /
      COPY run.sh /
    `,
    "package.json": "{}",
    "src/a.js": "1",
    "src/b.js": "1",
    "run.sh": "true",
  });
  const first = await foreseen(context);
  assert.deepEqual(
    first.instructions.map(({ state }) => state),
    // Of a Dockerfile that has never been built here, nobody knows.
    Array.from({ length: 7 }, () => "unknown"),
  );
  await buildAndCompare(context, undefined, "the first build");

  const changes: readonly [string, () => Promise<unknown>, string[]?][] = [
    ["nothing", () => Promise.resolve()],
    ["a source", () => writeFile(join(context, "src/a.js"), "2")],
    ["back again", () => writeFile(join(context, "src/a.js"), "1")],
    ["the manifest", () => writeFile(join(context, "package.json"), "{ }")],
    ["a mode", () => chmod(join(context, "run.sh"), 0o755)],
    ["a moved file", () => rename(join(context, "src/b.js"), join(context, "src/c.js"))],
    ["an argument", () => Promise.resolve(), ["--build-arg", "MODE=slow"]],
    ["another target", () => Promise.resolve(), ["--target", "deps"]],
  ];
  let decided = 0;
  for (const [what, change, args = []] of changes) {
    await change();
    decided += await buildAndCompare(context, await foreseen(context, args), what, args);
  }
  t.diagnostic(`${decided} fates foreseen and met`);
  assert.ok(decided > 40);
});

test("a build that fails has taught what it did", async (t) => {
  const salt = randomUUID();
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      RUN echo ${salt}
      RUN test -f /no
    `,
  });
  const { code } = await slipway(context, ["build"]);
  assert.equal(code, 1);
  const { instructions } = await foreseen(context);
  assert.deepEqual(
    instructions.map(({ state }) => state),
    ["cached", "runs"],
  );
});

test("people are told in words, and an engine that is away with code 3", async (t) => {
  const salt = randomUUID();
  const context = await makeContext(t, {
    Dockerfile: `FROM ${base}\nCOPY a /\nRUN echo ${salt}\n`,
    a: "1",
  });
  await slipway(context, ["build"]);
  await writeFile(join(context, "a"), "2");
  const { out } = await slipway(context, ["cache"]);
  const [copy = "", run = "", total = ""] = out.split("\n");
  assert.match(copy, /^Dockerfile:2 {2}runs again: a changed\b.*COPY a \/$/);
  assert.match(run, /^Dockerfile:3 {2}runs again: .*line 2\b.*RUN echo/);
  assert.match(total, /^0 of 2 steps come from the cache/);
  const away = await slipway(context, ["cache", "--endpoint", "unix:///nowhere/docker.sock"]);
  assert.equal(away.code, 3);
  assert.equal((await slipway(context, ["cache", "-f", "Missing"])).code, 2);
});

async function foreseen(context: string, args: readonly string[] = []): Promise<CacheReport> {
  const { code, out, complaint } = await slipway(context, ["cache", "--format", "json", ...args]);
  assert.equal(code, 0, complaint);
  return JSON.parse(out) as CacheReport;
}

/** Builds, and compares what happens with what was foreseen. Gives how many fates were. */
async function buildAndCompare(
  context: string,
  report: CacheReport | undefined,
  what: string,
  args: readonly string[] = [],
): Promise<number> {
  const { code, out, complaint } = await slipway(context, ["build", "--progress", "json", ...args]);
  assert.equal(code, 0, complaint);
  const fates = new Map<string, boolean>();
  for (const line of out.trim().split("\n")) {
    const event = JSON.parse(line) as
      | BuildEvent
      | { readonly type: "built"; readonly imageId: string };
    if (event.type === "step" && event.step.state !== "running") {
      const text = event.step.name.replace(/^\[.*?\] /, "");
      fates.set(text, (fates.get(text) ?? false) || event.step.state === "cached");
    } else if (event.type === "built") {
      await removeImage(event.imageId);
    }
  }
  let decided = 0;
  for (const { keyword, text, state } of report?.instructions ?? []) {
    const cached = fates.get(`${keyword} ${text}`);
    assert.notEqual(
      cached,
      undefined,
      `${what}: ${keyword} ${text} in ${[...fates.keys()].join("; ")}`,
    );
    if (state !== "unknown") {
      decided++;
      assert.equal(state, cached === true ? "cached" : "runs", `${what}: ${keyword} ${text}`);
    }
  }
  return decided;
}

/** The images are dangling; the cache outlives them. */
async function removeImage(id: string): Promise<void> {
  await transport.text({
    method: "DELETE",
    path: `/images/${encodeURIComponent(id)}?noprune=true`,
  });
}

async function slipway(
  folder: string,
  args: readonly string[],
): Promise<{ code: number | null; out: string; complaint: string }> {
  const cli = join(process.env["SLIPWAY_ROOT"] ?? process.cwd(), "client", "dist", "cli.js");
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { ...process.env, DOCKER_HOST: engine.host, SLIPWAY_STATE_FOLDER: places.state },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let complaint = "";
  child.stdout.on("data", (chunk) => (out += String(chunk)));
  child.stderr.on("data", (chunk) => (complaint += String(chunk)));
  const code = await new Promise<number | null>((done) => child.once("close", done));
  return { code, out, complaint };
}
