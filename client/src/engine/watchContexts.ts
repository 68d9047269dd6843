import { watch as watchFolder } from "node:fs";
import type { FSWatcher } from "node:fs";
import { basename, dirname, join } from "node:path";
import { dockerFolder } from "./dockerConfig.ts";
import { realMachine } from "./machine.ts";
import type { Machine } from "./machine.ts";

/** Milliseconds in which changes of files are gathered into one. */
const gatherMs = 100;

/**
 * Calls the listener after the docker command's contexts, or which of them is
 * the current one, may have changed. The system tells of changes; nothing is
 * looked at in between. Calling the result ends it.
 */
export function watchContexts(listener: () => void, machine: Machine = realMachine): () => void {
  const folder = dockerFolder(machine);
  const meta = join(folder, "contexts", "meta");
  let watchers: readonly FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  const changed = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void begin().then(listener);
    }, gatherMs);
  };
  /** Folders come and go, so that they are looked for again after each change. */
  const begin = async (): Promise<void> => {
    const contexts = (await machine.list(meta)).map((id) => join(meta, id));
    if (ended) {
      return;
    }
    const former = watchers;
    watchers = [
      // For a docker folder that is not there yet.
      ...watching(dirname(folder), [basename(folder)], changed),
      ...watching(folder, ["config.json", "contexts"], changed),
      ...[dirname(meta), meta, ...contexts].flatMap((each) => watching(each, undefined, changed)),
    ];
    former.forEach((watcher) => watcher.close());
  };
  void begin();
  return () => {
    ended = true;
    clearTimeout(timer);
    watchers.forEach((watcher) => watcher.close());
  };
}

/** Watches a folder for these names; for nothing where it is not there. */
function watching(
  folder: string,
  names: readonly string[] | undefined,
  changed: () => void,
): readonly FSWatcher[] {
  try {
    const watcher = watchFolder(folder, { persistent: false }, (_event, name) => {
      if (names === undefined || name === null || names.includes(name)) {
        changed();
      }
    });
    // A folder that goes away is told of by the one above it.
    watcher.on("error", () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}
