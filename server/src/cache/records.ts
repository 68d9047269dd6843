import { digestList } from "./digest.ts";
import type { OperationFacts } from "./operationFacts.ts";

/** One way to a result: with this operation on that parent and these reads the builder has it. */
export interface CacheEntry {
  readonly operation: string;
  /** The result it starts from. */
  readonly parent: string;
  readonly reads: readonly RecordedRead[];
  readonly result: string;
  /** The number of the last build that used it. */
  used: number;
  /**
   * It ran in a build that failed, and nothing ran on top of it: BuildKit does not always keep what comes
   * to its end while the build is being broken off.
   */
  isDoubtful?: boolean;
}

/** What a recorded step read. */
export interface RecordedRead {
  /** What the files hash to, when that is known. */
  readonly content?: string;
  /** The result that the files came from, and which of them. */
  readonly origin?: string;
  readonly selector?: string;
}

/** What a step cost when it was really run. */
export interface StepCost {
  readonly seconds: number;
  /** Of its layer; absent when not known. */
  readonly bytes?: number;
}

/** A step of a finished build, for comparison. */
export interface RecordedStep {
  readonly keyword: string;
  readonly text: string;
  readonly operation: string;
  readonly parent: string;
  readonly result: string;
  readonly contents: readonly string[];
  /** What the build did with it; absent where the builder did not say. */
  readonly outcome?: "cached" | "ran";
  /** How long it ran then. */
  readonly seconds?: number;
}

export interface RecordedBuild {
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly finished: number;
  /** Which Dockerfile it was, by any name that stays the same. */
  readonly project: string;
  /** The value of `# syntax`; empty for the engine's own frontend. */
  readonly frontend: string;
  readonly steps: readonly RecordedStep[];
}

/** The files that a content digest stands for, as `path` → digest and stat. */
export type RecordedFiles = Readonly<Record<string, readonly [digest: string, stat: string]>>;

/** Whether a step that read from a stage that had run again found the same files there. */
export interface Outcomes {
  readonly same: number;
  readonly of: number;
}

/** How many builds are remembered; what none of them used is forgotten. */
export const maxBuilds = 50;
/** How many paths the remembered file lists may have together. */
export const maxRecordedPaths = 100_000;
const maxOutcomes = 12;

/**
 * What is known of an engine's layer cache from finished builds. Pure data in memory; `serialize` and
 * `BuildRecords.read` carry it to and from a file.
 */
export class BuildRecords {
  readonly #builds: RecordedBuild[] = [];
  readonly #entries = new Map<string, CacheEntry[]>();
  readonly #operations = new Map<string, OperationFacts>();
  readonly #costs = new Map<string, StepCost>();
  readonly #files = new Map<string, RecordedFiles>();
  readonly #outcomes = new Map<string, string>();
  readonly #contents = new Map<string, string>();
  #doubted = false;

  /**
   * Reads what `serialize` wrote. Anything else, a half-written file too, gives what can still be read of
   * it, or records without builds. Never throws.
   */
  static read(text: string): BuildRecords {
    const records = new BuildRecords();
    let stored: unknown;
    try {
      stored = JSON.parse(text);
    } catch {
      return records;
    }
    if (isObject(stored) && stored["version"] === version) {
      records.#load(stored);
    }
    return records;
  }

  serialize(): string {
    return JSON.stringify({
      version,
      doubted: this.#doubted,
      builds: this.#builds,
      entries: [...this.#entries.values()].flat(),
      operations: [...this.#operations],
      costs: [...this.#costs],
      files: [...this.#files],
      outcomes: [...this.#outcomes],
    });
  }

  /** The builds, the last one first. */
  get builds(): readonly RecordedBuild[] {
    return this.#builds;
  }

  /** Something has been removed from the engine's cache, so that no hit is certain. */
  get doubted(): boolean {
    return this.#doubted;
  }

  entries(operation: string): readonly CacheEntry[] {
    return this.#entries.get(operation) ?? [];
  }

  facts(operation: string): OperationFacts | undefined {
    return this.#operations.get(operation);
  }

  cost(operation: string): StepCost | undefined {
    return this.#costs.get(operation);
  }

  files(content: string): RecordedFiles | undefined {
    return this.#files.get(content);
  }

  outcomes(operation: string): Outcomes {
    const past = this.#outcomes.get(operation) ?? "";
    return { same: past.replaceAll("d", "").length, of: past.length };
  }

  /** What files of a result hash to, when a step has shown it. */
  contentOf(origin: string, selector: string): string | undefined {
    return this.#contents.get(`${origin} ${selector}`);
  }

  /** Whether a parent of this name has ever been built on. */
  hasParent(parent: string): boolean {
    return this.#builds.some(({ steps }) => steps.some((step) => step.parent === parent));
  }

  /** From now on no hit is certain, until the next build shows what is left. */
  doubt(): void {
    this.#doubted = true;
  }

  /** Adds a finished build and forgets what has become too old. */
  addBuild(build: Omit<RecordedBuild, "number">): void {
    const number = this.nextBuild;
    this.#builds.unshift({ ...build, number });
    // What this build has not shown to be there may be gone with what was removed before it.
    this.#forget(this.#doubted ? number : (this.#builds[maxBuilds - 1]?.number ?? 0));
    this.#doubted = false;
  }

  /** The number that the next build will have. */
  get nextBuild(): number {
    return (this.#builds[0]?.number ?? 0) + 1;
  }

  addEntry(entry: CacheEntry): void {
    const entries = this.#entries.get(entry.operation);
    const known = entries?.find(
      ({ parent, reads }) => parent === entry.parent && sameReads(reads, entry.reads),
    );
    if (known !== undefined && known.result === entry.result) {
      known.used = entry.used;
      if (entry.isDoubtful !== true) {
        delete known.isDoubtful;
      }
      return;
    }
    if (entries === undefined) {
      this.#entries.set(entry.operation, [entry]);
    } else {
      // The newest first; what leads elsewhere from the same place is outdated.
      this.#entries.set(entry.operation, [entry, ...entries.filter((each) => each !== known)]);
    }
    this.#index(entry);
  }

  /** Forgets everything that was built on a result, because the result was made anew. */
  removeBuiltOn(result: string): void {
    const open = [result];
    const seen = new Set<string>();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) {
        continue;
      }
      seen.add(next);
      for (const [operation, entries] of this.#entries) {
        const gone = entries.filter(({ parent }) => parent === next);
        if (gone.length > 0) {
          open.push(...gone.map((entry) => entry.result));
          this.#entries.set(
            operation,
            entries.filter((entry) => !gone.includes(entry)),
          );
        }
      }
    }
  }

  addOperation(operation: string, facts: OperationFacts): void {
    this.#operations.set(operation, facts);
  }

  addCost(operation: string, cost: StepCost): void {
    this.#costs.delete(operation);
    this.#costs.set(operation, cost);
  }

  /** `undefined` files move a known list to the newest place. */
  addFiles(content: string, files: RecordedFiles | undefined): void {
    const list = files ?? this.#files.get(content);
    this.#files.delete(content);
    if (list !== undefined) {
      this.#files.set(content, list);
    }
  }

  addOutcome(operation: string, same: boolean): void {
    const past = this.#outcomes.get(operation) ?? "";
    this.#outcomes.set(operation, (past + (same ? "s" : "d")).slice(-maxOutcomes));
  }

  /** A build has shown that an entry's files are those of other reads. */
  addContents(entry: CacheEntry, reads: readonly RecordedRead[]): void {
    const known = {
      ...entry,
      reads: entry.reads.map((read, index) => {
        const content = read.content ?? reads[index]?.content;
        return content === undefined ? read : { ...read, content };
      }),
    };
    const entries = this.entries(entry.operation);
    this.#entries.set(
      entry.operation,
      entries.map((each) => (each === entry ? known : each)),
    );
    this.#index(known);
  }

  /** A result was made anew under its old name, so its files may be others. */
  forgetContents(result: string): void {
    for (const key of this.#contents.keys()) {
      if (key.startsWith(`${result} `)) {
        this.#contents.delete(key);
      }
    }
  }

  #index({ reads }: CacheEntry): void {
    for (const { origin, selector, content } of reads) {
      if (origin !== undefined && content !== undefined) {
        this.#contents.set(`${origin} ${selector ?? ""}`, content);
      }
    }
  }

  /** Forgets the entries that no build since that number has used. */
  #forget(oldest: number): void {
    if (this.#builds.length > maxBuilds) {
      this.#builds.length = maxBuilds;
    }
    for (const [operation, entries] of this.#entries) {
      const kept = entries.filter(({ used }) => used >= oldest);
      if (kept.length === 0) {
        this.#entries.delete(operation);
        this.#operations.delete(operation);
        this.#costs.delete(operation);
        this.#outcomes.delete(operation);
      } else if (kept.length < entries.length) {
        this.#entries.set(operation, kept);
      }
    }
    let paths = 0;
    for (const [content, files] of [...this.#files].toReversed()) {
      paths += Object.keys(files).length;
      if (paths > maxRecordedPaths) {
        this.#files.delete(content);
      }
    }
  }

  #load(stored: Readonly<Record<string, unknown>>): void {
    this.#doubted = stored["doubted"] === true;
    this.#builds.push(...listOf(stored["builds"], isBuild).slice(0, maxBuilds));
    for (const entry of listOf(stored["entries"], isEntry)) {
      this.#entries.set(entry.operation, [...this.entries(entry.operation), entry]);
      this.#index(entry);
    }
    load(this.#operations, stored["operations"], isFacts);
    load(this.#costs, stored["costs"], isCost);
    load(this.#files, stored["files"], isFiles);
    load(this.#outcomes, stored["outcomes"], isOutcomes);
  }
}

/** The name of what a step makes; the same for the same step on the same things. */
export function resultName(
  operation: string,
  parent: string,
  reads: readonly RecordedRead[],
  salt: string,
): string {
  const parts = reads.map(({ content, origin, selector }) =>
    origin === undefined ? (content ?? "") : `${origin} ${selector ?? ""}`,
  );
  return digestList([operation, parent, salt, ...parts]);
}

/** Of the format; another one is not read. */
const version = 1;

function sameReads(a: readonly RecordedRead[], b: readonly RecordedRead[]): boolean {
  return (
    a.length === b.length &&
    a.every((read, index) => {
      const other = b[index];
      return (
        read.origin === other?.origin &&
        read.selector === other?.selector &&
        (read.origin !== undefined ||
          (read.content !== undefined && read.content === other?.content))
      );
    })
  );
}

function load<T>(
  map: Map<string, T>,
  stored: unknown,
  isValue: (value: unknown) => value is T,
): void {
  for (const pair of Array.isArray(stored) ? stored : []) {
    if (Array.isArray(pair) && typeof pair[0] === "string" && isValue(pair[1])) {
      map.set(pair[0], pair[1]);
    }
  }
}

function listOf<T>(stored: unknown, isItem: (value: unknown) => value is T): T[] {
  return Array.isArray(stored) ? stored.filter((each): each is T => isItem(each)) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasStrings(value: unknown, ...names: readonly string[]): value is Record<string, unknown> {
  return isObject(value) && names.every((name) => typeof value[name] === "string");
}

function isRead(value: unknown): value is RecordedRead {
  return (
    isObject(value) &&
    ["content", "origin", "selector"].every((name) =>
      ["string", "undefined"].includes(typeof value[name]),
    )
  );
}

function isEntry(value: unknown): value is CacheEntry {
  return (
    hasStrings(value, "operation", "parent", "result") &&
    typeof value["used"] === "number" &&
    Array.isArray(value["reads"]) &&
    value["reads"].every(isRead)
  );
}

function isStep(value: unknown): value is RecordedStep {
  return (
    hasStrings(value, "keyword", "text", "operation", "parent", "result") &&
    Array.isArray(value["contents"]) &&
    value["contents"].every((each) => typeof each === "string") &&
    [undefined, "cached", "ran"].some((outcome) => outcome === value["outcome"]) &&
    ["number", "undefined"].includes(typeof value["seconds"])
  );
}

function isBuild(value: unknown): value is RecordedBuild {
  return (
    hasStrings(value, "frontend", "project") &&
    typeof value["number"] === "number" &&
    typeof value["finished"] === "number" &&
    Array.isArray(value["steps"]) &&
    value["steps"].every(isStep)
  );
}

function isFacts(value: unknown): value is OperationFacts {
  return (
    hasStrings(value, "kind") &&
    isObject(value["parts"]) &&
    Object.values(value["parts"]).every((each) => typeof each === "string") &&
    Array.isArray(value["variables"]) &&
    value["variables"].every(
      (each) => Array.isArray(each) && typeof each[0] === "string" && typeof each[1] === "string",
    )
  );
}

function isCost(value: unknown): value is StepCost {
  return (
    isObject(value) &&
    typeof value["seconds"] === "number" &&
    ["number", "undefined"].includes(typeof value["bytes"])
  );
}

function isFiles(value: unknown): value is RecordedFiles {
  return (
    isObject(value) &&
    Object.values(value).every(
      (each) => Array.isArray(each) && typeof each[0] === "string" && typeof each[1] === "string",
    )
  );
}

function isOutcomes(value: unknown): value is string {
  return typeof value === "string" && /^[sd]{0,12}$/.test(value);
}
