import type { StepPrediction } from "../cache/predict.ts";
import { stepsBelow } from "../cache/learn.ts";
import type { Forecast } from "./forecast.ts";

/** What the steps of a stage or of a build come to. */
export interface Totals {
  /** How many steps there are; a FROM is none. */
  readonly steps: number;
  readonly cached: number;
  readonly runs: number;
  readonly unknown: number;
  /** How long it takes if every unknown step is cached, and if every one runs. */
  readonly seconds: readonly [least: number, most: number];
  /** Steps that may run, and of which nobody knows how long that takes. */
  readonly unmeasured: number;
}

/** Of the steps of a stage, one after the other. `stage` is an index of `Dockerfile.stages`. */
export function stageTotals({ steps }: Forecast, stage: number): Totals {
  const own = steps.filter(({ step }) => step.keyword !== "FROM" && step.stage === stage);
  return totals(own, [sum(own, leastSeconds), sum(own, mostSeconds)]);
}

/** Of all steps. Stages that do not wait for each other run side by side. */
export function buildTotals({ steps }: Forecast): Totals {
  const own = steps.filter(({ step }) => step.keyword !== "FROM");
  return totals(own, [longest(steps, leastSeconds), longest(steps, mostSeconds)]);
}

function totals(steps: readonly StepPrediction[], seconds: Totals["seconds"]): Totals {
  const count = (...states: readonly StepPrediction["state"][]): number =>
    steps.filter(({ state }) => states.includes(state)).length;
  const cached = count("hit");
  const runs = count("miss", "neverBuilt");
  return {
    steps: steps.length,
    cached,
    runs,
    unknown: steps.length - cached - runs,
    seconds,
    unmeasured: steps.filter((each) => each.state !== "hit" && each.seconds === undefined).length,
  };
}

function leastSeconds({ state, seconds = 0 }: StepPrediction): number {
  return state === "hit" || state === "unknown" ? 0 : seconds;
}

function mostSeconds({ state, seconds = 0 }: StepPrediction): number {
  return state === "hit" ? 0 : seconds;
}

function sum(
  steps: readonly StepPrediction[],
  cost: (prediction: StepPrediction) => number,
): number {
  return steps.reduce((total, each) => total + cost(each), 0);
}

/** Along the longest chain of steps that wait for each other. */
function longest(
  steps: readonly StepPrediction[],
  cost: (prediction: StepPrediction) => number,
): number {
  const ends: number[] = [];
  for (const prediction of steps) {
    const begin = Math.max(0, ...stepsBelow(prediction.step).map((at) => ends[at] ?? 0));
    ends.push(begin + cost(prediction));
  }
  return ends.reduce((last, end) => Math.max(last, end), 0);
}
