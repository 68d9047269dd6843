import { type IgnoreMatcher, readIgnoreFile } from "../buildContext/dockerignore.ts";
import type { Selection } from "../graph/steps.ts";
import { digestList } from "./digest.ts";
import { pathPattern } from "./pathPattern.ts";

/** A file of a build context as far as it decides about the cache. */
export interface ContextEntry {
  /** Relative to the context's root, with forward slashes. */
  readonly path: string;
  readonly kind: "file" | "directory" | "symlink" | "other";
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  /** In bytes. */
  readonly size: number;
  /** When its content was changed last, in any unit; compared only. */
  readonly modified: string;
  /** Where a symlink points. */
  readonly target?: string;
  /** A digest of a file's bytes; absent as long as nobody has read them. */
  readonly content?: string;
  /** Of a directory: nobody may list it, so that what it holds is not known. */
  readonly isClosed?: boolean;
}

/** What a read of the context would see. */
export type Selected =
  | { readonly kind: "content"; readonly digest: string; readonly files: () => FileList }
  /** These files have to be read first. */
  | { readonly kind: "unread"; readonly paths: readonly string[] }
  /** The build fails, because there is no such file. */
  | { readonly kind: "missing"; readonly path: string };

/** The files below a selection by path, with what is known of each. */
export type FileList = ReadonlyMap<string, FileFacts>;

export interface FileFacts {
  /** Kind, permissions, size and content in one. */
  readonly digest: string;
  readonly kind: ContextEntry["kind"];
  readonly mode: number;
  /** Size and time: what BuildKit looks at to see whether a file has changed. */
  readonly stat: string;
}

/**
 * The files of a build context at one moment, ignored ones left out. Tells what a selection of them hashes
 * to: equal exactly when BuildKit's checksums are. As a session of the docker command line does, it leaves
 * out owners, times, extended attributes and the modes of directories.
 */
export class ContextSnapshot {
  readonly #entries = new Map<string, ContextEntry>();
  readonly #children = new Map<string, string[]>();
  readonly #digests = new Map<string, string>();
  readonly #matchers = new Map<string, IgnoreMatcher>();
  readonly #selected = new Map<string, Selected>();

  /** Parents of entries need not be among them. */
  constructor(entries: Iterable<ContextEntry>) {
    this.#entries.set("", root);
    for (const entry of entries) {
      if (entry.path !== "") {
        this.#insert(entry);
      }
    }
    for (const names of this.#children.values()) {
      names.sort(compare);
    }
  }

  /** All that is there, directories too. */
  get entries(): ContextEntry[] {
    return [...this.#entries.values()];
  }

  get(path: string): ContextEntry | undefined {
    return this.#entries.get(path);
  }

  /**
   * What a read with these selections sees. Remembered, so that asking again costs nothing. `namesOnly`
   * says how files taken by patterns are compared (EngineRules.comparesNamesOnly).
   */
  select(selections: readonly Selection[], namesOnly: boolean): Selected {
    const key = `${namesOnly} ${JSON.stringify(selections)}`;
    let selected = this.#selected.get(key);
    if (selected === undefined) {
      selected = this.#select(selections, namesOnly);
      this.#selected.set(key, selected);
    }
    return selected;
  }

  /**
   * The snapshot after these entries have been added or replaced, or removed where there is `undefined`.
   * Keeps what is known of everything that has not changed. Of a directory that goes, name all that was
   * in it too.
   */
  updated(changes: ReadonlyMap<string, ContextEntry | undefined>): ContextSnapshot {
    const next = new ContextSnapshot([]);
    for (const [path, entry] of this.#entries) {
      next.#entries.set(path, entry);
    }
    for (const [path, names] of this.#children) {
      next.#children.set(path, [...names]);
    }
    for (const [path, known] of this.#digests) {
      next.#digests.set(path, known);
    }
    for (const [path, entry] of changes) {
      if (entry === undefined) {
        next.#entries.delete(path);
        const siblings = next.#children.get(parentOf(path)) ?? [];
        next.#children.set(
          parentOf(path),
          siblings.filter((each) => each !== path),
        );
      } else {
        next.#insert(entry);
      }
      next.#digests.delete("");
      for (let above = path; above !== ""; above = parentOf(above)) {
        next.#digests.delete(above);
        next.#children.get(parentOf(above))?.sort(compare);
      }
    }
    return next;
  }

  #insert(entry: ContextEntry): void {
    const known = this.#entries.has(entry.path);
    this.#entries.set(entry.path, entry);
    if (known) {
      return;
    }
    const parent = parentOf(entry.path);
    if (!this.#entries.has(parent)) {
      this.#insert({ ...root, path: parent });
    }
    const siblings = this.#children.get(parent);
    if (siblings === undefined) {
      this.#children.set(parent, [entry.path]);
    } else {
      siblings.push(entry.path);
    }
  }

  #select(selections: readonly Selection[], namesOnly: boolean): Selected {
    const unread: string[] = [];
    const parts: { path: string; digest: string }[] = [];
    const roots: (() => Iterable<string>)[] = [];
    const plain = new Set(selections.filter(isPlain).map(({ path }) => path));
    for (const selection of selections) {
      if (isPlain(selection)) {
        // A path below another one adds nothing.
        if (
          [...plain].some((other) => other !== selection.path && isBelow(selection.path, other))
        ) {
          continue;
        }
        const real = this.#resolve(selection.path, true);
        if (real === undefined) {
          return { kind: "missing", path: selection.path };
        }
        parts.push({ path: selection.path, digest: this.#digest(real, unread) });
        roots.push(() => this.#below(real));
      } else {
        const found = this.#matches(selection, namesOnly, unread);
        if (found === undefined) {
          return { kind: "missing", path: selection.path };
        }
        parts.push({ path: selection.path, digest: found.digest });
        roots.push(() => found.paths);
      }
    }
    if (unread.length > 0) {
      return { kind: "unread", paths: [...new Set(unread)] };
    }
    parts.sort((a, b) => compare(a.path, b.path));
    let files: FileList | undefined;
    return {
      kind: "content",
      digest: digestList(parts.map((part) => part.digest)),
      files: () => (files ??= this.#list(roots)),
    };
  }

  #list(roots: readonly (() => Iterable<string>)[]): FileList {
    const files = new Map<string, FileFacts>();
    for (const each of roots) {
      for (const path of each()) {
        const entry = this.#entries.get(path);
        if (entry !== undefined && path !== "") {
          files.set(path, {
            digest: this.#ownDigest(entry, []),
            kind: entry.kind,
            mode: entry.mode,
            stat: entry.kind === "directory" ? "" : `${entry.size}:${entry.modified}`,
          });
        }
      }
    }
    return files;
  }

  /** The path and everything below it. */
  *#below(path: string): Iterable<string> {
    const open = [path];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      yield next;
      for (const child of this.#children.get(next)?.toReversed() ?? []) {
        open.push(child);
      }
    }
  }

  /** Of an entry with all that is below it. */
  #digest(path: string, unread: string[]): string {
    const known = this.#digests.get(path);
    if (known !== undefined) {
      return known;
    }
    const entry = this.#entries.get(path) ?? root;
    const before = unread.length;
    const own = this.#ownDigest(entry, unread);
    const children = (this.#children.get(path) ?? []).flatMap((child) => [
      child.slice(child.lastIndexOf("/") + 1),
      this.#digest(child, unread),
    ]);
    const digest = children.length === 0 ? own : digestList([own, ...children]);
    if (unread.length === before) {
      this.#digests.set(path, digest);
    }
    return digest;
  }

  /** Of the entry alone. */
  #ownDigest(entry: ContextEntry, unread: string[]): string {
    const { path, kind, mode, size, target, content } = entry;
    switch (kind) {
      case "file":
        if (content === undefined) {
          unread.push(path);
        }
        return fileDigest(mode, size, content ?? "");
      case "symlink":
        return `symlink ${target ?? ""}`;
      case "directory":
        if (entry.isClosed === true) {
          unread.push(path);
        }
        return "directory";
      case "other":
        return `other ${mode.toString(8)}`;
    }
  }

  /** The files that a pattern, or a path with patterns for what lies below it, takes. */
  #matches(
    { path, wildcard, includes, excludes }: Selection,
    namesOnly: boolean,
    unread: string[],
  ): { digest: string; paths: string[] } | undefined {
    const { prefix } = wildcard ? splitPattern(path) : { prefix: path };
    const real = this.#resolve(prefix, !wildcard);
    if (real === undefined) {
      return wildcard ? { digest: "", paths: [] } : undefined;
    }
    const matchesPattern = wildcard ? pathPattern(path) : undefined;
    const included = includes.length === 0 ? undefined : this.#matcher(includes);
    const excluded = excludes.length === 0 ? undefined : this.#matcher(excludes);
    const shownPrefix = prefix === "/" ? "" : prefix;
    const top = path === "/" ? "" : path;
    const taken: Taken[] = [];
    // The directories above the current path that no pattern takes by themselves.
    let open: Taken[] = [];
    let matched = "";
    for (const each of this.#below(real)) {
      const shown =
        shownPrefix + (real === "" ? (each === "" ? "" : `/${each}`) : each.slice(real.length));
      if (shown === "" || (shown === shownPrefix && wildcard)) {
        continue;
      }
      if (matchesPattern === undefined) {
        matched = top;
      } else if (matched === "" || !shown.startsWith(`${matched}/`)) {
        if (!matchesPattern(shown)) {
          continue;
        }
        matched = shown;
      }
      const candidate = shown === matched ? "" : shown.slice(matched.length + 1);
      // Links within what is taken stay links. Measured on BuildKit 0.25, the odd root too.
      const isTop = candidate === "" || (path === "/" && !candidate.includes("/"));
      const isIn =
        (included === undefined || included.excludes(candidate)) &&
        !(excluded?.excludes(candidate) ?? false);
      open = open.filter((parent) => each.startsWith(`${parent.path}/`));
      if (isIn) {
        // They count as soon as something in them does.
        taken.push(...open, { shown, path: each, isTop });
        open = [];
      } else if (this.#entries.get(each)?.kind === "directory") {
        open.push({ shown, path: each, isTop });
      }
    }
    const paths = taken.map((each) => each.path);
    const parts = taken.map((each) => {
      const entry = this.#entries.get(each.path) ?? root;
      const target =
        entry.kind === "symlink" && each.isTop ? this.#resolve(`/${each.path}`, true) : undefined;
      if (target === undefined) {
        return { shown: each.shown, digest: this.#ownDigest(entry, unread) };
      }
      for (const each of this.#below(target)) {
        paths.push(each);
      }
      return { shown: each.shown, digest: this.#digest(target, unread) };
    });
    const [only] = parts;
    const digest =
      parts.length === 1 && only !== undefined && lastName(path) === lastName(only.shown)
        ? only.digest
        : digestList(
            parts.flatMap((part) => [
              namesOnly ? lastName(part.shown) : part.shown.slice(shownPrefix.length),
              part.digest,
            ]),
          );
    return { digest, paths };
  }

  #matcher(patterns: readonly string[]): IgnoreMatcher {
    const text = patterns.join("\n");
    let matcher = this.#matchers.get(text);
    if (matcher === undefined) {
      matcher = readIgnoreFile(text);
      this.#matchers.set(text, matcher);
    }
    return matcher;
  }

  /** The path without symlinks, which never lead out of the context; `undefined` if there is no such file. */
  #resolve(path: string, followLast: boolean): string | undefined {
    let current = "";
    const rest = path.split("/").toReversed();
    let links = 0;
    for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
      if (part === "" || part === ".") {
        continue;
      }
      if (part === "..") {
        current = current.slice(0, Math.max(0, current.lastIndexOf("/")));
        continue;
      }
      const next = current === "" ? part : `${current}/${part}`;
      const entry = this.#entries.get(next);
      if (entry === undefined) {
        return undefined;
      }
      if (entry.kind !== "symlink" || (!followLast && rest.every((name) => name === ""))) {
        current = next;
        continue;
      }
      links++;
      if (links > maxLinks) {
        return undefined;
      }
      const target = entry.target ?? "";
      if (target.startsWith("/")) {
        current = "";
      }
      rest.push(...target.split("/").toReversed());
    }
    return current;
  }
}

/** The digest of a file by itself, also for one that stands in the Dockerfile. */
export function fileDigest(mode: number, size: number, content: string): string {
  return `file ${mode.toString(8)} ${size} ${content}`;
}

interface Taken {
  /** The path as the pattern sees it, links before the pattern not resolved. */
  readonly shown: string;
  readonly path: string;
  /** A link here is followed. */
  readonly isTop: boolean;
}

const root: ContextEntry = { path: "", kind: "directory", mode: 0o755, size: 0, modified: "" };

const maxLinks = 255;

function isPlain({ wildcard, includes, excludes }: Selection): boolean {
  return !wildcard && includes.length === 0 && excludes.length === 0;
}

function isBelow(path: string, parent: string): boolean {
  return path.startsWith(parent.endsWith("/") ? parent : `${parent}/`);
}

/** The part of the path above the first component with a pattern. */
function splitPattern(path: string): { prefix: string } {
  const parts = path.split("/");
  const first = parts.findIndex((part) => /[*?[]/.test(part));
  return { prefix: parts.slice(0, first === -1 ? parts.length : first).join("/") || "/" };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** By code units: any fixed order does. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
