import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { BuildContext, ContextEntry } from "./buildContext.ts";
import { fileOfUri } from "./fileOfUri.ts";
import { type IgnoreMatcher, readIgnoreFile } from "./dockerignore.ts";

/**
 * The folder that holds a Dockerfile, taken as its build context. What is on the disk is read anew each
 * time, since the ignore file is small and the editor tells of few changes.
 */
export function findDiskBuildContext(dockerfileUri: string): BuildContext | undefined {
  const path = fileOfUri(dockerfileUri);
  return path === undefined ? undefined : new DiskBuildContext(path);
}

class DiskBuildContext implements BuildContext {
  readonly #dockerfile: string;
  readonly #root: string;

  constructor(dockerfile: string) {
    this.#dockerfile = dockerfile;
    this.#root = dirname(dockerfile);
  }

  /** `NAME.dockerignore` beside the Dockerfile comes before `.dockerignore`, and then alone counts. */
  async ignoreFile(): Promise<IgnoreMatcher | undefined> {
    // Mostly there is none, and one look into the folder is faster than two at files.
    const beside = await this.list("");
    for (const name of [`${basename(this.#dockerfile)}.dockerignore`, ".dockerignore"]) {
      if (beside.some((entry) => entry.name === name)) {
        const text = await read(join(this.#root, name));
        if (text !== undefined) {
          return readIgnoreFile(text);
        }
      }
    }
    return undefined;
  }

  async list(directory: string): Promise<readonly ContextEntry[]> {
    const parts = directory.split("/").filter((part) => part !== "" && part !== ".");
    if (parts.includes("..")) {
      return [];
    }
    try {
      const entries = await readdir(join(this.#root, ...parts), { withFileTypes: true });
      return entries
        .map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch {
      return [];
    }
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
