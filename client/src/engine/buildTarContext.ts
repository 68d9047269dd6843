import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { Readable } from "node:stream";
import { readIgnoreFile } from "../../../server/src/buildContext/dockerignore.ts";
import { walkContext } from "./contextWalk.ts";
import type { ContextEntry } from "./contextWalk.ts";
import { diskFolder, memoryFolder } from "./sessionFileSync.ts";
import { packTar } from "./tar.ts";

/** A whole build context to be sent up front. */
export interface TarContext {
  /** The Dockerfile's path in the archive. */
  readonly dockerfile: string;
  readonly body: Readable;
}

/**
 * Packs a context, less what its ignore file leaves out, for an engine that
 * cannot ask for the files that it needs. A Dockerfile that is not part of
 * the context goes along under a name that the archive's own ignore file keeps
 * out of the image.
 */
export async function packContext(
  contextFolder: string,
  dockerfile: string,
  contents: Buffer,
): Promise<TarContext> {
  const own = await readFile(`${dockerfile}.dockerignore`, "utf8").catch(() => undefined);
  const ignoreText =
    own ?? (await readFile(join(contextFolder, ".dockerignore"), "utf8").catch(() => ""));
  const ignore = readIgnoreFile(ignoreText);
  const path = relative(contextFolder, dockerfile).replaceAll(sep, "/");
  const isPart =
    !path.startsWith("../") &&
    path !== ".." &&
    !/^[a-zA-Z]:|^\//.test(path) &&
    !ignore.excludes(path);
  const added = new Map<string, Buffer>();
  let name = path;
  if (!isPart) {
    name = `.dockerfile.${createHash("sha256").update(contents).digest("hex").slice(0, 20)}`;
    added.set(name, contents);
  }
  if (!isPart || own !== undefined) {
    added.set(".dockerignore", Buffer.from(isPart ? ignoreText : `${ignoreText}\n${name}\n`));
  }
  const patterns = ignore.patterns.map(
    ({ text, isException }) => `${isException ? "!" : ""}${text}`,
  );
  const disk = diskFolder(contextFolder);
  const memory = memoryFolder(added);
  const entries = async function* (): AsyncGenerator<ContextEntry> {
    yield* memory.entries({});
    for await (const entry of walkContext(contextFolder, { exclude: patterns })) {
      if (!added.has(entry.path)) {
        yield entry;
      }
    }
  };
  const archive = packTar(entries(), (each) => (added.has(each) ? memory : disk).read(each));
  return { dockerfile: name, body: Readable.from(archive) };
}
