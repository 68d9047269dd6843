import assert from "node:assert/strict";
import { test } from "node:test";
import type { Reason, StepPrediction } from "../cache/predict.ts";
import { parse } from "../dockerfile/parse.ts";
import { buildGraph } from "../graph/buildGraph.ts";
import { engineRules } from "../graph/engineRules.ts";
import type { Forecast } from "../forecast/forecast.ts";
import { forecastLabel, forecastTooltip } from "./forecastWords.ts";

const [step] = buildGraph(parse("FROM scratch\nCOPY a b\n"), {
  engine: engineRules({ version: "28.5.2", containerdStore: false }),
  platform: "linux/amd64",
  baseImages: () => undefined,
}).steps;

const forecast: Forecast = {
  predictions: new Map(),
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
  const shown = { ...forecast, target: "test", buildArguments: { A: "1" } };
  assert.equal(
    forecastTooltip(prediction, shown, "The last build ran this step."),
    [
      String.raw`**Next build** – runs again: a\_b.txt and 2 more changed.`,
      String.raw`- a\_b.txt: content` + "\n" + String.raw`- c\*.txt: content` + "\n- d: content",
      "It took 2.0 s when it ran last.",
      String.raw`Beware: d changed without a new size or time, so that the builder may not notice and use the old content (moby/buildkit\#4817).`,
      "---",
      "The last build ran this step.",
      "---",
      "This holds for the target test with the same A, as it was last built here on Docker 28.5.2, while the engine's cache and the base images stay as they are.",
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
