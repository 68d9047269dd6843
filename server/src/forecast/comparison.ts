import { createHash } from "node:crypto";
import type { ObservedStep } from "../cache/learn.ts";
import type { ContextSnapshot } from "../cache/contextSnapshot.ts";
import { describePrediction } from "../cache/describePrediction.ts";
import type { Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import type { WrongPrediction } from "../protocol.ts";
import { type Forecast, type KnownBuild, unreadFiles } from "./forecast.ts";

/**
 * Where a build has done something else than was foreseen of it. What was called unknown cannot be wrong,
 * nor what nobody has built before; and of a step without any input the builder says every time that it ran.
 */
export function wrongPredictions(
  file: Dockerfile,
  { steps, lineOf }: Forecast,
  observed: ReadonlyMap<Instruction, ObservedStep>,
): WrongPrediction[] {
  return steps.flatMap((prediction) => {
    const { step, state } = prediction;
    const happened = observed.get(step.instruction)?.state;
    const isBare = step.parent.kind === "scratch" && step.reads.length === 0;
    const isRight =
      step.keyword === "FROM" ||
      isBare ||
      happened === undefined ||
      happened === "absent" ||
      (state !== "hit" && state !== "miss") ||
      (state === "hit") === (happened === "cached");
    return isRight
      ? []
      : [
          {
            line: file.lines.lineAt(step.instruction.span.start),
            text: `${step.keyword} ${step.text}`,
            foreseen: describePrediction(prediction, lineOf),
            happened: happened === "cached" ? "cached" : "ran",
          },
        ];
  });
}

/** All that decides about a build's cache, for whoever looks for the mistake; without contents of files. */
export function failedCase(
  file: Dockerfile,
  build: KnownBuild,
  { graph, steps, lineOf }: Forecast,
  context: ContextSnapshot,
  observed: ReadonlyMap<Instruction, ObservedStep>,
): object {
  const { target, platform, buildArguments, noCache, circumstances } = build;
  const { version, containerdStore, platform: own } = circumstances.engine;
  return {
    format: 1,
    engine: { version, containerdStore, platform: own },
    target,
    platform,
    noCache,
    // The values may be secrets; whether they were the same shows.
    buildArguments: mapped(buildArguments, digest),
    images: mapped(circumstances.images, ({ id, layers }) => ({ id, layers })),
    dockerfile: file.text,
    frontend: graph.frontend,
    steps: steps.map((prediction) => ({
      line: lineOf(prediction.step.index),
      text: `${prediction.step.keyword} ${prediction.step.text}`,
      foreseen: describePrediction(prediction, lineOf),
      happened: observed.get(prediction.step.instruction)?.state ?? "not reported",
    })),
    files: context.entries.slice(0, mostFiles).map(({ path, kind, mode, size, content }) => ({
      path,
      kind,
      mode: mode.toString(8),
      size,
      content,
    })),
    unread: unreadFiles(graph, context).length,
  };
}

const mostFiles = 5000;

function mapped<T, R>(
  values: Readonly<Record<string, T>>,
  change: (value: T) => R,
): Readonly<Record<string, R>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
