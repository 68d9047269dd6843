import { createHash } from "node:crypto";
import {
  type BigIntStats,
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  open,
  read,
} from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
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
  readonly isClosed?: boolean;
}

/**
 * Looks at a folder again and again and reads only what has changed: the digest of a file is kept as long
 * as its size, times, inode and mode stay the same.
 */
export class DiskSnapshot {
  readonly #folder: string;
  readonly #digests = new Map<string, { stat: string; content: string }>();
  /** The directories that nobody may list. */
  readonly #closed = new Set<string>();
  #entries: DiskEntry[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Walks over what the ignore file leaves and says what is there. Contents that are not known yet are
   * absent. What cannot be looked at, because it has just gone, is left out; a directory that may not be
   * listed is closed. Links are not followed. Rejects with the signal's reason when it is aborted.
   */
  async scan(ignore: IgnoreMatcher, signal?: AbortSignal): Promise<readonly DiskEntry[]> {
    const entries: DiskEntry[] = [];
    const open = [""];
    this.#closed.clear();
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      signal?.throwIfAborted();
      const names = await this.#list(folder);
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
    this.#entries = entries.map((entry) => this.#withClosed(entry));
    return this.#entries;
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
        fresh.set(path, await this.#readOne(path, signal));
      }
    };
    await Promise.all(Array.from({ length: parallelReads }, worker));
    this.#entries = this.#entries.flatMap((entry) => {
      const now = fresh.has(entry.path) ? fresh.get(entry.path) : entry;
      return now === undefined ? [] : [now];
    });
    return this.#entries;
  }

  async #list(folder: string): Promise<string[]> {
    try {
      return await readdir(join(this.#folder, folder));
    } catch (error) {
      if (isForbidden(error)) {
        this.#closed.add(folder);
      }
      return [];
    }
  }

  #withClosed(entry: DiskEntry): DiskEntry {
    return this.#closed.has(entry.path) ? { ...entry, isClosed: true } : entry;
  }

  async #readOne(path: string, signal: AbortSignal | undefined): Promise<DiskEntry | undefined> {
    try {
      const known = await readDigest(join(this.#folder, path), signal);
      if (known !== undefined) {
        const { stat, content } = known;
        this.#digests.set(path, { stat: statKey(stat), content });
        return { ...entryOf(path, stat), content };
      }
    } catch {
      signal?.throwIfAborted();
    }
    const entry = await this.#look(path);
    return entry === undefined ? undefined : this.#withClosed(entry);
  }

  async #look(path: string): Promise<DiskEntry | undefined> {
    try {
      const stat = await lstat(join(this.#folder, path), { bigint: true });
      const entry = entryOf(path, stat);
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
/** A link is not followed, and a pipe that has just taken the place of a file is not waited for. */
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * What a file holds, with the stat that it had then. `undefined` for what is no file, or was written to in
 * the meantime. What only asks the kernel about an open file is done at once: handing it to another thread
 * takes ten times as long, which is most of the time with thousands of small files.
 */
async function readDigest(
  file: string,
  signal: AbortSignal | undefined,
): Promise<{ stat: BigIntStats; content: string } | undefined> {
  const handle = await openFile(file);
  let before: BigIntStats;
  try {
    before = fstatSync(handle, { bigint: true });
    if (!before.isFile()) {
      return undefined;
    }
    if (before.size <= maxWhole) {
      const bytes = await readWhole(handle, Number(before.size));
      const content = createHash("sha256").update(bytes).digest("hex");
      return ifStill(before, fstatSync(handle, { bigint: true }), content);
    }
  } finally {
    closeSync(handle);
  }
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: maxWhole, signal })) {
    hash.update(chunk as Buffer);
  }
  return ifStill(before, await lstat(file, { bigint: true }), hash.digest("hex"));
}

/** A file that changes while it is read is read again next time. */
function ifStill(
  before: BigIntStats,
  stat: BigIntStats,
  content: string,
): { stat: BigIntStats; content: string } | undefined {
  return statKey(stat) === statKey(before) ? { stat, content } : undefined;
}

function openFile(file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    open(file, openFlags, (error, handle) => (error === null ? resolve(handle) : reject(error)));
  });
}

/** Fewer bytes where the file has become shorter. */
async function readWhole(handle: number, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const offset = filled;
    const count = await new Promise<number>((resolve, reject) => {
      read(handle, bytes, offset, size - offset, null, (error, length) =>
        error === null ? resolve(length) : reject(error),
      );
    });
    if (count === 0) {
      break;
    }
    filled += count;
  }
  return bytes.subarray(0, filled);
}

function entryOf(path: string, stat: BigIntStats): DiskEntry {
  return {
    path,
    kind: kindOf(stat),
    mode: Number(stat.mode) & 0o7777,
    size: Number(stat.size),
    modified: String(stat.mtimeNs),
  };
}

function isForbidden(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === "EACCES" || code === "EPERM";
}

function kindOf(stat: BigIntStats): DiskEntry["kind"] {
  if (stat.isFile()) {
    return "file";
  }
  return stat.isDirectory() ? "directory" : stat.isSymbolicLink() ? "symlink" : "other";
}

function statKey({ size, mtimeNs, ctimeNs, ino, mode }: BigIntStats): string {
  return `${size} ${mtimeNs} ${ctimeNs} ${ino} ${mode}`;
}
