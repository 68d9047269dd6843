import { createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ArchiveOptions } from "./engine.ts";
import { EngineError } from "./engineError.ts";
import { readJsonLines } from "./jsonLines.ts";
import type { Transport } from "./transport.ts";

/**
 * Writes images with their names into one archive. The file appears when it is whole: what a failure or a
 * cancellation leaves is removed, and a file that was there before stays until then.
 * https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Image/operation/ImageGetAll
 */
export async function saveImages(
  transport: Transport,
  references: readonly string[],
  file: string,
  { signal, onProgress }: ArchiveOptions,
): Promise<void> {
  const { body } = await transport.request({
    method: "GET",
    path: "/images/get",
    query: { names: references },
    signal,
  });
  const unfinished = `${file}.${process.pid}.part`;
  try {
    await onDisk(pipeline(counted(body, 0, onProgress), createWriteStream(unfinished)));
    await onDisk(rename(unfinished, file));
  } finally {
    body.destroy();
    await rm(unfinished, { force: true });
  }
}

/**
 * Reads the images of an archive into the engine; returns what the engine says of them, their names or ids.
 * https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Image/operation/ImageLoad
 */
export async function loadImages(
  transport: Transport,
  file: string,
  { signal, onProgress }: ArchiveOptions,
): Promise<readonly string[]> {
  const handle = await onDisk(open(file));
  try {
    const status = await onDisk(handle.stat());
    if (!status.isFile()) {
      throw new EngineError("bad-request", `${file} is not a file.`);
    }
    const archive = handle.createReadStream({ autoClose: false });
    const { body } = await transport.request({
      method: "POST",
      path: "/images/load",
      headers: { "Content-Type": "application/x-tar" },
      body: Readable.from(counted(archive, status.size, onProgress)),
      signal,
    });
    const loaded: string[] = [];
    for await (const { stream } of readJsonLines(body)) {
      const [, name] =
        /^Loaded image(?: ID)?: (.+)/.exec(typeof stream === "string" ? stream : "") ?? [];
      loaded.push(...(name === undefined ? [] : [name.trim()]));
    }
    if (loaded.length === 0) {
      throw new EngineError("bad-request", `There is no image in ${file}.`);
    }
    return loaded;
  } finally {
    await handle.close();
  }
}

/** Lets bytes through and tells how many there were; `total` is 0 where that is not known. */
async function* counted(
  pieces: AsyncIterable<Buffer>,
  total: number,
  onProgress: ArchiveOptions["onProgress"],
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    onProgress?.({ bytes, total });
    yield piece;
  }
}

/** What the disk says; a connection that is there says none of it. */
const diskCodes = new Set([
  "EACCES",
  "EDQUOT",
  "EFBIG",
  "EIO",
  "EISDIR",
  "ENOENT",
  "ENOSPC",
  "ENOTDIR",
  "EPERM",
  "EROFS",
]);

/** What the disk refuses, in words for the user; every other failure passes. */
async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && "code" in error && diskCodes.has(String(error.code))) {
      throw new EngineError("bad-request", `The archive cannot be used: ${error.message}.`, {
        cause: error,
      });
    }
    throw error;
  }
}
