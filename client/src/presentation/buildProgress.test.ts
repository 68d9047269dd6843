import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { suite, test } from "node:test";
import type { BuildEvent, BuildStep, StepState } from "../engine/build.ts";
import {
  BuildProgress,
  buildPercent,
  buildSummary,
  builtSteps,
  transferText,
} from "./buildProgress.ts";
import { inEnglish } from "./localize.ts";

function step(digest: string, state: StepState, values: Partial<BuildStep> = {}): BuildEvent {
  return {
    type: "step",
    step: { digest, name: `[${digest}/3] RUN step ${digest}`, state, ...values },
  };
}

function log(digest: string, text: string): BuildEvent {
  return { type: "log", digest, stream: "stdout", text };
}

function shown(events: readonly BuildEvent[]): string {
  const progress = new BuildProgress(inEnglish);
  const text = events.map((event) => progress.accept(event)).join("");
  assert.doesNotMatch(
    text,
    /(?<!\r)\n/,
    "a terminal needs a carriage return before each line feed",
  );
  return stripVTControlCharacters(text).replaceAll("\r\n", "\n");
}

suite("BuildProgress", () => {
  test("a step is named, its output numbered, its outcome told", () => {
    assert.equal(
      shown([
        step("1", "running", { startedAt: 1000 }),
        log("1", "hello\nwor"),
        log("1", "ld"),
        step("1", "done", { startedAt: 1000, completedAt: 3500 }),
      ]),
      "#1 [1/3] RUN step 1\n#1 hello\n#1 world\n#1 done in 2.5 s\n\n",
    );
  });

  test("a step that is reported twice is shown once", () => {
    assert.equal(
      shown([step("1", "waiting"), step("1", "cached"), step("1", "cached")]),
      "#1 [1/3] RUN step 1\n#1 cached\n\n",
    );
  });

  test("steps that run at the same time are told apart", () => {
    assert.equal(
      shown([step("1", "running"), step("2", "running"), log("1", "a\n"), log("2", "b\n")]),
      [
        "#1 [1/3] RUN step 1",
        "",
        "#2 [2/3] RUN step 2",
        "",
        "#1 [1/3] RUN step 1",
        "#1 a",
        "",
        "#2 [2/3] RUN step 2",
        "#2 b",
        "",
      ].join("\n"),
    );
  });

  test("of a progress bar only the last state is kept", () => {
    assert.match(shown([step("1", "running"), log("1", "10 %\r50 %\r100 %\r\n")]), /#1 100 %\n$/);
  });

  test("a failure is told with its reason on one line", () => {
    assert.match(
      shown([step("1", "running"), step("1", "failed", { error: "exit\ncode: 1" })]),
      /#1 failed: exit code: 1\n/,
    );
  });

  test("the current step is an instruction rather than the builder's own work", () => {
    const progress = new BuildProgress(inEnglish);
    progress.accept(step("1", "running"));
    progress.accept(step("2", "running", { name: "[internal] load build context" }));
    assert.equal(progress.currentStep, "[1/3] RUN step 1");
  });
});

suite("what is known of a build in the end", () => {
  const steps: readonly BuildStep[] = [
    {
      digest: "a",
      name: "[internal] load build definition",
      state: "done",
      startedAt: 0,
      completedAt: 10,
    },
    { digest: "b", name: "[build 1/3] FROM node", state: "cached" },
    { digest: "c", name: "[build 2/3] RUN npm ci", state: "done", startedAt: 0, completedAt: 2500 },
    { digest: "d", name: "[3/3] COPY . .", state: "cancelled" },
  ];
  const later: readonly BuildStep[] = [
    ...steps,
    { digest: "e", name: "[4/4] RUN make", state: "cached" },
    { digest: "f", name: "exporting to image", state: "done" },
  ];

  test("the language server hears outcome, seconds and bytes", () => {
    assert.deepEqual(builtSteps(steps, new Map([["c", 61_300_000]])), [
      { name: "[internal] load build definition", outcome: "ran", seconds: 0.01 },
      { name: "[build 1/3] FROM node", outcome: "cached" },
      { name: "[build 2/3] RUN npm ci", outcome: "ran", seconds: 2.5, bytes: 61_300_000 },
      { name: "[3/3] COPY . .", outcome: "notReached" },
    ]);
  });

  test("the summary counts what can come from the cache", () => {
    assert.equal(
      buildSummary({ name: "shop:latest", seconds: 12.4, steps: later }, inEnglish),
      "Built shop:latest in 12 s: 1 of 3 steps from the cache.",
    );
  });

  test("progress never reaches the end before the build does", () => {
    assert.equal(buildPercent([]), 0);
    assert.equal(buildPercent(steps), 95);
    assert.equal(buildPercent([{ digest: "a", name: "", state: "running" }]), 0);
  });
});

test("a transfer tells bytes only where the registry does", () => {
  const progress = { layers: 7, layersDone: 3, current: 12_300_000, total: 40_000_000 };
  assert.equal(transferText(progress, inEnglish), "3 of 7 layers, 12.3 MB of 40 MB");
  assert.equal(transferText({ ...progress, total: 0 }, inEnglish), "3 of 7 layers");
});
