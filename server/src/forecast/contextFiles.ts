import { readFile } from "node:fs/promises";
import { relative, sep } from "node:path";
import { DiskSnapshot, type DiskEntry } from "../buildContext/diskSnapshot.ts";
import { diskIgnoreFile } from "../buildContext/diskIgnoreFile.ts";
import { type IgnoreMatcher, readIgnoreFile } from "../buildContext/dockerignore.ts";
import { ContextSnapshot } from "../cache/contextSnapshot.ts";

/** The files of a build context as they were at one moment. */
export interface ContextLook {
  readonly context: ContextSnapshot;
  /** The same for the same files with the same sizes, times and modes; contents do not count. */
  readonly stat: string;
  /** The Dockerfile's path in the context, if it is one of the files that the builder sees. */
  readonly dockerfile?: string;
  /** What the Dockerfile holds on the disk; empty if it cannot be read. */
  readonly dockerfileText: string;
}

/** Looks at a build context on the disk; one look at a time, the others wait. */
export class ContextFiles {
  readonly folder: string;
  readonly #dockerfile: string;
  readonly #disk: DiskSnapshot;
  #last: Promise<unknown> = Promise.resolve();
  #ignore: IgnoreMatcher = readIgnoreFile("");

  /** Absolute paths. */
  constructor(folder: string, dockerfile: string) {
    this.folder = folder;
    this.#dockerfile = dockerfile;
    this.#disk = new DiskSnapshot(folder);
  }

  /** Sizes, times and modes, as in `ContextLook.stat`. */
  async stat(signal: AbortSignal): Promise<string> {
    return this.#alone(async () => statOf(await this.#scan(signal)));
  }

  /**
   * Reads what `unread` asks for until it asks for nothing more. `undefined` when that is more than can be
   * read in passing, or cannot be read, or when the ignore file has an error at which a build fails. Rejects with the signal's reason when it is aborted.
   */
  async look(
    unread: (context: ContextSnapshot) => readonly string[],
    signal: AbortSignal,
  ): Promise<ContextLook | undefined> {
    return this.#alone(async () => {
      let entries = await this.#scan(signal);
      if (this.#ignore.errors.length > 0) {
        return undefined;
      }
      const stat = statOf(entries);
      for (let round = 0; round < maxRounds; round++) {
        const context = new ContextSnapshot(entries);
        const paths = unread(context);
        if (paths.length === 0) {
          return { context, stat: statOf(entries), ...(await this.#ownFile(context)) };
        }
        const wanted = new Set(paths);
        const bytes = entries.reduce(
          (sum, { path, size }) => sum + (wanted.has(path) ? size : 0),
          0,
        );
        if (bytes > maxBytes) {
          return undefined;
        }
        entries = await this.#disk.read(paths, signal);
        if (statOf(entries) !== stat) {
          // Somebody writes just now: the next event of the watcher brings another look.
          continue;
        }
      }
      return undefined;
    });
  }

  /**
   * The last look with the contents that these files, named by absolute paths, have now. `undefined` where
   * more may be another than what files hold that were there before: only a whole look tells then.
   */
  async glance(
    last: ContextLook,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<ContextLook | undefined> {
    const inside = paths.map((path) => relative(this.folder, path).split(sep).join("/"));
    const isPlain = inside.every((path) => {
      const entry = last.context.get(path);
      return (
        entry?.kind === "file" &&
        entry.size <= largestGlance &&
        path !== last.dockerfile &&
        !path.endsWith(".dockerignore")
      );
    });
    if (!isPlain || inside.length > mostGlances) {
      return undefined;
    }
    return this.#alone(async () => {
      const wanted = new Set(inside);
      const entries = await this.#disk.read(inside, signal);
      const found = new Map(
        entries.filter(({ path }) => wanted.has(path)).map((entry) => [entry.path, entry]),
      );
      const isWhole = inside.every((path) => found.get(path)?.content !== undefined);
      return isWhole ? { ...last, context: last.context.updated(found) } : undefined;
    });
  }

  /** Whether a change of this file, an absolute path, can matter to the build. */
  concerns(path: string): boolean {
    const inside = relative(this.folder, path).split(sep).join("/");
    const isInside = inside !== "" && inside !== ".." && !inside.startsWith("../");
    return (
      path.endsWith(".dockerignore") ||
      (isInside && (!this.#ignore.excludes(inside) || this.#ignore.mayContainIncluded(inside)))
    );
  }

  async #scan(signal: AbortSignal): Promise<readonly DiskEntry[]> {
    this.#ignore = await diskIgnoreFile(this.#dockerfile, this.folder);
    return this.#disk.scan(this.#ignore, signal);
  }

  async #ownFile(
    context: ContextSnapshot,
  ): Promise<Pick<ContextLook, "dockerfile" | "dockerfileText">> {
    const path = relative(this.folder, this.#dockerfile).split(sep).join("/");
    const text = (await read(this.#dockerfile)) ?? "";
    return {
      dockerfileText: text.replace(/^\uFEFF/, ""),
      ...(context.get(path)?.kind === "file" ? { dockerfile: path } : {}),
    };
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** Reading brings new things to read only where a file has just been changed. */
const maxRounds = 4;
/** Files whose change is looked at before the whole context is. */
const mostGlances = 50;
/** Bytes of such a file. */
const largestGlance = 1 << 24;
/** Bytes that are read at once; what has been read before does not count. */
const maxBytes = 1 << 30;

function statOf(entries: readonly DiskEntry[]): string {
  return entries
    .map(({ path, kind, mode, size, modified, target }) =>
      // The time of a directory changes with the names in it, which are here anyway.
      JSON.stringify([path, kind, mode, ...(kind === "file" ? [size, modified] : [target ?? ""])]),
    )
    .sort()
    .join("\n");
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
