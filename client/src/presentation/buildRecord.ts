import type { BuildStep } from "../engine/build.ts";
import type { BuildPlan } from "./buildPlan.ts";
import { canBeCached, stepSeconds } from "./buildProgress.ts";

export type BuildOutcomeName =
  | "running"
  | "built"
  | "failed"
  | "cancelled"
  /** Not because of the Dockerfile: no engine, a cut connection, a full disk. */
  | "broken";

/** A step, with what is known of it once the build is over. */
export interface RecordedStep extends BuildStep {
  /** Bytes that its layer adds. */
  readonly bytes?: number;
  /** 0-based line of its instruction in `BuildRecord.text`. */
  readonly line?: number;
}

/** A build of this workspace, running or over, without the output of its steps. */
export interface BuildRecord {
  readonly id: string;
  readonly plan: BuildPlan;
  /** The Dockerfile's text when the build began. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Absent while it runs. */
  readonly seconds?: number;
  readonly outcome: BuildOutcomeName;
  /** What went wrong, in a sentence. */
  readonly error?: string;
  /** 0-based line of the Dockerfile at which it failed. */
  readonly failedLine?: number;
  readonly imageId?: string;
  readonly imageBytes?: number;
  readonly steps: readonly RecordedStep[];
}

/** What an older version stored, or half a write, is not trusted. */
export function isBuildRecord(value: unknown): value is BuildRecord {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    typeof value.id === "string" &&
    "plan" in value &&
    isPlan(value.plan) &&
    "text" in value &&
    typeof value.text === "string" &&
    "startedAt" in value &&
    typeof value.startedAt === "number" &&
    "outcome" in value &&
    typeof value.outcome === "string" &&
    "steps" in value &&
    Array.isArray(value.steps) &&
    value.steps.every(isStep)
  );
}

function isPlan(value: unknown): value is BuildPlan {
  return (
    typeof value === "object" &&
    value !== null &&
    "dockerfile" in value &&
    typeof value.dockerfile === "string" &&
    "contextFolder" in value &&
    typeof value.contextFolder === "string" &&
    "tag" in value &&
    typeof value.tag === "string"
  );
}

function isStep(value: unknown): value is RecordedStep {
  return (
    typeof value === "object" &&
    value !== null &&
    "digest" in value &&
    typeof value.digest === "string" &&
    "name" in value &&
    typeof value.name === "string" &&
    "state" in value &&
    typeof value.state === "string"
  );
}

/** Whether the two are builds of the same thing, so that comparing them says something. */
export function isAlike(one: BuildRecord, other: BuildRecord): boolean {
  return one.plan.dockerfile === other.plan.dockerfile && one.plan.target === other.plan.target;
}

/** The build of the same thing that ended well before this one; `builds` has the newest first. */
export function buildBefore(
  build: BuildRecord,
  builds: readonly BuildRecord[],
): BuildRecord | undefined {
  return builds.find(
    (other) =>
      other.id !== build.id &&
      other.startedAt <= build.startedAt &&
      other.outcome === "built" &&
      isAlike(other, build),
  );
}

/** How many of the steps that can come from the cache did. */
export function cachedShare(steps: readonly BuildStep[]): {
  readonly cached: number;
  readonly total: number;
} {
  const instructions = steps.filter(({ name }) => canBeCached(name));
  return {
    cached: instructions.filter(({ state }) => state === "cached").length,
    total: instructions.length,
  };
}

/**
 * The steps that the build's duration hangs on, by digest: from the one that
 * ended last back through what it waited for longest. `now` (milliseconds
 * since 1970) stands for the end of what still runs. Empty where the engine
 * does not say what builds on what.
 */
export function criticalPath(steps: readonly BuildStep[], now: number): ReadonlySet<string> {
  const path = new Set<string>();
  const byDigest = new Map(steps.map((step) => [step.digest, step]));
  const endOf = (step: BuildStep): number =>
    step.completedAt ?? (step.startedAt === undefined ? -Infinity : now);
  const latest = (candidates: readonly BuildStep[]): BuildStep | undefined =>
    candidates.reduce<BuildStep | undefined>(
      (best, step) => (best === undefined || endOf(step) > endOf(best) ? step : best),
      undefined,
    );
  let step = latest(
    steps.filter(({ inputs, startedAt }) => inputs !== undefined && startedAt !== undefined),
  );
  if (step === undefined) {
    return path;
  }
  // What exports the image has no inputs of its own, and waits for all the rest.
  const last = endOf(step);
  for (const { digest, inputs, name, startedAt, state } of steps) {
    const isExport = inputs === undefined && !name.startsWith("[") && state !== "cached";
    if (isExport && startedAt !== undefined && startedAt >= last) {
      path.add(digest);
    }
  }
  while (step !== undefined && !path.has(step.digest)) {
    if (step.state !== "cached") {
      path.add(step.digest);
    }
    const inputs: readonly string[] = step.inputs ?? [];
    step = latest(inputs.flatMap((digest) => byDigest.get(digest) ?? []));
  }
  return path;
}

/** Seconds that the step has taken by now; `undefined` before it starts. */
export function secondsByNow(step: BuildStep, now: number): number | undefined {
  return step.startedAt !== undefined && step.state === "running"
    ? Math.max(0, now - step.startedAt) / 1000
    : stepSeconds(step);
}
