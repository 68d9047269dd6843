import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepPrediction } from "../cache/predict.ts";
import { parse } from "../dockerfile/parse.ts";
import { buildGraph } from "../graph/buildGraph.ts";
import { engineRules } from "../graph/engineRules.ts";
import type { Forecast } from "./forecast.ts";
import { buildTotals, stageTotals } from "./totals.ts";

/** A forecast of two stages that run side by side, and one that waits for both. */
function forecast(states: Readonly<Record<string, StepPrediction["state"]>>): Forecast {
  const graph = buildGraph(
    parse(
      "FROM scratch AS a\nRUN a1\nRUN a2\nFROM scratch AS b\nRUN b1\nFROM scratch\nCOPY --from=a / /\nCOPY --from=b / /\nRUN end\n",
    ),
    {
      engine: engineRules({ version: "28.5.2", containerdStore: false }),
      platform: "linux/amd64",
      baseImages: () => undefined,
    },
  );
  const seconds: Readonly<Record<string, number>> = { a1: 10, a2: 5, b1: 12, end: 1 };
  const steps = graph.steps.map((step): StepPrediction => {
    const cost = seconds[step.text];
    return {
      step,
      state: states[step.text] ?? "hit",
      reason: { kind: "cached" },
      warnings: [],
      ...(cost === undefined ? {} : { seconds: cost }),
    };
  });
  return {
    graph,
    steps,
    predictions: new Map(),
    lineOf: () => 1,
    past: () => [],
    buildArguments: {},
    engineVersion: "28.5.2",
  };
}

test("a stage takes the sum of its steps, and a build its longest chain", () => {
  const all = forecast({ a1: "miss", a2: "miss", b1: "miss", end: "miss" });
  assert.deepEqual(stageTotals(all, 0), {
    steps: 2,
    cached: 0,
    runs: 2,
    unknown: 0,
    seconds: [15, 15],
    unmeasured: 0,
  });
  assert.deepEqual(buildTotals(all).seconds, [16, 16]);
});

test("what is unknown makes the least and the most, and what was never measured is counted", () => {
  const some = forecast({ b1: "unknown", end: "miss", "--from=a / /": "neverBuilt" });
  const { seconds, runs, unknown, unmeasured } = buildTotals(some);
  assert.deepEqual([seconds, unknown], [[1, 13], 1]);
  assert.deepEqual([runs, unmeasured], [2, 1]);
});
