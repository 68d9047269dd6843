import { createHash } from "node:crypto";
import type { IgnoreMatcher } from "../buildContext/dockerignore.ts";
import { type ContextEntry, ContextSnapshot } from "./contextSnapshot.ts";

/** A build context in memory, for tests and for what is not on disk. Paths are relative to its root. */
export class MemoryFiles {
  readonly #files = new Map<string, ContextEntry>();
  readonly #contents = new Map<string, string>();
  #time = 0;

  read(path: string): string | undefined {
    return this.#contents.get(path);
  }

  paths(): string[] {
    return [...this.#files.keys()];
  }

  /** Keeps the mode of a file that is there already. The time is a new one unless it is given. */
  write(path: string, content: string, modified = String(++this.#time)): void {
    this.#parents(path);
    const bytes = Buffer.from(content);
    this.#contents.set(path, content);
    this.#files.set(path, {
      path,
      kind: "file",
      mode: this.#files.get(path)?.mode ?? 0o644,
      size: bytes.length,
      modified,
      content: createHash("sha256").update(bytes).digest("hex"),
    });
  }

  link(path: string, target: string): void {
    this.#parents(path);
    this.#add(path, "symlink", 0o777, target);
  }

  makeDirectory(path: string): void {
    this.#parents(`${path}/`);
  }

  makeSocket(path: string): void {
    this.#parents(path);
    this.#add(path, "other", 0o755);
  }

  chmod(path: string, mode: number): void {
    const entry = this.#files.get(path);
    if (entry !== undefined) {
      this.#files.set(path, { ...entry, mode });
    }
  }

  remove(path: string): void {
    for (const each of this.paths()) {
      if (each === path || each.startsWith(`${path}/`)) {
        this.#files.delete(each);
        this.#contents.delete(each);
      }
    }
  }

  rename(from: string, to: string): void {
    this.#parents(to);
    for (const path of this.paths()) {
      if (path === from || path.startsWith(`${from}/`)) {
        const moved = to + path.slice(from.length);
        const entry = this.#files.get(path);
        const content = this.#contents.get(path);
        if (entry !== undefined) {
          this.#files.set(moved, { ...entry, path: moved });
        }
        if (content !== undefined) {
          this.#contents.set(moved, content);
        }
        this.#files.delete(path);
        this.#contents.delete(path);
      }
    }
  }

  /** What a build sees. */
  snapshot(ignore: IgnoreMatcher): ContextSnapshot {
    return new ContextSnapshot(
      [...this.#files.values()].filter(({ path }) => !ignore.excludes(path)),
    );
  }

  #add(path: string, kind: ContextEntry["kind"], mode: number, target?: string): void {
    this.#files.set(path, {
      path,
      kind,
      mode,
      size: 0,
      modified: String(++this.#time),
      ...(target === undefined ? {} : { target }),
    });
  }

  #parents(path: string): void {
    const parts = path.split("/").slice(0, -1);
    for (let length = 1; length <= parts.length; length++) {
      const parent = parts.slice(0, length).join("/");
      if (!this.#files.has(parent)) {
        this.#add(parent, "directory", 0o755);
      }
    }
  }
}
