import { watch as watchFolder } from "node:fs";
import { basename, dirname } from "node:path";
import { parseEndpointUrl } from "./dial.ts";

/** Calls the listener when something happens to a unix socket's file, so that an engine that starts is seen at once. */
export function watchSocket(url: string, listener: () => void): () => void {
  const address = parseEndpointUrl(url);
  if (address.kind !== "path" || address.path.startsWith("\\\\")) {
    return () => undefined;
  }
  try {
    const name = basename(address.path);
    const watcher = watchFolder(dirname(address.path), { persistent: false }, (_event, changed) => {
      if (changed === name) {
        listener();
      }
    });
    // A folder that goes away is no reason to fail: the pauses go on without it.
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
}
