import { createHash } from "node:crypto";
import { type BigIntStats, createReadStream } from "node:fs";
import { lstat, readFile, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import type { IgnoreMatcher } from "./dockerignore.ts";

/** A file of a build context as it stands on disk; see ContextEntry in cache/contextSnapshot.ts. */
export interface DiskEntry {
  readonly path: string;
  readonly kind: "file" | "directory" | "symlink" | "other";
  readonly mode: number;
  readonly size: number;
  readonly modified: string;
  readonly target?: string;
  readonly content?: string;
}

/**
 * Looks at a folder again and again and reads only what has changed: the digest of a file is kept as long
 * as its size, times, inode and mode stay the same.
 */
export class DiskSnapshot {
  readonly #folder: string;
  readonly #digests = new Map<string, { stat: string; content: string }>();
  #entries: DiskEntry[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Walks over what the ignore file leaves and says what is there. Contents that are not known yet are
   * absent. What cannot be looked at, because it has just gone or is forbidden, is left out. Links are not
   * followed. Rejects with the signal's reason when it is aborted.
   */
  async scan(ignore: IgnoreMatcher, signal?: AbortSignal): Promise<readonly DiskEntry[]> {
    const entries: DiskEntry[] = [];
    const open = [""];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      signal?.throwIfAborted();
      const names = await readdir(join(this.#folder, folder)).catch(() => []);
      const paths = names.map((name) => (folder === "" ? name : `${folder}/${name}`));
      for (const entry of await Promise.all(paths.map((path) => this.#look(path)))) {
        if (entry === undefined) {
          continue;
        }
        if (!ignore.excludes(entry.path)) {
          entries.push(entry);
        }
        if (entry.kind === "directory" && ignore.mayContainIncluded(entry.path)) {
          open.push(entry.path);
        }
      }
    }
    this.#entries = entries;
    return entries;
  }

  /**
   * Reads the contents of these files of the last scan and says what is there now. A file that cannot be
   * read keeps an absent content, one that has gone is left out. Rejects with the signal's reason when it is aborted.
   */
  async read(paths: readonly string[], signal?: AbortSignal): Promise<readonly DiskEntry[]> {
    const wanted = [...paths];
    const fresh = new Map<string, DiskEntry | undefined>();
    const worker = async (): Promise<void> => {
      for (let path = wanted.pop(); path !== undefined; path = wanted.pop()) {
        signal?.throwIfAborted();
        await this.#readOne(path, signal);
        fresh.set(path, await this.#look(path));
      }
    };
    await Promise.all(Array.from({ length: parallelReads }, worker));
    this.#entries = this.#entries.flatMap((entry) => {
      const now = fresh.has(entry.path) ? fresh.get(entry.path) : entry;
      return now === undefined ? [] : [now];
    });
    return this.#entries;
  }

  async #readOne(path: string, signal: AbortSignal | undefined): Promise<void> {
    const file = join(this.#folder, path);
    try {
      const before = await lstat(file, { bigint: true });
      if (!before.isFile()) {
        return;
      }
      const hash = createHash("sha256");
      if (before.size <= maxWhole) {
        hash.update(await readFile(file));
      } else {
        for await (const chunk of createReadStream(file, { highWaterMark: maxWhole, signal })) {
          hash.update(chunk as Buffer);
        }
      }
      const after = statKey(await lstat(file, { bigint: true }));
      // A file that changes while it is read is read again next time.
      if (after === statKey(before)) {
        this.#digests.set(path, { stat: after, content: hash.digest("hex") });
      }
    } catch {
      signal?.throwIfAborted();
    }
  }

  async #look(path: string): Promise<DiskEntry | undefined> {
    try {
      const stat = await lstat(join(this.#folder, path), { bigint: true });
      const entry = {
        path,
        kind: kindOf(stat),
        mode: Number(stat.mode) & 0o7777,
        size: Number(stat.size),
        modified: String(stat.mtimeNs),
      };
      if (entry.kind === "symlink") {
        return { ...entry, target: await readlink(join(this.#folder, path)) };
      }
      const known = this.#digests.get(path);
      if (entry.kind === "file" && known !== undefined) {
        if (known.stat === statKey(stat)) {
          return { ...entry, content: known.content };
        }
        this.#digests.delete(path);
      }
      return entry;
    } catch {
      return undefined;
    }
  }
}

const parallelReads = 8;
/** Bytes up to which a file is read at once, which is several times faster than a stream. */
const maxWhole = 1 << 20;

function kindOf(stat: BigIntStats): DiskEntry["kind"] {
  if (stat.isFile()) {
    return "file";
  }
  return stat.isDirectory() ? "directory" : stat.isSymbolicLink() ? "symlink" : "other";
}

function statKey({ size, mtimeNs, ctimeNs, ino, mode }: BigIntStats): string {
  return `${size} ${mtimeNs} ${ctimeNs} ${ino} ${mode}`;
}
