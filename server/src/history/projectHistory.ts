import type { IgnoreMatcher } from "../buildContext/dockerignore.ts";
import { type ContextEntry, ContextSnapshot } from "../cache/contextSnapshot.ts";

/** What a version control system keeps of a file. */
export interface TrackedFile {
  readonly kind: "file" | "executable" | "symlink" | "submodule";
  /** The same exactly for the same content. */
  readonly content: string;
  /** Where a symlink points. */
  readonly target?: string;
}

/** Paths are relative to the build context, with forward slashes; `undefined` stands for a file that is gone. */
export type TrackedChanges = ReadonlyMap<string, TrackedFile | undefined>;

export interface Commit {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The first line of its message. */
  readonly subject: string;
  /** Against its first parent, and only within the build context. */
  readonly changes: TrackedChanges;
}

/** The last commits of a project, as they followed each other on the branch. */
export interface ProjectHistory {
  /** Every tracked file of the build context before the first of `commits`. */
  readonly start: ReadonlyMap<string, TrackedFile>;
  /** Oldest first. */
  readonly commits: readonly Commit[];
}

/**
 * A build context that goes from commit to commit, as a checkout does. Files that nobody tracks are no
 * part of it.
 */
export class CheckedOut {
  readonly #ignore: IgnoreMatcher;
  readonly #files = new Set<string>();
  /** How many files are in each directory and below; a checkout has no empty directories. */
  readonly #counts = new Map<string, number>();
  #snapshot: ContextSnapshot;

  constructor(files: ReadonlyMap<string, TrackedFile>, ignore: IgnoreMatcher) {
    this.#ignore = ignore;
    const entries = [...this.#entriesAfter(files)].flatMap(([, entry]) => entry ?? []);
    this.#snapshot = new ContextSnapshot(entries);
  }

  get snapshot(): ContextSnapshot {
    return this.#snapshot;
  }

  /** Goes on to the next commit. Takes time in the number of changes, but for a copy of the list of files. */
  apply(changes: TrackedChanges): void {
    const entries = this.#entriesAfter(changes);
    if (entries.size > 0) {
      this.#snapshot = this.#snapshot.updated(entries);
    }
  }

  /** What of the context is another than before, files that builds do not see left out. */
  #entriesAfter(changes: TrackedChanges): Map<string, ContextEntry | undefined> {
    const entries = new Map<string, ContextEntry | undefined>();
    const put = (path: string, entry: ContextEntry | undefined): void => {
      if (!this.#ignore.excludes(path)) {
        entries.set(path, entry);
      }
    };
    for (const [path, file] of changes) {
      const wasThere = this.#files.has(path);
      put(path, file === undefined ? undefined : toEntry(path, file));
      if (file === undefined && wasThere) {
        this.#files.delete(path);
        this.#count(path, -1);
      } else if (file !== undefined && !wasThere) {
        this.#files.add(path);
        this.#count(path, 1);
      }
    }
    for (const path of changes.keys()) {
      for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) {
        if (!entries.has(folder)) {
          const isThere = (this.#counts.get(folder) ?? 0) > 0;
          put(folder, isThere ? toDirectory(folder) : undefined);
        }
      }
    }
    return entries;
  }

  #count(path: string, by: 1 | -1): void {
    for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) {
      this.#counts.set(folder, (this.#counts.get(folder) ?? 0) + by);
    }
  }
}

function toEntry(path: string, { kind, content, target }: TrackedFile): ContextEntry {
  // Sizes and times do not matter, since contents are known.
  const rest = { path, size: 0, modified: "" };
  switch (kind) {
    case "file":
      return { ...rest, kind: "file", mode: 0o644, content };
    case "executable":
      return { ...rest, kind: "file", mode: 0o755, content };
    case "symlink":
      return { ...rest, kind: "symlink", mode: 0o777, target: target ?? content };
    case "submodule":
      // Its files are not here; that they are others follows from another commit.
      return { ...rest, kind: "file", mode: 0o755, content };
  }
}

function toDirectory(path: string): ContextEntry {
  return { path, kind: "directory", mode: 0o755, size: 0, modified: "" };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
