import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import type { BuildEvent } from "./build.ts";
import { BuildFailure } from "./buildFailure.ts";
import { base, build, cleanUp, engine, labelledImages, makeContext } from "./buildFixture.ts";
import { EngineError } from "./engineError.ts";

after(cleanUp);

test("a failing RUN is named with its exit code, its line and its output, and makes no image", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      # comment
      RUN for i in 1 2 3; do echo line $i; done; \\
          echo to stderr >&2; exit 7
      RUN echo never
    `,
  });
  const before = await labelledImages();
  const failure = await failureOf(context);
  assert.match(failure.message, /^The step “\[2\/3\] RUN for i.*” failed with exit code 7\.$/);
  assert.match(failure.details.step?.name ?? "", /^\[2\/3\] RUN for i/);
  assert.equal(failure.details.exitCode, 7);
  assert.equal(failure.details.dockerfileLine, 3);
  // The engine does not say in which order a step wrote to its two streams.
  assert.deepEqual(failure.details.output.toSorted(), ["line 1", "line 2", "line 3", "to stderr"]);
  assert.deepEqual(await labelledImages(), before);
});

test("a missing source of COPY is named with its line", async (t) => {
  const context = await makeContext(t, { Dockerfile: `FROM ${base}\nRUN true\nCOPY nope.txt /x` });
  const { message, details } = await failureOf(context);
  assert.match(message, /COPY nope\.txt \/x.*“nope\.txt” is not in the build context/);
  assert.equal(details.dockerfileLine, 3);
});

test("a syntax error is named with its line", async (t) => {
  const context = await makeContext(t, { Dockerfile: `FROM ${base}\n\nRUNN true` });
  const { message, details } = await failureOf(context);
  assert.match(message, /^Line 3 of the Dockerfile: unknown instruction: RUNN/);
  assert.equal(details.dockerfileLine, 3);
});

test("a frontend that cannot be fetched is named", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `# syntax=localhost:1/frontend:1\nFROM ${base}`,
  });
  const { message } = await failureOf(context);
  assert.match(
    message,
    /^The Dockerfile's “# syntax=localhost:1\/frontend:1” needs that image from its registry/,
  );
});

test("a base image that cannot be fetched is named", async (t) => {
  const context = await makeContext(t, { Dockerfile: "FROM localhost:1/nosuch:1\nRUN true" });
  const { message } = await failureOf(context);
  assert.match(message, /^The image localhost:1\/nosuch:1 cannot be had: /);
});

test("a Dockerfile or a context that is not there is said so before the engine is asked", async (t) => {
  const context = await makeContext(t, {});
  await assert.rejects(
    build(context),
    (error) => error instanceof EngineError && error.reason === "not-found",
  );
  const other = await makeContext(t, { Dockerfile: `FROM ${base}` });
  await assert.rejects(
    build(join(context, "nope"), { dockerfile: join(other, "Dockerfile") }),
    (error) =>
      error instanceof EngineError && error.reason === "not-found" && /nope/.test(error.message),
  );
});

test("a build that is cancelled in a RUN ends at once, with nothing running and no image", async (t) => {
  const seconds = `4${Math.floor(Math.random() * 1e6)}`;
  const context = await makeContext(t, {
    Dockerfile: `FROM ${base}\nRUN echo started; sleep ${seconds}\nRUN true`,
  });
  const before = await labelledImages();
  const cancel = new AbortController();
  const events: BuildEvent[] = [];
  let cancelledAt = 0;
  let cancelling: Promise<void> | undefined;
  const cancelWhenRunning = async (): Promise<void> => {
    await until(async () => (await commandsWith(`sleep ${seconds}`)) > 0);
    cancelledAt = performance.now();
    cancel.abort();
  };
  const building = build(
    context,
    {},
    {
      signal: cancel.signal,
      onEvent(event) {
        events.push(event);
        if (event.type === "log" && event.text.includes("started")) {
          cancelling = cancelWhenRunning();
        }
      },
    },
  );
  await assert.rejects(
    building,
    (error) => error instanceof EngineError && error.reason === "cancelled",
  );
  await cancelling;
  assert.ok(cancelledAt > 0);
  assert.ok(performance.now() - cancelledAt < 1_000);
  const last = new Map(
    events.flatMap((event) => (event.type === "step" ? [[event.step.name, event.step.state]] : [])),
  );
  assert.equal(last.get(`[2/3] RUN echo started; sleep ${seconds}`), "cancelled");
  await until(async () => (await commandsWith(`sleep ${seconds}`)) === 0);
  assert.deepEqual(await labelledImages(), before);
  // The same context can be built again at once.
  await writeFile(join(context, "Dockerfile"), `FROM ${base}\nCOPY Dockerfile /`);
  await build(context);
});

test("a build that is cancelled before it starts asks nothing of the engine", async (t) => {
  const context = await makeContext(t, { Dockerfile: `FROM ${base}` });
  const events: BuildEvent[] = [];
  await assert.rejects(
    build(context, {}, { signal: AbortSignal.abort(), onEvent: (event) => events.push(event) }),
    (error) => error instanceof EngineError && error.reason === "cancelled",
  );
  assert.deepEqual(events, []);
});

test("an engine that ends during a build ends the build", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `FROM ${base}\nRUN echo ${randomUUID()}; sleep 1000`,
  });
  let halting: Promise<void> | undefined;
  try {
    await assert.rejects(
      build(
        context,
        {},
        {
          onEvent(event) {
            if (event.type === "log") {
              halting ??= engine.halt();
            }
          },
        },
      ),
      (error) =>
        error instanceof EngineError &&
        ["unreachable", "engine-failed", "build-failed"].includes(error.reason),
    );
  } finally {
    await halting;
    await engine.resume();
  }
});

async function failureOf(contextFolder: string): Promise<BuildFailure> {
  try {
    await build(contextFolder);
  } catch (error) {
    assert.ok(error instanceof BuildFailure, String(error));
    assert.equal(error.reason, "build-failed");
    return error;
  }
  assert.fail("The build succeeded.");
}

/** How many processes of this machine, on which the private engine runs, have this command line. */
async function commandsWith(command: string): Promise<number> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return lines.filter((line) => line.replaceAll("\0", " ").trim() === command).length;
}

/** Polls until it is so; fails after ten seconds. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 10_000; performance.now() < deadline;) {
    if (await isSo()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.fail("It did not come to pass within ten seconds.");
}
