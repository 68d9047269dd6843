import { setImmediate } from "node:timers/promises";
import type { IgnoreMatcher } from "../buildContext/dockerignore.ts";
import { learn } from "../cache/learn.ts";
import { pathPattern } from "../cache/pathPattern.ts";
import { predict, type StepPrediction } from "../cache/predict.ts";
import { BuildRecords } from "../cache/records.ts";
import type { BuildGraph, BuildStep, Selection } from "../graph/steps.ts";
import { CheckedOut, type Commit, type ProjectHistory } from "./projectHistory.ts";

/** What the past commits would have done to a Dockerfile's layer cache. */
export interface Replay {
  /** Those that can be built, without the first such one: everything runs then. */
  readonly commits: readonly ReplayedCommit[];
  /** How many cannot be built, because a file is missing. */
  readonly unbuildable: number;
  /** In the order of the graph; those of FROM are left out. */
  readonly steps: readonly ReplayedStep[];
}

export interface ReplayedCommit {
  readonly commit: Commit;
  /** For each of `Replay.steps` what a build of this commit after one of the commit before does with it. */
  readonly fates: readonly Fate[];
}

/** "unknown" where a step copies from a stage that ran again and may have given the same files. */
export type Fate = "cached" | "ran" | "unknown";

export interface ReplayedStep {
  readonly step: BuildStep;
  /** In how many of the commits it ran again. */
  readonly ran: number;
  /** In how many others it may have run again. */
  readonly mayHaveRun: number;
  /** The files of the context whose changes made it run, the most frequent first; at most ten. */
  readonly causes: readonly Cause[];
}

export interface Cause {
  readonly path: string;
  /** In how many commits it changed. */
  readonly commits: number;
}

/**
 * Builds every commit of a history in thought, each with the cache that the builds before it have left. The
 * Dockerfile and the ignore file stay as they are given. Rejects with the signal's reason when it is
 * aborted; lets others work between two commits.
 */
export async function replay(
  graph: BuildGraph,
  history: ProjectHistory,
  ignore: IgnoreMatcher,
  signal?: AbortSignal,
): Promise<Replay> {
  const records = BuildRecords.read("");
  const context = new CheckedOut(history.start, ignore);
  const indices = graph.steps.flatMap(({ keyword }, index) => (keyword === "FROM" ? [] : [index]));
  const tallies = indices.map(() => ({ ran: 0, mayHaveRun: 0, causes: new Map<string, number>() }));
  const commits: ReplayedCommit[] = [];
  let unbuildable = 0;
  let isWarm = build(graph, context, records, 0) !== undefined;
  for (const [number, commit] of history.commits.entries()) {
    await setImmediate();
    signal?.throwIfAborted();
    context.apply(commit.changes);
    const predictions = build(graph, context, records, number + 1);
    if (predictions === undefined) {
      unbuildable++;
      continue;
    }
    if (!isWarm) {
      isWarm = true;
      continue;
    }
    const changed = [...commit.changes.keys()].filter((path) => !ignore.excludes(path));
    const fates = indices.map((index) => fateOf(predictions[index]));
    for (const [at, index] of indices.entries()) {
      const tally = tallies[at];
      const prediction = predictions[index];
      if (tally === undefined || prediction === undefined) {
        continue;
      }
      tally.ran += fates[at] === "ran" ? 1 : 0;
      tally.mayHaveRun += fates[at] === "unknown" ? 1 : 0;
      if (prediction.reason.kind === "files") {
        for (const path of changed.filter((each) => isRead(prediction.step, each))) {
          tally.causes.set(path, (tally.causes.get(path) ?? 0) + 1);
        }
      }
    }
    commits.push({ commit, fates });
  }
  const steps = indices.flatMap((index, at) => {
    const step = graph.steps[index];
    const tally = tallies[at];
    return step === undefined || tally === undefined
      ? []
      : [{ ...tally, step, causes: mostFrequent(tally.causes) }];
  });
  return { commits, unbuildable, steps };
}

/**
 * Predicts a build and then remembers it as done; `undefined` for one that fails. What may have run is
 * taken to have run.
 */
function build(
  graph: BuildGraph,
  context: CheckedOut,
  records: BuildRecords,
  number: number,
): StepPrediction[] | undefined {
  const contexts = (name: string) => (name === "" ? context.snapshot : undefined);
  const predictions = predict(graph, contexts, records, project);
  if (predictions.some(({ reason }) => reason.kind === "missingFile")) {
    return undefined;
  }
  learn(records, graph, contexts, {
    finished: number,
    project,
    observed: ({ index }) => ({
      state: predictions[index]?.state === "hit" ? "cached" : "executed",
    }),
    withoutFiles: true,
  });
  return predictions;
}

const project = "";

function fateOf(prediction: StepPrediction | undefined): Fate {
  switch (prediction?.state) {
    case "hit":
      return "cached";
    case "miss":
    case "neverBuilt":
      return "ran";
    default:
      return "unknown";
  }
}

/** Whether a step reads this file of the context. */
function isRead({ reads }: BuildStep, path: string): boolean {
  return reads.some(
    (read) => read.kind === "context" && read.selections.some((each) => takes(each, `/${path}`)),
  );
}

function takes({ path: selected, wildcard }: Selection, path: string): boolean {
  if (!wildcard) {
    return selected === "/" || path === selected || path.startsWith(`${selected}/`);
  }
  const matches = pathPattern(selected);
  for (let part = path; part !== ""; part = part.slice(0, Math.max(0, part.lastIndexOf("/")))) {
    if (matches(part)) {
      return true;
    }
  }
  return false;
}

function mostFrequent(causes: ReadonlyMap<string, number>): Cause[] {
  return [...causes]
    .map(([path, commits]) => ({ path, commits }))
    .sort((a, b) => b.commits - a.commits || (a.path < b.path ? -1 : 1))
    .slice(0, 10);
}
