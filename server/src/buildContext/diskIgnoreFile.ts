import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type IgnoreMatcher, readIgnoreFile } from "./dockerignore.ts";

/**
 * What a build of this Dockerfile leaves out of the context: `NAME.dockerignore` beside the Dockerfile comes
 * before the context's `.dockerignore`, and then alone counts. Absolute paths. Never rejects.
 */
export async function diskIgnoreFile(dockerfile: string, context: string): Promise<IgnoreMatcher> {
  const own = await read(`${dockerfile}.dockerignore`);
  return readIgnoreFile(own ?? (await read(join(context, ".dockerignore"))) ?? "");
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
