import type { BuildGraph, BuildStep, Origin } from "../graph/steps.ts";
import type { FileFacts, FileList } from "./contextSnapshot.ts";
import { type Contexts, type Found, Lookup, newResult } from "./lookup.ts";
import { type OperationChange, operationChanges, operationFacts } from "./operationFacts.ts";
import type { BuildRecords, Outcomes, RecordedFiles, RecordedStep } from "./records.ts";

/** What the next build will do with a step, as far as that can be known without asking the engine. */
export interface StepPrediction {
  readonly step: BuildStep;
  /** "hit" is taken from the cache, "miss" runs. */
  readonly state: "hit" | "miss" | "unknown" | "neverBuilt";
  readonly reason: Reason;
  /** What BuildKit is known to get wrong here. */
  readonly warnings: readonly Warning[];
  /** How long the step, or the one that stood here before, took when it ran last; absent if it never ran. */
  readonly seconds?: number;
  /** Of the layer that it made then. */
  readonly bytes?: number;
}

export type Reason =
  /** The cache holds it. */
  | { readonly kind: "cached" }
  /** No build of this Dockerfile has been recorded. */
  | { readonly kind: "neverBuilt" }
  /** What it builds on runs again. `cause` is the first step of the chain, `parent` the last before this. */
  | { readonly kind: "parent"; readonly parent: number; readonly cause: number }
  /** It builds on an image with other layers than before. */
  | { readonly kind: "baseImage"; readonly reference: string }
  /** It reads other files than before; without `changes` when the old list is no longer known. */
  | { readonly kind: "files"; readonly changes?: readonly FileChange[] }
  /** It says something else than before. `before` is its old text. */
  | {
      readonly kind: "instruction";
      readonly before: string;
      readonly changes: readonly OperationChange[];
    }
  /** Nothing like it has been built at this place. */
  | { readonly kind: "newInstruction" }
  /** It reads from another stage whose files are known to be different. */
  | { readonly kind: "sourceChanged"; readonly name: string }
  /** The cache is switched off for it or for what it builds on. */
  | { readonly kind: "noCache" }
  /** There is no such file in the context, so the build fails. */
  | { readonly kind: "missingFile"; readonly path: string }
  /** It reads from another stage or image that may have other files; `step` makes them. */
  | {
      readonly kind: "sourceMayChange";
      readonly name: string;
      readonly step?: number;
      /** How often they were the same before. */
      readonly past: Outcomes;
    }
  /** What it builds on is unknown. */
  | { readonly kind: "uncertainParent"; readonly parent?: number; readonly cause?: number }
  /** Only the network knows what it adds. */
  | { readonly kind: "remote"; readonly url: string }
  /** Files that it reads have not been read yet. */
  | { readonly kind: "unreadFiles"; readonly paths: readonly string[] }
  /** Nothing is known of an image, or it may have moved. */
  | { readonly kind: "unknownImage"; readonly reference: string }
  /** Another frontend, of which no build has been recorded. */
  | { readonly kind: "frontend"; readonly frontend: string }
  /** It ran in a build that failed, and the builder may not have kept it. */
  | { readonly kind: "failedBuild" }
  /** Things have been removed from the cache since the last build. */
  | { readonly kind: "pruned" };

export interface FileChange {
  readonly path: string;
  readonly how: "added" | "removed" | "content" | "mode" | "kind" | "target";
}

export type Warning =
  /** Content has changed but neither size nor time: the builder may not see it (moby/buildkit#4817). */
  | { readonly kind: "staleContent"; readonly paths: readonly string[] }
  /** The mode of a directory has changed, which the builder may see or not (moby/buildkit#7176). */
  | { readonly kind: "directoryMode"; readonly paths: readonly string[] }
  /** Files have moved, but the builder compares their last names only (moby/buildkit#6238). */
  | { readonly kind: "unnoticedMove"; readonly paths: readonly string[] };

/**
 * Predicts each step of a build from the records of earlier ones. Certain states are exact as long as
 * nobody else removes things from the engine's cache. A Dockerfile (`project`) of which no build has been
 * recorded may have been built unseen, so what no other build has shown is "neverBuilt" and not a miss.
 * A FROM is a "hit" when its image is known. Pure; takes time in the number of steps.
 */
export function predict(
  graph: BuildGraph,
  contexts: Contexts,
  records: BuildRecords,
  project: string,
): StepPrediction[] {
  return new Predictor(graph, contexts, records, project).run();
}

class Predictor {
  readonly #graph: BuildGraph;
  readonly #records: BuildRecords;
  readonly #lookup: Lookup;
  readonly #isNew: boolean;
  readonly #predictions: StepPrediction[] = [];

  constructor(graph: BuildGraph, contexts: Contexts, records: BuildRecords, project: string) {
    this.#isNew = records.builds.every((build) => build.project !== project);
    this.#graph = graph;
    this.#records = records;
    this.#lookup = new Lookup(graph, contexts, records);
  }

  run(): StepPrediction[] {
    for (const step of this.#graph.steps) {
      const found = this.#lookup.find(step);
      const { state, reason, warnings, former } =
        step.keyword === "FROM" ? this.#base(step) : this.#judge(found);
      if (found.forced) {
        // What it makes is compared by content only, even if it is the same step as ever.
        this.#lookup.settle(step, newResult);
      }
      const cost =
        this.#records.cost(found.operation) ??
        (former === undefined ? undefined : this.#records.cost(former));
      this.#predictions.push({
        step,
        state,
        reason,
        warnings: warnings ?? [],
        ...(cost === undefined ? {} : { seconds: cost.seconds }),
        ...(cost?.bytes === undefined ? {} : { bytes: cost.bytes }),
      });
    }
    return this.#predictions;
  }

  #base({ parent, text }: BuildStep): Verdict {
    return parent.kind === "image" && parent.layers === undefined
      ? { state: "unknown", reason: { kind: "unknownImage", reference: text } }
      : { state: "hit", reason: { kind: "cached" } };
  }

  #judge(found: Found): Verdict {
    const { result } = found;
    if (found.forced) {
      return { state: "miss", reason: { kind: "noCache" } };
    }
    const missing = found.reads.find(
      (read) => read.kind === "uncertain" && read.selected?.kind === "missing",
    );
    if (missing?.kind === "uncertain" && missing.selected?.kind === "missing") {
      return { state: "miss", reason: { kind: "missingFile", path: missing.selected.path } };
    }
    if (result.results.length === 0 && this.#isNew) {
      return { state: "neverBuilt", reason: { kind: "neverBuilt" } };
    }
    if (result.results.length === 0) {
      return { state: "miss", ...this.#whyMissed(found) };
    }
    if (result.mayBeNew) {
      return { state: "unknown", reason: this.#whyUnknown(found) };
    }
    const frontend = this.#graph.frontend ?? "";
    if (!this.#records.builds.some((build) => build.frontend === frontend)) {
      return { state: "unknown", reason: { kind: "frontend", frontend } };
    }
    if (this.#records.doubted) {
      return { state: "unknown", reason: { kind: "pruned" } };
    }
    return { state: "hit", reason: { kind: "cached" }, warnings: this.#hitWarnings(found) };
  }

  #whyMissed(found: Found): Omit<Verdict, "state"> {
    const { step, parent } = found;
    const above = step.linked ? undefined : stepOf(step.parent);
    if (parent.results.length === 0 && !parent.isOpen && above !== undefined) {
      const reason = this.#predictions[above]?.reason;
      const cause = reason?.kind === "parent" ? reason.cause : above;
      return { reason: { kind: "parent", parent: above, cause } };
    }
    const wasBuiltHere = this.#records
      .entries(found.operation)
      .some((entry) => parent.isOpen || parent.results.includes(entry.parent));
    if (wasBuiltHere) {
      return this.#whyReadsDiffer(found);
    }
    const before = this.#before(found);
    const facts = before === undefined ? undefined : this.#records.facts(before.operation);
    if (before !== undefined && facts !== undefined) {
      const changes = operationChanges(facts, operationFacts(step.operation));
      return {
        reason: { kind: "instruction", before: before.text, changes },
        former: before.operation,
      };
    }
    const image = imageOf(step.parent);
    const known = parent.results.some((result) => this.#records.hasParent(result));
    if (image !== undefined && !known) {
      return { reason: { kind: "baseImage", reference: image } };
    }
    return { reason: { kind: "newInstruction" } };
  }

  #whyReadsDiffer(found: Found): Omit<Verdict, "state"> {
    const latest = this.#records.builds
      .flatMap(({ steps }) => steps)
      .find(
        (each) => each.operation === found.operation && found.parent.results.includes(each.parent),
      );
    for (const [index, read] of found.reads.entries()) {
      const before = latest?.contents[index];
      if (read.kind === "content" && read.content !== before) {
        const old = before === undefined ? undefined : this.#records.files(before);
        if (old === undefined || read.selected?.kind !== "content") {
          return { reason: { kind: "files" } };
        }
        const now = read.selected.files();
        const changes = fileChanges(old, now);
        const stale = changes
          .filter(({ path, how }) => how === "content" && old[path]?.[1] === now.get(path)?.stat)
          .map(({ path }) => path);
        const warnings: Warning[] =
          stale.length > 0 ? [{ kind: "staleContent", paths: stale }] : [];
        return { reason: { kind: "files", changes }, warnings };
      }
    }
    const source = found.step.reads.find((read) => read.kind === "origin");
    return source?.kind === "origin"
      ? { reason: { kind: "sourceChanged", name: source.name } }
      : { reason: { kind: "files" } };
  }

  /** The recorded step that stood at this place, the most similar one if there are several. */
  #before({ step, parent }: Found): RecordedStep | undefined {
    const now = operationFacts(step.operation);
    for (const { steps } of this.#records.builds) {
      let best: RecordedStep | undefined;
      let fewest = Number.POSITIVE_INFINITY;
      for (const each of steps) {
        const facts = this.#records.facts(each.operation);
        if (
          each.keyword === step.keyword &&
          parent.results.includes(each.parent) &&
          facts !== undefined
        ) {
          const { length } = operationChanges(facts, now);
          if (length > 0 && length < fewest) {
            best = each;
            fewest = length;
          }
        }
      }
      if (best !== undefined) {
        return best;
      }
    }
    return undefined;
  }

  #whyUnknown(found: Found): Reason {
    const { step, parent } = found;
    if (parent.isOpen) {
      return { kind: "unknownImage", reference: imageOf(step.parent) ?? "" };
    }
    if (parent.mayBeNew) {
      const above = stepOf(step.parent);
      const reason = above === undefined ? undefined : this.#predictions[above]?.reason;
      const cause = reason?.kind === "uncertainParent" ? reason.cause : above;
      return {
        kind: "uncertainParent",
        ...(above === undefined ? {} : { parent: above }),
        ...(cause === undefined ? {} : { cause }),
      };
    }
    if (found.candidates.some(({ isDoubtful }) => isDoubtful)) {
      return { kind: "failedBuild" };
    }
    for (const [index, read] of found.reads.entries()) {
      const source = step.reads[index];
      if (read.kind === "uncertain") {
        return source?.kind === "remote"
          ? { kind: "remote", url: source.url }
          : {
              kind: "unreadFiles",
              paths: read.selected?.kind === "unread" ? read.selected.paths : [],
            };
      }
      if (read.kind === "origin" && source?.kind === "origin") {
        const origin = stepOf(source.origin);
        return {
          kind: "sourceMayChange",
          name: source.name,
          ...(origin === undefined ? {} : { step: origin }),
          past: this.#records.outcomes(found.operation),
        };
      }
    }
    return { kind: "uncertainParent" };
  }

  #hitWarnings(found: Found): readonly Warning[] {
    for (const [index, read] of found.reads.entries()) {
      const old = read.kind === "content" ? this.#records.files(read.content) : undefined;
      if (read.kind !== "content" || read.selected?.kind !== "content" || old === undefined) {
        continue;
      }
      const source = found.step.reads[index];
      const byNames =
        this.#graph.engine.comparesNamesOnly &&
        source?.kind === "context" &&
        source.selections.some(({ wildcard, excludes }) => wildcard || excludes.length > 0);
      const warnings = rememberedWarnings(old, read.selected.files(), byNames);
      if (warnings.length > 0) {
        return warnings;
      }
    }
    return [];
  }
}

interface Verdict {
  readonly state: StepPrediction["state"];
  readonly reason: Reason;
  readonly warnings?: readonly Warning[];
  /** Key of the operation that stood at this place before. */
  readonly former?: string;
}

/**
 * The last comparison of each list of files. The lists live as long as the snapshot of the context, so that
 * nothing is compared again at each keystroke.
 */
const comparisons = new WeakMap<
  FileList,
  { readonly old: RecordedFiles; readonly byNames: boolean; readonly warnings: readonly Warning[] }
>();

function rememberedWarnings(
  old: RecordedFiles,
  files: FileList,
  byNames: boolean,
): readonly Warning[] {
  const known = comparisons.get(files);
  if (known?.old === old && known.byNames === byNames) {
    return known.warnings;
  }
  const warnings = unnoticed(old, files, byNames);
  comparisons.set(files, { old, byNames, warnings });
  return warnings;
}

/** What differs although BuildKit takes the files for the same. */
function unnoticed(old: RecordedFiles, files: FileList, byNames: boolean): Warning[] {
  const modes: string[] = [];
  const moved: string[] = [];
  for (const [path, { kind, mode }] of files) {
    const before = old[path];
    if (before === undefined) {
      moved.push(path);
    } else if (kind === "directory" && before[1] !== mode.toString(8)) {
      modes.push(path);
    }
  }
  const warnings: Warning[] = [];
  if (modes.length > 0) {
    warnings.push({ kind: "directoryMode", paths: modes });
  }
  if (byNames && moved.length > 0) {
    warnings.push({ kind: "unnoticedMove", paths: moved });
  }
  return warnings;
}

function fileChanges(old: RecordedFiles, now: FileList): FileChange[] {
  const changes: FileChange[] = [];
  for (const [path, facts] of now) {
    const before = old[path]?.[0];
    if (before === undefined) {
      changes.push({ path, how: "added" });
    } else if (before !== facts.digest) {
      changes.push({ path, how: howChanged(before, facts) });
    }
  }
  for (const path of Object.keys(old)) {
    if (!now.has(path)) {
      changes.push({ path, how: "removed" });
    }
  }
  return changes;
}

/** A file's digest is made of its kind, mode, size and content, with blanks between. */
function howChanged(before: string, { digest }: FileFacts): FileChange["how"] {
  const [oldKind, oldMode, ...old] = before.split(" ");
  const [kind, mode, ...now] = digest.split(" ");
  if (oldKind !== kind) {
    return "kind";
  }
  if (kind === "symlink") {
    return "target";
  }
  return old.join(" ") !== now.join(" ") || oldMode === mode ? "content" : "mode";
}

function stepOf(origin: Origin): number | undefined {
  return origin.kind === "step" || origin.kind === "merge" ? origin.step : undefined;
}

function imageOf(origin: Origin): string | undefined {
  switch (origin.kind) {
    case "image":
      return origin.reference;
    case "unknown":
      return origin.name;
    case "merge":
      return imageOf(origin.lower);
    default:
      return undefined;
  }
}
