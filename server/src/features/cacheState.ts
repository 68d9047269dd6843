import { describeWarning } from "../cache/describePrediction.ts";
import type { StepPrediction } from "../cache/predict.ts";
import type { Dockerfile, Stage } from "../dockerfile/syntax.ts";
import { type Forecast, isForecast, type Silence } from "../forecast/forecast.ts";
import { buildTotals } from "../forecast/totals.ts";
import type { CacheStage, CacheStateParams, CacheStep } from "../protocol.ts";
import { silenceWords } from "../forecast/silenceWords.ts";
import { condition, forecastSentence, totalsWords } from "./forecastWords.ts";
import { stageWords } from "./stageLenses.ts";

/** All that there is to show of the next build. */
export function cacheState(
  { uri, version, file }: { uri: string; version: number; file: Dockerfile },
  outlook: Forecast | Silence | undefined,
): CacheStateParams {
  if (!isForecast(outlook)) {
    return {
      uri,
      version,
      stages: [],
      ...(outlook === undefined ? {} : { silence: silenceWords(outlook) }),
    };
  }
  const totals = buildTotals(outlook);
  return {
    uri,
    version,
    ...(totals.steps === 0 ? {} : { summary: totalsWords(totals) }),
    holds: condition(outlook),
    stages: file.stages.map((stage) => cacheStage(file, stage, outlook)),
  };
}

function cacheStage(file: Dockerfile, stage: Stage, forecast: Forecast): CacheStage {
  const summary = stageWords(forecast, stage.index);
  return {
    name: stage.name ?? String(stage.index),
    line: file.lines.lineAt(stage.from.span.start),
    ...(summary === undefined ? {} : { summary }),
    unneeded: forecast.graph.unneeded.includes(stage.index),
    steps: forecast.steps
      .filter(({ step }) => step.keyword !== "FROM" && step.stage === stage.index)
      .map((prediction) => cacheStep(file, prediction, forecast)),
  };
}

function cacheStep(file: Dockerfile, prediction: StepPrediction, forecast: Forecast): CacheStep {
  const { step, state, warnings, seconds, bytes } = prediction;
  const { start, end } = step.instruction.span;
  return {
    line: file.lines.lineAt(start),
    text: oneLine(file.text.slice(start, Math.min(end, start + longestRead))),
    state: state === "hit" ? "cached" : state === "unknown" ? "unknown" : "runs",
    reason: forecastSentence(prediction, forecast),
    warnings: warnings.map(describeWarning),
    ...(seconds === undefined ? {} : { seconds }),
    ...(bytes === undefined ? {} : { bytes }),
  };
}

/** Characters; more does not fit into a row. */
const longestText = 80;
const longestRead = 400;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s*[\\`]?\s*\n\s*/g, " ").trim();
  return line.length <= longestText ? line : `${line.slice(0, longestText - 1)}…`;
}
