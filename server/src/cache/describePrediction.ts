import type { BuildStep } from "../graph/steps.ts";
import type { OperationChange } from "./operationFacts.ts";
import type { FileChange, Reason, StepPrediction, Warning } from "./predict.ts";

/**
 * A prediction in a sentence without the costs: `runs again: src/app.ts has changed`. `lineOf` gives the
 * 1-based line of a step.
 */
export function describePrediction(
  { state, reason }: Pick<StepPrediction, "state" | "reason">,
  lineOf: (step: number) => number,
): string {
  switch (state) {
    case "hit":
      return "cached";
    case "neverBuilt":
      return "not built yet";
    case "miss":
      return `runs again: ${describeReason(reason, lineOf)}`;
    case "unknown":
      return `unknown: ${describeReason(reason, lineOf)}`;
  }
}

/** The 1-based line in which a step begins, for `describePrediction`. */
export function lineOfStep(text: string, { span }: BuildStep): number {
  return text.slice(0, span.start).split("\n").length;
}

export function describeWarning({ kind, paths }: Warning): string {
  switch (kind) {
    case "staleContent":
      return `${list(paths)} changed without a new size or time, so that the builder may not notice and use the old content (moby/buildkit#4817)`;
    case "directoryMode":
      return `the permissions of ${list(paths)} changed, which the builder may notice only later (moby/buildkit#7176)`;
    case "unnoticedMove":
      return `${list(paths)} moved, which this version of the builder does not notice (moby/buildkit#6238)`;
  }
}

function describeReason(reason: Reason, lineOf: (step: number) => number): string {
  switch (reason.kind) {
    case "cached":
      return "it is in the cache";
    case "neverBuilt":
      return "no build has been seen yet";
    case "parent":
      return `line ${lineOf(reason.cause)} runs again`;
    case "baseImage":
      return `${reason.reference} has other layers than before`;
    case "files":
      return reason.changes === undefined || reason.changes.length === 0
        ? "the files it reads have changed"
        : describeFiles(reason.changes);
    case "instruction":
      return reason.changes.length === 0
        ? "the instruction has changed"
        : reason.changes.map(describeChange).join(", ");
    case "newInstruction":
      return "it has not been built here before";
    case "sourceChanged":
      return `the files from ${reason.name} have changed`;
    case "noCache":
      return "the cache is switched off";
    case "missingFile":
      return `there is no ${reason.path} in the build context`;
    case "sourceMayChange":
      return `copies from ${reason.name}, which runs again and may give the same files${describePast(reason.past)}`;
    case "uncertainParent":
      return reason.cause === undefined
        ? "what it builds on is unknown"
        : `depends on line ${lineOf(reason.cause)}`;
    case "remote":
      return `${reason.url} may have changed`;
    case "unreadFiles":
      return "the files it reads have not been read yet";
    case "unknownImage":
      return `nothing is known of the image ${reason.reference}`;
    case "frontend":
      return reason.frontend === ""
        ? "no build without a syntax line has been seen yet"
        : `no build with the syntax ${reason.frontend} has been seen yet`;
    case "failedBuild":
      return "it ran in a build that failed, and may not have been kept";
    case "pruned":
      return "the engine's cache has been cleaned since the last build";
  }
}

function describePast({ same, of }: { readonly same: number; readonly of: number }): string {
  return of === 0 ? "" : ` (the same ${same} of the last ${of} times)`;
}

function describeFiles(changes: readonly FileChange[]): string {
  const [first, second] = changes;
  if (first === undefined) {
    return "the files it reads have changed";
  }
  const more = changes.length - 1;
  const rest = second === undefined ? "" : more === 1 ? ` and ${second.path}` : ` and ${more} more`;
  const what = second === undefined ? fileWords[first.how] : "changed";
  return `${first.path}${rest} ${what}`;
}

const fileWords: Readonly<Record<FileChange["how"], string>> = {
  added: "is new",
  removed: "is gone",
  content: "changed",
  mode: "has other permissions",
  kind: "is another kind of file",
  target: "points elsewhere",
};

function describeChange(change: OperationChange): string {
  switch (change.what) {
    case "variable":
      return change.how === "changed"
        ? `${change.name} has another value`
        : `${change.name} is ${change.how === "added" ? "set now" : "no longer set"}`;
    case "variable order":
      return "variables are set in another order";
    case "part":
      return change.name === "command" ? "the command changed" : `the ${change.name} changed`;
  }
}

function list(paths: readonly string[]): string {
  const [first = "", ...more] = paths;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
