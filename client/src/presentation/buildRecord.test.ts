import assert from "node:assert/strict";
import { test } from "node:test";
import { buildReport, differenceText } from "./buildComparison.ts";
import {
  buildBefore,
  type BuildRecord,
  criticalPath,
  isBuildRecord,
  type RecordedStep,
} from "./buildRecord.ts";
import { presentBuild, presentGroup, presentStep } from "./buildRows.ts";
import { inEnglish as localize } from "./localize.ts";
import { groupSteps, instructionText } from "./stepGroups.ts";

const at = 1_700_000_000_000;

/** A step of a build that began at `at`; times in seconds from there. */
function step(
  name: string,
  more: Partial<RecordedStep> & { readonly from?: number; readonly to?: number } = {},
): RecordedStep {
  const { from, to, ...rest } = more;
  return {
    digest: name,
    name,
    state: "done",
    ...(from === undefined ? {} : { startedAt: at + 1000 * from }),
    ...(to === undefined ? {} : { completedAt: at + 1000 * to }),
    ...rest,
  };
}

function build(more: Partial<BuildRecord> = {}): BuildRecord {
  return {
    id: "1",
    plan: { dockerfile: "/shop/Dockerfile", contextFolder: "/shop", tag: "shop:latest" },
    text: "FROM busybox\n",
    startedAt: at,
    seconds: 10,
    outcome: "built",
    steps: [],
    ...more,
  };
}

test("the critical path goes back from the step that ended last through what it waited for", () => {
  const steps = [
    step("[internal] load build context", { from: 0, to: 1 }),
    step("[a 1/2] FROM busybox", { inputs: [], from: 0, to: 0.1 }),
    step("[a 2/2] RUN slow", { inputs: ["[a 1/2] FROM busybox"], from: 0.1, to: 8 }),
    step("[b 2/2] COPY . .", { inputs: ["[internal] load build context"], from: 1, to: 2 }),
    step("[3/3] COPY --from=a", {
      inputs: ["[a 2/2] RUN slow", "[b 2/2] COPY . ."],
      from: 8,
      to: 9,
    }),
    step("exporting to image", { from: 9, to: 10 }),
  ];
  assert.deepEqual(
    criticalPath(steps, at + 10_000),
    new Set([
      "exporting to image",
      "[3/3] COPY --from=a",
      "[a 2/2] RUN slow",
      "[a 1/2] FROM busybox",
    ]),
  );
});

test("what still runs ends now, as far as the critical path goes", () => {
  const steps = [
    step("[a 1/1] RUN over", { inputs: [], from: 0, to: 5 }),
    step("[b 1/1] RUN on", { inputs: [], from: 1, state: "running" }),
  ];
  assert.deepEqual(criticalPath(steps, at + 6000), new Set(["[b 1/1] RUN on"]));
});

test("where no step says what it builds on, there is no critical path", () => {
  assert.equal(criticalPath([step("Step 1/2 : FROM busybox", { from: 0, to: 1 })], at).size, 0);
});

test("stages stand in the Dockerfile's order, and the builder's own work around them", () => {
  const groups = groupSteps([
    step("[internal] load build definition from Dockerfile"),
    step("[stage-1 2/2] COPY --from=tools /tool /", { line: 4 }),
    step("[tools 2/2] RUN make", { line: 1 }),
    step("[tools 1/2] FROM busybox", { line: 0 }),
    step("exporting to image"),
  ]);
  assert.deepEqual(
    groups.map(({ kind, name, steps }) => [kind, name, steps.map((each) => each.line)]),
    [
      ["preparation", "", [undefined]],
      ["stage", "tools", [0, 1]],
      ["stage", "stage-1", [4]],
      ["export", "", [undefined]],
    ],
  );
});

test("a step reads as its instruction on one line, whatever brackets are in it", () => {
  assert.equal(instructionText("[build 2/5] RUN [ -f a ] &&\n  make"), "RUN [ -f a ] && make");
  assert.equal(instructionText("[2/5] COPY a b"), "COPY a b");
  assert.equal(instructionText("[internal] load metadata"), "load metadata");
});

test("the build before is the last good one of the same Dockerfile and target", () => {
  const now = build({ id: "now", startedAt: at + 9 });
  const before = build({ id: "before", startedAt: at + 5 });
  const others = [
    build({ id: "failed", startedAt: at + 8, outcome: "failed" }),
    build({ id: "target", startedAt: at + 7, plan: { ...before.plan, target: "test" } }),
    build({ id: "later", startedAt: at + 10 }),
    build({ id: "older", startedAt: at }),
  ];
  assert.equal(buildBefore(now, [now, ...others.slice(0, 3), before, ...others.slice(3)]), before);
  assert.equal(buildBefore(now, [now]), undefined);
});

test("two builds differ by time, size, steps that ran again, options and text", () => {
  const before = build({
    imageBytes: 5_000_000,
    steps: [step("[1/3] FROM busybox"), step("[2/3] COPY . .", { state: "cached" })],
  });
  const after = build({
    seconds: 18.2,
    imageBytes: 7_100_000,
    steps: [step("[1/3] FROM busybox"), step("[2/3] COPY . ."), step("[3/3] RUN new")],
    text: "FROM busybox\nCOPY . .\n",
  });
  assert.equal(
    differenceText(before, after, localize),
    "8.2 s slower · 2.1 MB larger · ran again: COPY . . · the Dockerfile was edited",
  );
  assert.equal(differenceText(before, { ...before, seconds: 10.4 }, localize), "");
});

test("the report holds all that is compared, the Dockerfile at last", () => {
  const report = buildReport(
    build({
      imageBytes: 5_000_000,
      steps: [step("[2/2] RUN make", { from: 0, to: 3, bytes: 10 })],
    }),
    localize,
  );
  assert.match(report, /^Image +shop:latest$/m);
  assert.match(report, /^Size +5 MB$/m);
  assert.match(report, /^3 s, 10 B +RUN make$/m);
  assert.match(report, /FROM busybox\n$/);
});

test("a row says how long a build took, what was cached, its size and its age", () => {
  const row = presentBuild(
    build({
      imageBytes: 84_000_000,
      steps: [step("[2/3] COPY . .", { state: "cached" }), step("[3/3] RUN make")],
    }),
    { now: at + 130_000, localize, place: "app/Dockerfile" },
  );
  assert.equal(row.description, "app/Dockerfile · 10 s · 1 of 2 cached · 84 MB · 2 min ago");
  assert.equal(row.contextValue, "build;built");
  const running = presentBuild(
    build({ outcome: "running", steps: [step("[3/3] RUN make", { state: "running", from: 1 })] }),
    { now: at + 3000, localize, place: undefined },
  );
  assert.equal(running.description, "3 s · RUN make");
});

test("a step says what it transfers, its exit code, its time and whether the build waits for it", () => {
  const options = { now: at + 4000, localize, isCritical: false, hasOutput: false };
  const pulling = step("[1/2] FROM busybox", {
    state: "running",
    from: 1,
    progress: { what: "downloading", current: 12_000_000, total: 40_000_000 },
  });
  assert.equal(presentStep(pulling, options).description, "downloading 12 MB of 40 MB · 3 s");
  const failed = step("[2/2] RUN make", {
    state: "failed",
    from: 1,
    to: 3,
    error: 'process "make" did not complete successfully: exit code: 2',
  });
  const row = presentStep(failed, { ...options, isCritical: true, hasOutput: true });
  assert.equal(row.description, "exit code 2 · 2 s · critical path");
  assert.equal(row.contextValue, "step;output;located");
});

test("a stage is as far as its steps are", () => {
  const icon = (...states: RecordedStep["state"][]): string =>
    presentGroup(
      {
        kind: "stage",
        name: "build",
        steps: states.map((state, index) => step(`[build ${index + 1}/9] RUN make`, { state })),
      },
      { now: at, localize },
    ).icon.id;
  assert.equal(icon("waiting", "waiting"), "circle-outline");
  assert.equal(icon("done", "waiting"), "loading~spin");
  assert.equal(icon("cached", "failed", "cancelled"), "error");
  assert.equal(icon("cached", "done"), "pass");
});

test("a record that an older version or half a write left is not taken for one", () => {
  assert.ok(isBuildRecord(JSON.parse(JSON.stringify(build({ steps: [step("[1/1] RUN a")] })))));
  for (const wrong of [undefined, {}, { ...build(), steps: [{}] }, { ...build(), plan: {} }]) {
    assert.ok(!isBuildRecord(wrong));
  }
});
