import assert from "node:assert/strict";
import { test } from "node:test";
import type { CacheStateParams, CacheStep } from "../../../server/src/protocol.ts";
import {
  presentStage,
  presentStatus,
  presentStep,
  slowestStep,
  stepTooltip,
} from "./buildForecast.ts";
import { inEnglish } from "./localize.ts";

const cached: CacheStep = {
  line: 2,
  text: "COPY a b",
  state: "cached",
  reason: "taken from the cache.",
  seconds: 8,
  bytes: 12_400_000,
  warnings: [],
};
const runs: CacheStep = {
  line: 3,
  text: "RUN make",
  state: "runs",
  reason: "runs again: src/a_b.c changed.",
  seconds: 4,
  warnings: [],
};
const unknown: CacheStep = { ...cached, state: "unknown", reason: "may run again" };
const state: CacheStateParams = {
  uri: "file:///Dockerfile",
  version: 1,
  summary: "1 of 2 cached · about 4.0 s to run",
  holds: "for the whole Dockerfile",
  stages: [
    {
      name: "build",
      line: 0,
      summary: "1 of 2 cached",
      unneeded: false,
      steps: [cached, runs],
    },
  ],
};

test("the length of a bar is what a step costs beside the slowest one, and what is cached costs nothing", () => {
  const slowest = slowestStep(state);
  assert.equal(slowest, 8);
  assert.equal(presentStep(runs, slowest, inEnglish).description, "▰▰▰▱▱▱ runs · 4 s");
  assert.equal(presentStep(cached, slowest, inEnglish).description, "cached · 8 s · 12.4 MB");
  assert.match(presentStep({ ...runs, seconds: 0.01 }, slowest, inEnglish).description, /^▰▱{5} /);
});

test("a long instruction leaves room for what it costs", () => {
  const text = "COPY --from=build /src/build/out /srv";
  assert.equal(presentStep({ ...runs, text }, 8, inEnglish).label, "COPY --from=build /sr…");
  assert.match(stepTooltip({ ...runs, text }, inEnglish), /`COPY --from=build \/src\/build\/out/);
});

test("each state has an icon of its own, and a stage has that of its worst step", () => {
  const icons = [cached, runs, unknown].map((step) => presentStep(step, 8, inEnglish).icon.id);
  assert.deepEqual(icons, ["check", "sync", "question"]);
  const [stage] = state.stages;
  assert.ok(stage);
  assert.equal(presentStage(stage, inEnglish).icon.id, "sync");
  assert.equal(presentStage({ ...stage, steps: [cached, unknown] }, inEnglish).icon.id, "question");
  assert.equal(presentStage({ ...stage, unneeded: true }, inEnglish).icon.id, "circle-slash");
});

test("a tooltip tells the reason, the cost and what to beware of", () => {
  const text = stepTooltip({ ...runs, warnings: ["a changed"] }, inEnglish);
  assert.match(text, /\*\*Next build\*\* – runs again: src\/a\\_b\\\.c changed/);
  assert.match(text, /It took 4 s when it ran last\./);
  assert.match(text, /Beware: a changed\./);
  assert.equal(presentStep({ ...runs, warnings: ["x"] }, 8, inEnglish).icon.id, "warning");
});

test("the status bar sums up, or says why it cannot", () => {
  assert.equal(presentStatus(state, inEnglish)?.text, "$(sync) 1 of 2 cached · about 4.0 s to run");
  const silent = { uri: state.uri, version: 1, stages: [] };
  assert.equal(presentStatus(silent, inEnglish), undefined);
  const reason = presentStatus({ ...silent, silence: "it is being built just now" }, inEnglish);
  assert.equal(reason?.text, "$(question) next build unknown");
  assert.match(reason?.tooltip ?? "", /being built just now\./);
});
