import type { BigIntStats, Dirent } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { cleanPath, readIgnoreFile } from "../../../server/src/buildContext/dockerignore.ts";
import type { IgnoreMatcher } from "../../../server/src/buildContext/dockerignore.ts";

/** Which part of a folder is meant, in the words of BuildKit's requests; patterns read as in an ignore file. */
export interface ContextFilter {
  /** Only what one of these matches; everything when there are none. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Paths to include, together with whatever a symbolic link on the way leads to. */
  readonly follow?: readonly string[];
}

/** A file, folder or link, as the builder is told of it. */
export interface ContextEntry {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  /** As Go's `os.FileMode` has it. */
  readonly mode: number;
  /** Bytes; 0 for a folder and for a further name of a file. */
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly modifiedAt: bigint;
  /** Where a symbolic link leads, or the earlier path of the same file (a hard link); empty otherwise. */
  readonly linkTarget: string;
}

/**
 * Walks a folder as BuildKit's client does: names in the order of their
 * bytes, a folder before what is in it, a folder that is left out itself
 * only when something in it is not. Rejects with the error of the file system
 * when a folder that is needed cannot be read, with a sentence when a pattern
 * is malformed, and with the signal's reason once it is aborted; what vanishes
 * meanwhile is passed over.
 */
export async function* walkContext(
  folder: string,
  filter: ContextFilter = {},
  signal?: AbortSignal,
): AsyncGenerator<ContextEntry> {
  const walk: Walk = {
    folder,
    choice: await choose(folder, filter),
    firstNames: new Map(),
    signal,
  };
  yield* walkBelow(walk, "", []);
}

const modeDirectory = 0x8000_0000;
const modeSymlink = 0x0800_0000;
const modeDevice = 0x0400_0000;
const modePipe = 0x0200_0000;
const modeSetuid = 0x0080_0000;
const modeSetgid = 0x0040_0000;
const modeCharDevice = 0x0020_0000;
const modeSticky = 0x0010_0000;

/** All bits that say what kind of file it is: https://pkg.go.dev/io/fs#FileMode */
const modeType = modeDirectory + modeSymlink + modeDevice + modePipe + modeCharDevice + 0x0108_0000;

/** The builder may ask for the contents of this entry. */
export function hasContents(entry: Pick<ContextEntry, "mode">): boolean {
  return (entry.mode & modeType) === 0;
}

export function isFolder(entry: Pick<ContextEntry, "mode">): boolean {
  return (entry.mode & modeDirectory) !== 0;
}

export function isSymbolicLink(entry: Pick<ContextEntry, "mode">): boolean {
  return (entry.mode & modeSymlink) !== 0;
}

/**
 * A mode of the system as Go writes it. Windows knows no such modes: there
 * everything may be executed, as the docker command line has it.
 */
export function goFileMode(mode: number, platform: NodeJS.Platform = process.platform): number {
  let bits = mode & 0o777;
  if (platform === "win32") {
    bits = (bits | 0o111) & 0o755;
  }
  // Sums, because the topmost bit would make a `|` negative.
  return (
    bits +
    (typeBits.get(mode & 0o170_000) ?? 0) +
    ((mode & 0o4000) === 0 ? 0 : modeSetuid) +
    ((mode & 0o2000) === 0 ? 0 : modeSetgid) +
    ((mode & 0o1000) === 0 ? 0 : modeSticky)
  );
}

/** By S_IFMT; a socket goes as an ordinary file, as the docker command line sends it. */
const typeBits: ReadonlyMap<number, number> = new Map([
  [0o040_000, modeDirectory],
  [0o120_000, modeSymlink],
  [0o060_000, modeDevice],
  [0o020_000, modeDevice + modeCharDevice],
  [0o010_000, modePipe],
]);

interface Walk {
  readonly folder: string;
  readonly choice: Choice;
  /** Of files with several names: inode to the first path that was sent. */
  readonly firstNames: Map<bigint, string>;
  readonly signal: AbortSignal | undefined;
}

/** A folder on the way to what is walked now, which goes first if anything in it goes at all. */
interface Ancestor {
  readonly path: string;
  isSent: boolean;
}

async function* walkBelow(
  walk: Walk,
  directory: string,
  ancestors: readonly Ancestor[],
): AsyncGenerator<ContextEntry> {
  walk.signal?.throwIfAborted();
  const children = await readSorted(join(walk.folder, directory), directory === "");
  const chosen = children.flatMap((child) => {
    const path = directory === "" ? child.name : `${directory}/${child.name}`;
    const isSent = walk.choice.includes(path);
    const isEntered = child.isDirectory() && walk.choice.mayContainIncluded(path);
    return isSent || isEntered ? [{ path, isSent, isEntered }] : [];
  });
  // Together, because one after the other costs a turn of the event loop each.
  const entries = await Promise.all(
    chosen.map(async ({ path, isSent }) =>
      isSent ? await readEntry(walk.folder, path) : undefined,
    ),
  );
  for (const [index, { path, isEntered }] of chosen.entries()) {
    const read = entries[index];
    if (read !== undefined) {
      for (const ancestor of ancestors) {
        if (!ancestor.isSent) {
          ancestor.isSent = true;
          const parent = await readEntry(walk.folder, ancestor.path);
          if (parent !== undefined) {
            yield parent.entry;
          }
        }
      }
      yield asHardLink(walk, read);
    }
    if (isEntered) {
      yield* walkBelow(walk, path, [...ancestors, { path, isSent: read !== undefined }]);
    }
  }
}

/** In the order of their bytes, which is not that of JavaScript's strings. */
async function readSorted(directory: string, isRoot: boolean): Promise<readonly Dirent[]> {
  let children: Dirent[];
  try {
    children = await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (!isRoot && hasVanished(error)) {
      return [];
    }
    throw error;
  }
  return children
    .map((child) => ({ child, bytes: Buffer.from(child.name) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ child }) => child);
}

interface ReadEntry {
  readonly entry: ContextEntry;
  readonly inode: bigint;
  readonly names: bigint;
}

/** `undefined` when it is gone. */
async function readEntry(folder: string, path: string): Promise<ReadEntry | undefined> {
  const absolute = join(folder, path);
  try {
    const stats: BigIntStats = await lstat(absolute, { bigint: true });
    return {
      entry: {
        path,
        mode: goFileMode(Number(stats.mode)),
        size: stats.isDirectory() ? 0 : Number(stats.size),
        modifiedAt: stats.mtimeNs,
        linkTarget: stats.isSymbolicLink() ? await readlink(absolute) : "",
      },
      inode: stats.ino,
      names: stats.isFile() ? stats.nlink : 1n,
    };
  } catch (error) {
    if (hasVanished(error)) {
      return undefined;
    }
    throw error;
  }
}

/** A file that was sent under another name goes as a link to that, so that the image holds it once. */
function asHardLink(walk: Walk, { entry, inode, names }: ReadEntry): ContextEntry {
  if (names < 2n || process.platform === "win32") {
    return entry;
  }
  const first = walk.firstNames.get(inode);
  if (first !== undefined) {
    return { ...entry, size: 0, linkTarget: first };
  }
  walk.firstNames.set(inode, entry.path);
  return entry;
}

interface Choice {
  includes(path: string): boolean;
  mayContainIncluded(directory: string): boolean;
}

async function choose(folder: string, filter: ContextFilter): Promise<Choice> {
  const followed = await followLinks(folder, filter.follow ?? []);
  const isEverything = (filter.include ?? []).length === 0 && followed.length === 0;
  const include =
    isEverything || followed.includes(".")
      ? undefined
      : readPatterns([...(filter.include ?? []), ...followed]);
  const exclude = readPatterns(filter.exclude ?? []);
  const [malformed] = [...exclude.errors, ...(include?.errors ?? [])];
  if (malformed !== undefined) {
    throw new Error(malformed.message);
  }
  const prefixes = (include?.patterns ?? [])
    .filter(({ isException }) => !isException)
    .map(({ text }) => text.replace(/\/\*\*?$/, ""));
  const arePrefixesPlain = prefixes.every((prefix) => !/[*?[\]^\\]/.test(prefix));
  return {
    includes: (path) =>
      (include === undefined || include.excludes(path)) && !exclude.excludes(path),
    mayContainIncluded: (directory) =>
      exclude.mayContainIncluded(directory) &&
      (include === undefined ||
        !arePrefixesPlain ||
        include.excludes(directory) ||
        prefixes.some((prefix) => `${prefix}/`.startsWith(`${directory}/`))),
  };
}

/** The space keeps a pattern that begins with `#` from being a comment. */
function readPatterns(patterns: readonly string[]): IgnoreMatcher {
  return readIgnoreFile(patterns.map((pattern) => ` ${pattern}`).join("\n"));
}

/**
 * The paths themselves and everything that a symbolic link on the way leads
 * to; a link never leaves the folder, since its root is taken for `/`.
 */
async function followLinks(folder: string, paths: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  const follow = async (path: string): Promise<void> => {
    let current = ".";
    const segments = cleanPath(`/${path}`)
      .split("/")
      .filter((segment) => segment !== "");
    for (let index = 0; index < segments.length; index += 1) {
      current = cleanPath(`${current}/${segments[index] ?? ""}`);
      const targets = await linkTargets(folder, current);
      if (targets.length > 0) {
        if (found.has(current)) {
          return;
        }
        found.add(current);
        const rest = segments.slice(index + 1).join("/");
        for (const target of targets) {
          await follow(`${target}/${rest}`);
        }
        return;
      }
    }
    found.add(current);
  };
  for (const path of paths) {
    await follow(path);
  }
  return [...found].sort();
}

/** Where the link leads, from the folder's root; for a pattern, where all links that it matches lead. */
async function linkTargets(folder: string, path: string): Promise<readonly string[]> {
  const slash = path.lastIndexOf("/");
  const parent = path.slice(0, Math.max(slash, 0));
  const name = path.slice(slash + 1);
  if (!/[*?[]/.test(name.replaceAll(/\\./g, ""))) {
    const target = await readLinkTarget(folder, path);
    return target === undefined ? [] : [target];
  }
  const matcher = readPatterns([name]);
  let names: readonly string[];
  try {
    names = await readdir(join(folder, parent));
  } catch (error) {
    if (hasVanished(error)) {
      return [];
    }
    throw error;
  }
  const targets = await Promise.all(
    names
      .filter((each) => matcher.excludes(each))
      .map((each) => readLinkTarget(folder, parent === "" ? each : `${parent}/${each}`)),
  );
  return targets.filter((target) => target !== undefined);
}

async function readLinkTarget(folder: string, path: string): Promise<string | undefined> {
  let target: string;
  try {
    target = await readlink(join(folder, path));
  } catch (error) {
    // EINVAL is what an ordinary file or folder gives.
    if (hasVanished(error) || codeOf(error) === "EINVAL" || codeOf(error) === "UNKNOWN") {
      return undefined;
    }
    throw error;
  }
  target = target.replaceAll("\\", process.platform === "win32" ? "/" : "\\");
  return cleanPath(target.startsWith("/") ? target : `/${path}/../${target}`);
}

function hasVanished(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
