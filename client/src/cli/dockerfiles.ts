import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** A file or a folder that is not there. */
export interface Missing {
  readonly missing: string;
}

/**
 * The Dockerfiles that somebody means: files as they are named, and of folders what is named like a
 * Dockerfile in them and below, in order of their names. `-` stands for standard input and stays as it is.
 */
export async function* dockerfilesIn(paths: readonly string[]): AsyncGenerator<string | Missing> {
  for (const path of paths) {
    try {
      if (path !== "-" && (await stat(path)).isDirectory()) {
        yield* below(path);
      } else {
        yield path;
      }
    } catch (error) {
      yield { missing: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** Links are not followed, for they may lead in circles; what is not ours to read is left out. */
async function* below(folder: string): AsyncGenerator<string> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!foreignFolders.has(entry.name)) {
        yield* below(path);
      }
    } else if (entry.isFile() && isDockerfile(entry.name)) {
      yield path;
    }
  }
}

/** What belongs to others: their Dockerfiles are not ours to mend. */
const foreignFolders = new Set([".git", ".hg", ".svn", "node_modules"]);

function isDockerfile(name: string): boolean {
  return (
    !/\.dockerignore$/i.test(name) &&
    /^(?:docker|container)file(?:\.[^/]+)?$|\.(?:docker|container)file$/i.test(name)
  );
}
