import type { BuildGraph, BuildStep, Origin } from "../graph/steps.ts";
import { type Contexts, type Found, Lookup, certainResult, newResult } from "./lookup.ts";
import { operationFacts } from "./operationFacts.ts";
import {
  type BuildRecords,
  type CacheEntry,
  type RecordedFiles,
  type RecordedRead,
  type RecordedStep,
  resultName,
} from "./records.ts";

/** What a finished build did with one step. */
export interface ObservedStep {
  /**
   * `failed` when it was begun and went wrong; `absent` when the builder did not report it: merged with an
   * equal step, or never reached.
   */
  readonly state: "cached" | "executed" | "failed" | "absent";
  /** How long it ran; for executed steps. */
  readonly seconds?: number;
  /** Of its layer. */
  readonly bytes?: number;
}

/** Which build it was. */
export interface FinishedBuild {
  /** Milliseconds since 1970. */
  readonly finished: number;
  /** The same name for the same Dockerfile, as its path; see `predict`. */
  readonly project: string;
  /**
   * It failed or was cancelled. BuildKit then also says "cached" of steps that it has never run, as soon as
   * another one fails while it looks for them, so that only "executed" counts.
   */
  readonly failed?: boolean;
  /** It was cancelled: `failed` too, but nothing was broken off because of something that went wrong. */
  readonly cancelled?: boolean;
  /** What the builder reported of a step of the graph. */
  readonly observed: (step: BuildStep) => ObservedStep;
  /** Leaves out which files were read, which are needed only to say what has changed in them. */
  readonly withoutFiles?: boolean;
}

/**
 * Adds a finished or failed build to the records. The graph and the contexts are those that the build saw.
 * Steps that a failed build did not reach are `absent`.
 */
export function learn(
  records: BuildRecords,
  graph: BuildGraph,
  contexts: Contexts,
  build: FinishedBuild,
): void {
  new Learner(records, graph, contexts, build).run();
}

class Learner {
  readonly #records: BuildRecords;
  readonly #graph: BuildGraph;
  readonly #contexts: Contexts;
  readonly #finished: FinishedBuild;
  readonly #build: number;
  #reached: ReadonlySet<string> = new Set();
  #built: ReadonlySet<string> = new Set();

  constructor(
    records: BuildRecords,
    graph: BuildGraph,
    contexts: Contexts,
    finished: FinishedBuild,
  ) {
    this.#records = records;
    this.#graph = graph;
    this.#contexts = contexts;
    this.#finished = finished;
    this.#build = records.nextBuild;
  }

  run(): void {
    const states = this.#states();
    const lookup = new Lookup(this.#graph, this.#contexts, this.#records);
    const steps: RecordedStep[] = [];
    for (const step of this.#graph.steps) {
      const found = lookup.find(step);
      if (step.keyword === "FROM") {
        continue;
      }
      const reported = states.get(found.identity);
      const state: ObservedStep =
        reported === undefined || reported.state === "failed" ? { state: "absent" } : reported;
      const parent = certainResult(found.parent);
      const reads = recordedReads(found);
      const result =
        parent === undefined || reads === undefined
          ? undefined
          : this.#settle(found, parent, reads, state);
      lookup.settle(
        step,
        result === undefined ? newResult : { results: [result], mayBeNew: false, isOpen: false },
      );
      if (result !== undefined && parent !== undefined) {
        steps.push(this.#recordedStep(found, parent, result, state));
      }
    }
    this.#records.addBuild({
      finished: this.#finished.finished,
      project: this.#finished.project,
      frontend: this.#graph.frontend ?? "",
      steps,
    });
  }

  /** What was reported of each step, equal ones together: the builder reports them once. */
  #states(): Map<string, ObservedStep> {
    const states = new Map<string, ObservedStep>();
    const lookup = new Lookup(this.#graph, this.#contexts, this.#records);
    const identities: string[] = [];
    for (const step of this.#graph.steps) {
      const { identity } = lookup.find(step);
      identities.push(identity);
      const reported = this.#finished.observed(step);
      const now: ObservedStep =
        this.#finished.failed === true && reported.state === "cached"
          ? { state: "absent" }
          : reported;
      const before = states.get(identity);
      if (before === undefined || rank(now) > rank(before)) {
        states.set(identity, now);
      }
    }
    this.#reached = this.#findReached(states, identities);
    this.#built = this.#findBuilt(states, identities);
    return states;
  }

  /** The steps that others have been run on. */
  #findBuilt(
    states: ReadonlyMap<string, ObservedStep>,
    identities: readonly string[],
  ): ReadonlySet<string> {
    const built = new Set<string>();
    for (const step of this.#graph.steps) {
      const state = states.get(identities[step.index] ?? "")?.state;
      if (state === "executed" || (state === "failed" && failsOnlyWhenRun(step))) {
        for (const below of stepsBelow(step)) {
          built.add(identities[below] ?? "");
        }
      }
    }
    return built;
  }

  /** The steps of which nothing was reported, but which must be there, because others on them are. */
  #findReached(
    states: ReadonlyMap<string, ObservedStep>,
    identities: readonly string[],
  ): ReadonlySet<string> {
    const reached = new Set<string>();
    for (const step of this.#graph.steps.toReversed()) {
      const identity = identities[step.index] ?? "";
      const state = states.get(identity)?.state;
      const isOn =
        state === "cached" ||
        state === "executed" ||
        (state === "failed" && failsOnlyWhenRun(step));
      if (!isOn && !reached.has(identity)) {
        continue;
      }
      for (const below of stepsBelow(step)) {
        const other = identities[below] ?? "";
        if (states.get(other)?.state === "absent") {
          reached.add(other);
        }
      }
    }
    return reached;
  }

  /** The name of the step's result; `undefined` when it has none, because the build failed before. */
  #settle(
    found: Found,
    parent: string,
    reads: readonly RecordedRead[],
    { state, seconds, bytes }: ObservedStep,
  ): string | undefined {
    const { operation } = found;
    const [match] = found.matches;
    // Of steps without any input the builder says "executed" every time.
    const isBare = parent === "scratch" && reads.length === 0;
    if (match !== undefined && (state === "absent" || isBare)) {
      match.used = this.#build;
      return match.result;
    }
    if (state === "absent" && !this.#reached.has(found.identity)) {
      return undefined;
    }
    const rerun = found.reads.some((read) => read.kind === "origin") && match === undefined;
    if (rerun && found.candidates.some(({ isDoubtful }) => isDoubtful !== true)) {
      this.#records.addOutcome(operation, state === "cached");
    }
    if (state === "executed" && seconds !== undefined) {
      this.#records.addCost(operation, { seconds, ...(bytes === undefined ? {} : { bytes }) });
    }
    const salt = found.reads.some((read) => read.kind === "uncertain")
      ? String(this.#finished.finished)
      : "";
    let result = match?.result;
    let known = reads;
    if (state !== "cached") {
      if (match !== undefined) {
        this.#records.forgetContents(match.result);
        if (!found.forced) {
          // It should have been there, so it was removed, and what was built on it with it.
          this.#records.removeBuiltOn(match.result);
        }
      }
      result ??= resultName(operation, parent, reads, salt);
    } else if (result === undefined) {
      const [candidate] = found.candidates;
      result = candidate?.result ?? resultName(operation, parent, reads, salt);
      if (candidate !== undefined) {
        known = withContents(reads, candidate);
        this.#records.addContents(candidate, known);
      }
    }
    const { failed = false, cancelled = false } = this.#finished;
    const isDoubtful =
      failed && !cancelled && state === "executed" && !this.#built.has(found.identity);
    this.#records.addEntry({
      operation,
      parent,
      reads: known,
      result,
      used: this.#build,
      ...(isDoubtful ? { isDoubtful } : {}),
    });
    if (match !== undefined) {
      match.used = this.#build;
    }
    return result;
  }

  #recordedStep(
    found: Found,
    parent: string,
    result: string,
    { state, seconds }: ObservedStep,
  ): RecordedStep {
    const { step, operation } = found;
    this.#records.addOperation(operation, operationFacts(step.operation));
    const contents = found.reads.map((read) => (read.kind === "content" ? read.content : ""));
    for (const read of this.#finished.withoutFiles === true ? [] : found.reads) {
      if (read.kind === "content" && read.selected?.kind === "content") {
        const { digest, files } = read.selected;
        const isKnown = this.#records.files(digest) !== undefined;
        this.#records.addFiles(digest, isKnown ? undefined : recordedFiles(files()));
      }
    }
    return {
      keyword: step.keyword,
      text: step.text,
      operation,
      parent,
      result,
      contents,
      ...(state === "absent" ? {} : { outcome: state === "cached" ? "cached" : "ran" }),
      ...(state === "executed" && seconds !== undefined ? { seconds } : {}),
    };
  }
}

/** Others may fail while the builder looks for them, at which nothing has been run below them. */
function failsOnlyWhenRun({ operation, reads }: BuildStep): boolean {
  return operation.kind === "exec" && reads.length === 0;
}

/** The steps whose files a step starts from or reads. */
export function stepsBelow({ parent, reads }: BuildStep): number[] {
  const origins = reads.flatMap((read) => (read.kind === "origin" ? [read.origin] : []));
  return [parent, ...origins].flatMap(stepsOf);
}

function stepsOf(origin: Origin): number[] {
  switch (origin.kind) {
    case "step":
      return [origin.step];
    case "merge":
      return [origin.step, ...stepsOf(origin.lower)];
    default:
      return [];
  }
}

function rank({ state }: ObservedStep): number {
  return ["absent", "failed", "cached", "executed"].indexOf(state);
}

function recordedReads({ reads }: Found): RecordedRead[] | undefined {
  const recorded: RecordedRead[] = [];
  for (const read of reads) {
    if (read.kind === "content") {
      recorded.push({ content: read.content });
    } else if (read.kind === "uncertain") {
      recorded.push({});
    } else {
      const origin = certainResult(read.possible);
      if (origin === undefined) {
        return undefined;
      }
      recorded.push({ origin, selector: read.selector });
    }
  }
  return recorded;
}

/** The builder has shown that the files are the same, so what they hash to is known for both. */
function withContents(reads: readonly RecordedRead[], same: CacheEntry): RecordedRead[] {
  return reads.map((read, index) => {
    const content = read.content ?? same.reads[index]?.content;
    return content === undefined ? read : { ...read, content };
  });
}

function recordedFiles(
  files: ReadonlyMap<
    string,
    { readonly digest: string; readonly mode: number; readonly kind: string; readonly stat: string }
  >,
): RecordedFiles {
  const recorded: Record<string, readonly [string, string]> = {};
  for (const [path, { digest, kind, mode, stat }] of files) {
    recorded[path] = [digest, kind === "directory" ? mode.toString(8) : stat];
  }
  return recorded;
}
