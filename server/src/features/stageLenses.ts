import type { CodeLens } from "vscode-languageserver";
import type { Dockerfile } from "../dockerfile/syntax.ts";
import { type Forecast, isForecast, type Silence } from "../forecast/forecast.ts";
import { stageTotals } from "../forecast/totals.ts";
import { silenceWords } from "../forecast/silenceWords.ts";
import { totalsWords } from "./forecastWords.ts";
import { rangeOf } from "./ranges.ts";

/**
 * What the next build will do with each stage, above its FROM; above the first one why that cannot be told.
 * `command` is what a click does, where the editor has something to do.
 */
export function stageLenses(
  file: Dockerfile,
  outlook: Forecast | Silence | undefined,
  command: string,
): CodeLens[] {
  if (outlook === undefined) {
    return [];
  }
  return file.stages.flatMap((stage, index) => {
    const title = isForecast(outlook)
      ? stageWords(outlook, index)
      : index === 0
        ? `Next build unknown: ${silenceWords(outlook)}`
        : undefined;
    const range = rangeOf(file.lines, stage.from.span);
    return title === undefined ? [] : [{ range, command: { title, command } }];
  });
}

/** `undefined` for a stage without steps. */
export function stageWords(forecast: Forecast, stage: number): string | undefined {
  if (forecast.graph.unneeded.includes(stage)) {
    const { target } = forecast;
    return target === undefined ? "not needed" : `not needed for target ${target}`;
  }
  const totals = stageTotals(forecast, stage);
  return totals.steps === 0 ? undefined : totalsWords(totals);
}
