import { fileURLToPath } from "node:url";

/** The path of a file, by its URI; `undefined` for what is on no disk of this machine. */
export function fileOfUri(uri: string): string | undefined {
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
