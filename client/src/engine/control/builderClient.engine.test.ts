import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { base, build, cleanUp, engine, makeContext, transport } from "../buildFixture.ts";
import { createDockerEngine } from "../dockerEngine.ts";
import type { BuildHistoryEvent, PastBuild } from "../pastBuild.ts";
import { withBuilder } from "./builderClient.ts";

const docker = createDockerEngine({ url: engine.host, source: "setting" });
after(async () => {
  docker.dispose();
  await cleanUp();
});

const hasHistory = engine.kind !== "20.10";
const onlyWithHistory = { skip: hasHistory ? false : "Docker 20.10 keeps no history of builds." };
const onlyWithoutHistory = { skip: hasHistory ? "This engine keeps a history of builds." : false };

async function history(): Promise<readonly PastBuild[]> {
  const builds: PastBuild[] = [];
  for await (const event of docker.buildHistory({ follow: false })) {
    if (event.type === "build") {
      builds.push(event.build);
    }
  }
  return builds;
}

/** The build that was given this build argument. */
async function buildOf(mark: string): Promise<PastBuild> {
  const found = (await history()).find(({ buildArguments }) => buildArguments["MARK"] === mark);
  assert.ok(found, "the build is in the history");
  return found;
}

test("the builder says who it is and what it removes by itself", async () => {
  await withBuilder(transport, undefined, async (builder) => {
    const [worker] = await builder.workers();
    assert.ok(worker?.platforms.includes("linux/amd64"), JSON.stringify(worker));
    if (hasHistory) {
      assert.match((await builder.version()).module, /buildkit/);
      const rules = worker?.garbageCollection ?? [];
      assert.ok(rules.some(({ mostBytes }) => mostBytes > 0));
      assert.ok(rules.some(({ unusedFor }) => unusedFor === 48 * 3600 * 1000));
    } else {
      await assert.rejects(builder.version(), { reason: "unsupported" });
    }
  });
});

test("the records of the build cache are listed, and those that are named are removed, no others", async (t) => {
  const [gone, kept] = [randomUUID(), randomUUID()];
  const folder = await makeContext(t, {
    Dockerfile: `
      FROM ${base} AS unused
      RUN echo ${gone} > /gone
      FROM ${base} AS other
      RUN echo ${kept} > /kept
      FROM ${base}
      COPY --from=unused /gone /
      COPY --from=other /kept /
    `,
  });
  await build(folder);
  const records = await docker.buildCacheRecords();
  const find = (mark: string): (typeof records)[number] => {
    const found = records.find(({ description }) => description.includes(mark));
    assert.ok(found, records.map(({ description }) => description).join("\n"));
    return found;
  };
  const record = find(gone);
  assert.equal(record.type, "regular");
  assert.ok(record.parents.length === 1 && records.some(({ id }) => id === record.parents[0]));
  assert.ok(record.createdAt > Date.UTC(2020));
  assert.ok(record.uses >= 1);

  const removed = await withBuilder(transport, undefined, (builder) =>
    builder.pruneCacheRecords([record.id]),
  );
  assert.deepEqual(
    removed.map(({ id }) => id),
    [record.id],
  );
  const left = new Set((await docker.buildCacheRecords()).map(({ id }) => id));
  assert.ok(!left.has(record.id));
  assert.ok(left.has(find(kept).id));
  assert.deepEqual(
    await withBuilder(transport, undefined, (builder) => builder.pruneCacheRecords([])),
    [],
  );
});

test(
  "a build of any client is in the history, with its arguments and its log",
  onlyWithHistory,
  async (t) => {
    const mark = randomUUID();
    const folder = await makeContext(t, {
      Dockerfile: `
      FROM ${base} AS first
      ARG MARK
      RUN echo "said $MARK"
    `,
    });
    const { result } = await build(folder, {
      buildArguments: { MARK: mark },
      tags: [`slipway-history:${mark.slice(0, 8)}`],
      target: "first",
      labels: { note: "with=equals, and commas" },
    });
    const past = await buildOf(mark);
    assert.equal(past.state, "succeeded");
    assert.equal(past.dockerfile, "Dockerfile");
    assert.equal(past.target, "first");
    assert.equal(past.labels["note"], "with=equals, and commas");
    assert.deepEqual(past.tags, [`docker.io/library/slipway-history:${mark.slice(0, 8)}`]);
    assert.equal(past.imageId, result.imageId);
    assert.ok(past.completedAt !== undefined && past.completedAt > past.startedAt);
    assert.equal(past.steps.completed, past.steps.total);

    const steps: string[] = [];
    let log = "";
    for await (const event of docker.buildLog(past.ref)) {
      if (event.type === "log") {
        log += event.text;
      } else if (event.type === "step" && event.step.state === "done") {
        steps.push(event.step.name);
      }
    }
    assert.equal(log, `said ${mark}\n`);
    assert.ok(
      steps.some((name) => name.includes('RUN echo "said')),
      steps.join("\n"),
    );
  },
);

test(
  "the source of a build of the history says where its steps stand",
  onlyWithHistory,
  async (t) => {
    const mark = randomUUID();
    const folder = await makeContext(t, {
      Dockerfile: `
      FROM ${base}
      ARG MARK
      RUN echo one && \\
        echo "$MARK"
      COPY Dockerfile /
    `,
    });
    await build(folder, { buildArguments: { MARK: mark } });
    const { ref } = await buildOf(mark);
    const provenance = await docker.buildProvenance(ref);
    assert.ok(provenance);
    assert.equal(provenance.dockerfile, await readFile(join(folder, "Dockerfile"), "utf8"));
    assert.equal(provenance.platform, "linux/amd64");
    assert.match(provenance.materials[0]?.uri ?? "", /busybox/);
    assert.match(provenance.materials[0]?.digest ?? "", /^sha256:/);
    const places = new Map<string, unknown>();
    for await (const event of docker.buildLog(ref)) {
      if (event.type === "step" && event.step.state === "done") {
        const lines = provenance.lines.get(event.step.digest);
        places.set(/\] (RUN|COPY)/.exec(event.step.name)?.[1] ?? "", lines);
      }
    }
    assert.deepEqual(places.get("RUN"), [{ start: 3, end: 4 }]);
    assert.deepEqual(places.get("COPY"), [{ start: 5, end: 5 }]);
  },
);

test(
  "a failed build is in the history as failed, with what the builder said",
  onlyWithHistory,
  async (t) => {
    const mark = randomUUID();
    const folder = await makeContext(t, {
      Dockerfile: `
      FROM ${base}
      ARG MARK
      RUN echo "$MARK" && exit 7
    `,
    });
    await assert.rejects(build(folder, { buildArguments: { MARK: mark } }), {
      reason: "build-failed",
    });
    const past = await buildOf(mark);
    assert.equal(past.state, "failed");
    assert.match(past.error ?? "", /exit code: 7/);
  },
);

test(
  "who follows the history hears of a build that begins, ends, is pinned and is deleted",
  onlyWithHistory,
  async (t) => {
    const mark = randomUUID();
    const folder = await makeContext(t, {
      Dockerfile: `
      FROM ${base}
      ARG MARK
      RUN echo "$MARK"
    `,
    });
    const leaving = new AbortController();
    const following = docker.buildHistory({ follow: true, signal: leaving.signal });
    const events = following[Symbol.asyncIterator]();
    const next = async (wanted: (event: BuildHistoryEvent) => boolean): Promise<void> => {
      for (;;) {
        const { value, done } = await events.next();
        assert.ok(done !== true);
        if (wanted(value)) {
          return;
        }
      }
    };
    const isMine = (event: BuildHistoryEvent, state: PastBuild["state"]): boolean =>
      event.type === "build" &&
      event.build.buildArguments["MARK"] === mark &&
      event.build.state === state;

    const building = build(folder, { buildArguments: { MARK: mark } });
    await next((event) => isMine(event, "running"));
    await next((event) => isMine(event, "succeeded"));
    await building;
    const { ref } = await buildOf(mark);

    await docker.pinBuild(ref, true);
    assert.equal((await buildOf(mark)).pinned, true);
    await docker.pinBuild(ref, false);
    assert.equal((await buildOf(mark)).pinned, false);

    await docker.deleteBuild(ref);
    await next((event) => event.type === "removed" && event.ref === ref);
    assert.ok((await history()).every((each) => each.ref !== ref));

    const waiting = events.next();
    leaving.abort();
    await assert.rejects(waiting, { reason: "cancelled" });
  },
);

test("a build that is not in the history is not found", onlyWithHistory, async () => {
  await assert.rejects(
    async () => {
      for await (const _ of docker.buildLog("nosuchbuild")) {
        // Nothing comes.
      }
    },
    { reason: "not-found" },
  );
  await assert.rejects(docker.pinBuild("nosuchbuild", true), { reason: "not-found" });
  await assert.rejects(docker.buildProvenance("nosuchbuild"), { reason: "not-found" });
});

test(
  "an engine without a history of builds says that it is unsupported",
  onlyWithoutHistory,
  async () => {
    await assert.rejects(history(), { reason: "unsupported" });
    await assert.rejects(docker.deleteBuild("any"), { reason: "unsupported" });
  },
);
