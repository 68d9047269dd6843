import assert from "node:assert/strict";
import { test } from "node:test";
import type { Reason, StepPrediction } from "../cache/predict.ts";
import { parse } from "../dockerfile/parse.ts";
import { buildGraph } from "../graph/buildGraph.ts";
import { engineRules } from "../graph/engineRules.ts";
import type { Forecast } from "../forecast/forecast.ts";
import { forecastLabel, forecastTooltip, totalsWords } from "./forecastWords.ts";

const graph = buildGraph(parse("FROM scratch\nCOPY a b\n"), {
  engine: engineRules({ version: "28.5.2", containerdStore: false }),
  platform: "linux/amd64",
  baseImages: () => undefined,
});
const [step] = graph.steps;

const forecast: Forecast = {
  graph,
  steps: [],
  predictions: new Map(),
  past: () => [],
  lineOf: (index) => 10 + index,
  buildArguments: {},
  engineVersion: "28.5.2",
};

function predicted(
  state: StepPrediction["state"],
  reason: Reason,
  more: Partial<StepPrediction> = {},
): StepPrediction {
  assert.ok(step);
  return { step, state, reason, warnings: [], ...more };
}

const changed = (...paths: readonly string[]): Reason => ({
  kind: "files",
  changes: paths.map((path) => ({ path, how: "content" })),
});

test("a label says what will be, why, and what it costs", () => {
  const label = (prediction: StepPrediction, bytes?: number): string | undefined =>
    forecastLabel(prediction, forecast, bytes);
  const hit = predicted("hit", { kind: "cached" });
  assert.equal(label(hit), "cached");
  assert.equal(label(hit, 12_400_000), "cached · 12.4 MB");
  assert.equal(label({ ...hit, bytes: 1000 }, 12_400_000), "cached · 1 kB");
  const page = predicted("miss", changed("pages/index.html"), { seconds: 3.6 });
  assert.equal(label(page), "runs again: index.html changed · ~3.6 s");
  const short = predicted("miss", changed("src/a.ts"), { seconds: 3.6 });
  assert.equal(label(short), "runs again: src/a.ts changed · ~3.6 s");
  const follows = predicted("miss", { kind: "parent", parent: 8, cause: 7 });
  assert.equal(label(follows), "runs again: follows line 17");
  assert.equal(label(predicted("miss", { kind: "newInstruction" })), "will run");
  const missing = predicted("miss", { kind: "missingFile", path: "/x" }, { seconds: 3 });
  assert.equal(label(missing), "fails: there is no /x");
  assert.equal(label(predicted("unknown", { kind: "pruned" }, { seconds: 3 })), "may run again");
  assert.equal(label(predicted("neverBuilt", { kind: "neverBuilt" })), undefined);
});

test("a label stays short, and the tooltip has all of it", () => {
  const path = `src/${"very".repeat(20)}deep.ts`;
  const prediction = predicted("miss", changed(path), { seconds: 3.6 });
  const label = forecastLabel(prediction, forecast);
  assert.equal(label?.length, 43);
  assert.ok(label.endsWith("… · ~3.6 s"), label);
  assert.ok(forecastTooltip(prediction, forecast, "").includes(path));
});

test("a tooltip names the files, the past and under what it all holds", () => {
  const prediction = predicted("miss", changed("a_b.txt", "c*.txt", "d"), {
    seconds: 2,
    warnings: [{ kind: "staleContent", paths: ["d"] }],
  });
  const shown: Forecast = {
    ...forecast,
    target: "test",
    platform: "linux/arm64",
    noCache: true,
    buildArguments: { A: "1" },
    past: () => [
      { finished: 0, outcome: "cached" },
      { finished: 0, outcome: "ran", seconds: 3.6 },
    ],
  };
  const began = String.raw`\| Jan 1, \d\d:00:00 \|`;
  const lines = forecastTooltip(prediction, shown, "").split("\n");
  assert.match(lines.find((line) => line.includes("| cached |")) ?? "", new RegExp(began));
  assert.match(
    lines.find((line) => line.includes("| ran |")) ?? "",
    new RegExp(String.raw`${began} ran \| 3\.6 s \|$`),
  );
  assert.equal(
    forecastTooltip(prediction, { ...shown, past: () => [] }, "The last build ran this step."),
    [
      String.raw`**Next build** – runs again: a\_b.txt and 2 more changed.`,
      String.raw`- a\_b.txt: content` + "\n" + String.raw`- c\*.txt: content` + "\n- d: content",
      "It took 2.0 s when it ran last.",
      String.raw`Beware: d changed without a new size or time, so that the builder may not notice and use the old content (moby/buildkit\#4817).`,
      "---",
      "The last build ran this step.",
      "---",
      "This holds for the target test on linux/arm64 with the same A without the cache, as it was last built here on Docker 28.5.2, while the engine's cache and the base images stay as they are.",
    ].join("\n\n"),
  );
});

test("what is unknown is called unknown in the tooltip, with the reason", () => {
  const reason: Reason = {
    kind: "sourceMayChange",
    name: "build",
    past: { same: 9, of: 12 },
  };
  assert.match(
    forecastTooltip(predicted("unknown", reason), forecast, ""),
    /may run again: copies from build, .* \(the same 9 of the last 12 times\)\./,
  );
  assert.match(
    forecastTooltip(predicted("hit", { kind: "cached" }), forecast, ""),
    /taken from the cache/,
  );
});

test("totals say how much is cached and how long the rest takes", () => {
  const words = (
    steps: number,
    cached: number,
    unknown: number,
    seconds: readonly [number, number],
    unmeasured = 0,
  ): string =>
    totalsWords({ steps, cached, unknown, runs: steps - cached - unknown, seconds, unmeasured });
  assert.equal(words(8, 8, 0, [0, 0]), "all 8 cached");
  assert.equal(words(1, 1, 0, [0, 0]), "1 of 1 cached");
  assert.equal(words(8, 5, 0, [38, 38]), "5 of 8 cached · about 38 s to run");
  assert.equal(words(8, 5, 2, [38, 52]), "5 of 8 cached, 2 unknown · 38 s to 52 s to run");
  assert.equal(words(8, 6, 2, [0, 52]), "6 of 8 cached, 2 unknown · up to 52 s to run");
  assert.equal(words(8, 5, 0, [38, 38], 1), "5 of 8 cached · about 38 s and more to run");
  assert.equal(words(8, 5, 0, [0, 0], 3), "5 of 8 cached");
});

test("a label marks what the builder is known to get wrong", () => {
  const warnings = [{ kind: "directoryMode" as const, paths: ["src"] }];
  const prediction = predicted("hit", { kind: "cached" }, { warnings });
  assert.equal(forecastLabel(prediction, forecast), "cached ⚠");
  assert.match(forecastTooltip(prediction, forecast, ""), /Beware: the permissions of src changed/);
});
