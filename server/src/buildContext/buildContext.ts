import type { IgnoreMatcher } from "./dockerignore.ts";

/** The files that a Dockerfile is built with, as far as one can tell before a build. */
export interface BuildContext {
  /** The ignore file that the builder would read; `undefined` when there is none. Never rejects. */
  ignoreFile(): Promise<IgnoreMatcher | undefined>;

  /** What a directory of the context holds, by name in order. `directory` is relative to the context's root, with forward slashes, empty for the root. Never rejects: what cannot be read is empty. */
  list(directory: string): Promise<readonly ContextEntry[]>;
}

export interface ContextEntry {
  /** Without directories. */
  readonly name: string;
  readonly isDirectory: boolean;
}

/** The context of a Dockerfile by its URI; `undefined` for one that is not on this computer's disk. */
export type FindBuildContext = (dockerfileUri: string) => BuildContext | undefined;
