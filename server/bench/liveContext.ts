import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readIgnoreFile } from "../src/buildContext/dockerignore.ts";
import type { ContextSnapshot } from "../src/cache/contextSnapshot.ts";
import { MemoryFiles } from "../src/cache/memoryFiles.ts";
import type { ContextTools } from "./randomBuild.ts";

/** Changes that BuildKit does not notice as it should. */
export interface Troubles {
  /** Modes of directories (moby/buildkit#7176). */
  readonly directoryModes: boolean;
  /** New contents of the same size with the same time (moby/buildkit#4817). */
  readonly sameStat: boolean;
}

type Held =
  | { readonly kind: "file"; readonly content: string; readonly mode: number }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "directory"; readonly mode: number };

/** A build context in memory and on disk, where the same is done to both. */
export class LiveContext implements ContextTools {
  readonly folder = mkdtempSync(join(tmpdir(), "slipway-cache-"));
  readonly #memory = new MemoryFiles();
  readonly #held = new Map<string, Held>();
  readonly #times = new Map<string, number>();
  readonly #troubles: Troubles;
  /** Which of the troubles have been made. */
  readonly made = { directoryModes: false, sameStat: false };
  #clock = 1_700_000_000;

  constructor(troubles: Troubles) {
    this.#troubles = troubles;
  }

  paths(): string[] {
    return this.#of("file").filter((path) => !/(?:^|\.)(?:Dockerfile|dockerignore)$/.test(path));
  }

  directories(): string[] {
    return this.#of("directory");
  }

  write(path: string, content: string): void {
    if (this.#held.get(path)?.kind === "link") {
      this.remove(path);
    }
    this.#makeParents(path);
    const before = this.#held.get(path);
    const mode = before?.kind === "file" ? before.mode : 0o644;
    writeFileSync(this.#on(path), content);
    this.#held.set(path, { kind: "file", content, mode });
    this.touch(path);
    this.chmod(path, mode);
  }

  /** Other content of the same size and time, so that nothing seems to have happened. */
  writeUnnoticed(path: string): void {
    const before = this.#held.get(path);
    const time = this.#times.get(path);
    if (before?.kind !== "file" || time === undefined) {
      return;
    }
    const content = before.content.replace(/[0-9a-m]/g, (each) => (each === "0" ? "1" : "0"));
    if (this.#troubles.sameStat) {
      this.made.sameStat = true;
      writeFileSync(this.#on(path), content);
      this.#held.set(path, { ...before, content });
      this.#setTime(path, time);
    } else {
      this.write(path, content);
    }
  }

  makeDirectory(path: string): void {
    this.#makeParents(`${path}/`);
  }

  chmod(path: string, mode: number): void {
    const held = this.#held.get(path);
    if (held === undefined || held.kind === "link") {
      return;
    }
    if (held.kind === "directory") {
      if (!this.#troubles.directoryModes) {
        return;
      }
      this.made.directoryModes ||= held.mode !== mode;
    }
    chmodSync(this.#on(path), mode);
    this.#memory.chmod(path, mode);
    this.#held.set(path, { ...held, mode });
  }

  remove(path: string): void {
    rmSync(this.#on(path), { recursive: true });
    this.#memory.remove(path);
    for (const each of this.#below(path)) {
      this.#held.delete(each);
    }
  }

  rename(from: string, to: string): void {
    this.#makeParents(to);
    renameSync(this.#on(from), this.#on(to));
    this.#memory.rename(from, to);
    for (const each of this.#below(from)) {
      const moved = to + each.slice(from.length);
      const held = this.#held.get(each);
      if (held !== undefined) {
        this.#held.set(moved, held);
        this.#times.set(moved, this.#times.get(each) ?? 0);
        this.#held.delete(each);
      }
    }
  }

  link(path: string, target: string): void {
    if (this.#held.has(path)) {
      this.remove(path);
    }
    this.#makeParents(path);
    symlinkSync(target, this.#on(path));
    this.#memory.link(path, target);
    this.#held.set(path, { kind: "link", target });
  }

  /** Every write has a time of its own, so that BuildKit notices it. */
  touch(path: string): void {
    this.#clock += 1;
    this.#setTime(path, this.#clock);
  }

  /** What `restore` brings back. */
  capture(): ReadonlyMap<string, unknown> {
    return new Map(this.#held);
  }

  /** As when an older commit is checked out: what differs is written anew, with a new time. */
  restore(captured: ReadonlyMap<string, unknown>): void {
    const wanted = captured as ReadonlyMap<string, Held>;
    for (const path of [...this.#held.keys()].toSorted().toReversed()) {
      if (wanted.get(path)?.kind !== this.#held.get(path)?.kind && this.#held.has(path)) {
        this.remove(path);
      }
    }
    for (const [path, held] of [...wanted].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const now = this.#held.get(path);
      if (JSON.stringify(now) === JSON.stringify(held)) {
        continue;
      }
      if (held.kind === "link") {
        this.link(path, held.target);
        continue;
      }
      if (held.kind === "directory") {
        this.makeDirectory(path);
      } else if (now?.kind !== "file" || now.content !== held.content) {
        this.write(path, held.content);
      }
      this.chmod(path, held.mode);
    }
  }

  snapshot(ignoreFile: string): ContextSnapshot {
    return this.#memory.snapshot(readIgnoreFile(this.read(ignoreFile) ?? ""));
  }

  read(path: string): string | undefined {
    const held = this.#held.get(path);
    return held?.kind === "file" ? held.content : undefined;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #of(kind: Held["kind"]): string[] {
    return [...this.#held].filter(([, held]) => held.kind === kind).map(([path]) => path);
  }

  #on(path: string): string {
    return join(this.folder, path);
  }

  #below(path: string): string[] {
    return [...this.#held.keys()].filter((each) => each === path || each.startsWith(`${path}/`));
  }

  #setTime(path: string, time: number): void {
    const held = this.#held.get(path);
    if (held?.kind === "file") {
      utimesSync(this.#on(path), time, time);
      this.#times.set(path, time);
      this.#memory.write(path, held.content, String(time));
    }
  }

  #makeParents(path: string): void {
    for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
      if (!this.#held.has(folder)) {
        this.#held.set(folder, { kind: "directory", mode: 0o755 });
      }
    }
    const folder = path.endsWith("/") ? path.slice(0, -1) : dirname(path);
    if (folder !== "." && !this.#held.has(folder)) {
      this.#held.set(folder, { kind: "directory", mode: 0o755 });
    }
    mkdirSync(this.#on(folder), { recursive: true, mode: 0o755 });
    this.#memory.makeDirectory(folder === "." ? "" : folder);
  }
}
