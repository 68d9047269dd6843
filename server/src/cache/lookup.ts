import type { BuildGraph, BuildStep, Origin, Read } from "../graph/steps.ts";
import type { ContextSnapshot, Selected } from "./contextSnapshot.ts";
import { digestList } from "./digest.ts";
import type { BuildRecords, CacheEntry, RecordedRead } from "./records.ts";
import { inlineKey, operationKey, selectorKey } from "./stepKeys.ts";

/** The files of a build context by its name: empty for the main one. */
export type Contexts = (name: string) => ContextSnapshot | undefined;

/** Which results something may turn out to be. */
export interface Possible {
  /** Known results. */
  readonly results: readonly string[];
  /** Also one that no record knows. */
  readonly mayBeNew: boolean;
  /** Also any other of the known ones: nothing can be told. */
  readonly isOpen: boolean;
}

/** What is found out about one step. */
export interface Found {
  readonly step: BuildStep;
  /** Key of its operation. */
  readonly operation: string;
  /** The same for steps of one build that are one to the builder. */
  readonly identity: string;
  readonly parent: Possible;
  readonly reads: readonly FoundRead[];
  /** Recorded ways with the same operation, parent and reads. */
  readonly matches: readonly CacheEntry[];
  /** Those of which it cannot be told whether the reads are the same. */
  readonly candidates: readonly CacheEntry[];
  /** What the step's own result may be. */
  readonly result: Possible;
  /** It runs because the cache is switched off for it, or for something that it is built on. */
  readonly forced: boolean;
}

export type FoundRead =
  | { readonly kind: "content"; readonly content: string; readonly selected?: Selected }
  | {
      readonly kind: "origin";
      readonly possible: Possible;
      readonly identity: string;
      readonly selector: string;
    }
  | { readonly kind: "uncertain"; readonly read: Read; readonly selected?: Selected };

export const newResult: Possible = { results: [], mayBeNew: true, isOpen: false };
const maxCombinations = 64;
const openResult: Possible = { results: [], mayBeNew: true, isOpen: true };

/** Goes through the steps of a build in order and looks each one up in the records. */
export class Lookup {
  readonly #graph: BuildGraph;
  readonly #contexts: Contexts;
  readonly #records: BuildRecords;
  readonly #found: Found[] = [];
  readonly #byIdentity = new Map<string, Found>();
  readonly #settled = new Map<number, Possible>();
  readonly #names = new Map<string, string>();

  constructor(graph: BuildGraph, contexts: Contexts, records: BuildRecords) {
    this.#graph = graph;
    this.#contexts = contexts;
    this.#records = records;
  }

  /** The next step must be asked for only after the one before. */
  find(step: BuildStep): Found {
    const operation = operationKey(step.operation);
    const base: Origin = step.linked ? { kind: "scratch" } : step.parent;
    const parent = this.possible(base);
    const reads = step.reads.map((read) => this.#read(read));
    const identity = this.#nameOf([
      operation,
      this.#identity(base),
      ...reads.map((read, index) =>
        read.kind === "content"
          ? read.content
          : read.kind === "origin"
            ? `${read.identity} ${read.selector}`
            : `${step.index} ${index}`,
      ),
    ]);
    const forced = step.ignoresCache || this.#isForced(base);
    const twin = this.#byIdentity.get(identity);
    const found =
      twin === undefined
        ? {
            step,
            operation,
            identity,
            forced,
            parent,
            reads,
            ...this.#lookUp(operation, parent, reads),
          }
        : { ...twin, step, reads };
    this.#found.push(found);
    this.#byIdentity.set(identity, twin ?? found);
    return found;
  }

  /** Says what a step's result has really been. */
  settle(step: BuildStep, possible: Possible): void {
    this.#settled.set(step.index, possible);
  }

  possible(origin: Origin): Possible {
    switch (origin.kind) {
      case "scratch":
        return { results: ["scratch"], mayBeNew: false, isOpen: false };
      case "image":
        return origin.layers === undefined
          ? openResult
          : { results: [imageName(origin)], mayBeNew: false, isOpen: false };
      case "unknown":
        return openResult;
      case "step":
        return this.#resultOf(origin.step);
      case "merge": {
        const lower = this.possible(origin.lower);
        const upper = this.#resultOf(origin.step);
        // Many linked steps of which nothing is certain could be combined in endless ways.
        const isTooMuch = lower.results.length * upper.results.length > maxCombinations;
        return {
          results: isTooMuch
            ? []
            : lower.results.flatMap((a) => upper.results.map((b) => mergeName(a, b))),
          mayBeNew: isTooMuch || lower.mayBeNew || upper.mayBeNew,
          isOpen: isTooMuch || lower.isOpen || upper.isOpen,
        };
      }
    }
  }

  #resultOf(step: number): Possible {
    return this.#settled.get(step) ?? this.#found[step]?.result ?? openResult;
  }

  #isForced(origin: Origin): boolean {
    switch (origin.kind) {
      case "step":
        return this.#found[origin.step]?.forced ?? false;
      case "merge":
        return (this.#found[origin.step]?.forced ?? false) || this.#isForced(origin.lower);
      default:
        return false;
    }
  }

  #identity(origin: Origin): string {
    switch (origin.kind) {
      case "scratch":
        return "scratch";
      case "image":
        return origin.layers === undefined ? `image ? ${origin.reference}` : imageName(origin);
      case "unknown":
        return `unknown ${origin.name}`;
      case "step":
        return this.#found[origin.step]?.identity ?? `step ${origin.step}`;
      case "merge":
        return mergeName(
          this.#identity(origin.lower),
          this.#identity({ kind: "step", step: origin.step }),
        );
    }
  }

  /** A short name for a list, the same in every look-up of one graph; hashing would take longer. */
  #nameOf(parts: readonly string[]): string {
    const text = JSON.stringify(parts);
    const known = this.#names.get(text);
    if (known !== undefined) {
      return known;
    }
    const name = `#${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }

  #read(read: Read): FoundRead {
    switch (read.kind) {
      case "inline":
        return { kind: "content", content: inlineKey(read) };
      case "remote":
        return read.pinned === undefined
          ? { kind: "uncertain", read }
          : { kind: "content", content: digestList(["remote", read.pinned]) };
      case "context": {
        const selected = this.#contexts(read.context)?.select(
          read.selections,
          this.#graph.engine.comparesNamesOnly,
        );
        return selected?.kind === "content"
          ? { kind: "content", content: selected.digest, selected }
          : { kind: "uncertain", read, ...(selected === undefined ? {} : { selected }) };
      }
      case "origin":
        return {
          kind: "origin",
          possible: this.possible(read.origin),
          identity: this.#identity(read.origin),
          selector: selectorKey(read.selections),
        };
    }
  }

  #lookUp(
    operation: string,
    parent: Possible,
    reads: readonly FoundRead[],
  ): Pick<Found, "matches" | "candidates" | "result"> {
    const matches: CacheEntry[] = [];
    const candidates: CacheEntry[] = [];
    const results = new Set<string>();
    const entries = this.#records.entries(operation);
    let mayBeNew = parent.mayBeNew;
    for (const from of parent.results) {
      const judged = entries
        .filter((entry) => entry.parent === from)
        .map((entry) => {
          const match = this.#compare(entry, reads);
          return { entry, match: match === "same" && entry.isDoubtful ? "unknown" : match };
        });
      const certain = judged.filter(({ match }) => match === "same").map(({ entry }) => entry);
      const possible = [
        ...judged.filter(({ match }) => match === "unknown").map(({ entry }) => entry),
        ...(isImageWithManifest(from)
          ? entries.filter(
              (entry) =>
                isOtherManifest(entry.parent, from) && this.#compare(entry, reads) !== "different",
            )
          : []),
      ];
      matches.push(...certain);
      candidates.push(...possible);
      const [first] = certain;
      if (first !== undefined) {
        results.add(first.result);
        continue;
      }
      mayBeNew = true;
      for (const { result } of possible) {
        results.add(result);
      }
    }
    if (parent.isOpen) {
      const others = entries.filter((entry) => this.#compare(entry, reads) !== "different");
      candidates.push(...others);
      for (const { result } of others) {
        results.add(result);
      }
    }
    return { matches, candidates, result: { results: [...results], mayBeNew, isOpen: false } };
  }

  #compare(entry: CacheEntry, reads: readonly FoundRead[]): "same" | "different" | "unknown" {
    let all: "same" | "unknown" = "same";
    for (const [index, read] of reads.entries()) {
      const recorded = entry.reads[index];
      const one = recorded === undefined ? "different" : this.#compareRead(recorded, read);
      if (one === "different") {
        return "different";
      }
      if (one === "unknown") {
        all = "unknown";
      }
    }
    return entry.reads.length === reads.length ? all : "different";
  }

  #compareRead(recorded: RecordedRead, read: FoundRead): "same" | "different" | "unknown" {
    if (read.kind === "uncertain") {
      return read.selected?.kind === "missing" ? "different" : "unknown";
    }
    const certain = read.kind === "origin" ? certainResult(read.possible) : undefined;
    if (
      read.kind === "origin" &&
      certain !== undefined &&
      certain === recorded.origin &&
      read.selector === recorded.selector
    ) {
      return "same";
    }
    const content =
      read.kind === "content"
        ? read.content
        : certain === undefined
          ? undefined
          : this.#records.contentOf(certain, read.selector);
    const other =
      recorded.content ??
      (recorded.origin === undefined
        ? undefined
        : this.#records.contentOf(recorded.origin, recorded.selector ?? ""));
    if (content === undefined || other === undefined) {
      return "unknown";
    }
    return content === other ? "same" : "different";
  }
}

/** The only result that it can be. */
export function certainResult({ results, mayBeNew, isOpen }: Possible): string | undefined {
  return results.length === 1 && !mayBeNew && !isOpen ? results[0] : undefined;
}

function imageName({ layers, manifest }: { layers?: string; manifest?: string }): string {
  return `image ${digestList([layers ?? ""])} ${manifest ?? ""}`;
}

function isImageWithManifest(result: string): boolean {
  return result.startsWith("image ") && !result.endsWith(" ");
}

/** Two images with the same layers. */
function isOtherManifest(a: string, b: string): boolean {
  return a !== b && a.slice(0, a.lastIndexOf(" ")) === b.slice(0, b.lastIndexOf(" "));
}

function mergeName(lower: string, upper: string): string {
  return digestList(["merge", lower, upper]);
}
