import assert from "node:assert/strict";
import { test } from "node:test";
import type { BuildEvent, BuildStep } from "./build.ts";
import { BuildProgress, PlainBuildOutput, stepMilliseconds } from "./buildSteps.ts";

test("steps are shown as they start, those that wait in the order of their stage", () => {
  const progress = new BuildProgress();
  for (const event of [
    step("d", "[stage-1 2/10] COPY --from=build /app /app", { state: "waiting" }),
    step("c", "[build 10/10] RUN b", { state: "waiting" }),
    step("b", "[build 2/10] RUN a", { state: "waiting" }),
    step("a", "[internal] load metadata", { state: "done", startedAt: 5, completedAt: 6 }),
    step("e", "[build 1/10] FROM x", { state: "running", startedAt: 7 }),
  ]) {
    progress.add(event);
  }
  assert.deepEqual(
    progress.steps.map(({ digest }) => digest),
    ["a", "e", "b", "c", "d"],
  );
  assert.deepEqual(progress.counts, { total: 5, running: 1, cached: 0, done: 1, failed: 0 });
  assert.equal(progress.current?.digest, "e");
});

test("a later report of a step replaces the earlier one", () => {
  const progress = new BuildProgress();
  progress.add(step("a", "[1/1] RUN a", { state: "running", startedAt: 5 }));
  progress.add(step("a", "[1/1] RUN a", { state: "cached", startedAt: 5, completedAt: 5 }));
  assert.deepEqual(progress.counts, { total: 1, running: 0, cached: 1, done: 0, failed: 0 });
  assert.equal(progress.current, undefined);
});

test("a step that runs takes until now", () => {
  const named = { digest: "a", name: "[1/1] RUN a" };
  assert.equal(stepMilliseconds({ ...named, state: "running", startedAt: 1_000 }, 3_500), 2_500);
  const done: BuildStep = { ...named, state: "done", startedAt: 1_000, completedAt: 1_400 };
  assert.equal(stepMilliseconds(done, 9_000), 400);
  assert.equal(stepMilliseconds({ ...named, state: "waiting" }, 3_500), undefined);
});

test("a build reads as text, with the output of steps that run at the same time told apart", () => {
  const events: readonly BuildEvent[] = [
    step("a", "[1/3] FROM x", { state: "waiting" }),
    step("a", "[1/3] FROM x", { state: "cached", startedAt: 1, completedAt: 1 }),
    step("b", "[2/3] RUN a", { state: "running", startedAt: 1_000 }),
    step("c", "[other 1/1] RUN b", { state: "running", startedAt: 1_000 }),
    log("b", "one\ntw"),
    log("c", "10 %\r20 %\n"),
    log("b", "o"),
    step("b", "[2/3] RUN a", { state: "done", startedAt: 1_000, completedAt: 2_340 }),
    step("b", "[2/3] RUN a", { state: "done", startedAt: 1_000, completedAt: 2_340 }),
    { type: "warning", message: "StageNameCasing: lower case (line 1)", startLine: 1, endLine: 1 },
    step("c", "[other 1/1] RUN b", {
      state: "failed",
      startedAt: 1_000,
      completedAt: 2_000,
      error: "exit code: 3",
    }),
    step("d", "[3/3] RUN c", { state: "cancelled" }),
  ];
  const output = new PlainBuildOutput();
  assert.equal(
    events.map((event) => output.renderPlain(event)).join(""),
    `#1 [1/3] FROM x
#1 cached
#2 [2/3] RUN a
#3 [other 1/1] RUN b
#2 | one
#3 | 20 %
#2 | two
#2 done in 1.3 s
warning: StageNameCasing: lower case (line 1)
#3 failed: exit code: 3
`,
  );
});

function step(digest: string, name: string, more: Omit<BuildStep, "digest" | "name">): BuildEvent {
  return { type: "step", step: { digest, name, ...more } };
}

function log(digest: string, text: string): BuildEvent {
  return { type: "log", digest, stream: "stdout", text };
}
