import { createHash } from "node:crypto";
import { once } from "node:events";
import { open } from "node:fs/promises";
import type { ServerHttp2Stream } from "node:http2";
import { join } from "node:path";
import { hasContents, walkContext } from "./contextWalk.ts";
import type { ContextEntry, ContextFilter } from "./contextWalk.ts";
import { readFields, writeFields } from "./protobuf.ts";
import {
  answerFailure,
  beginAnswer,
  frameMessage,
  grpcStatus,
  MessageReader,
} from "./sessionGrpc.ts";

/** A folder that the builder may read through the session. */
export interface SharedFolder {
  entries(filter: ContextFilter, signal?: AbortSignal): AsyncIterable<ContextEntry>;
  /** The contents of an entry, in pieces. */
  read(path: string): AsyncIterable<Buffer>;
}

/** What a transfer has moved. */
export interface TransferCount {
  files: number;
  bytes: number;
}

/** A folder of the disk. */
export function diskFolder(folder: string): SharedFolder {
  return {
    entries: (filter, signal) => walkContext(folder, filter, signal),
    read: (path) => readPieces(join(folder, path)),
  };
}

/**
 * Files out of memory, such as the Dockerfile, which may lie outside of the
 * context. The builder compares size and time with what it had before, so the
 * time is made from the contents: an edit is never taken for the old file.
 */
export function memoryFolder(files: ReadonlyMap<string, Buffer>): SharedFolder {
  const names = [...files.keys()].sort();
  return {
    async *entries() {
      for (const name of names) {
        const contents = files.get(name) ?? Buffer.alloc(0);
        yield {
          path: name,
          mode: 0o644,
          size: contents.length,
          modifiedAt: timeOf(contents),
          linkTarget: "",
        };
      }
    },
    async *read(path) {
      const contents = files.get(path) ?? Buffer.alloc(0);
      for (let offset = 0; offset < contents.length; offset += pieceSize) {
        yield contents.subarray(offset, offset + pieceSize);
      }
    },
  };
}

/** What the builder asks of `FileSync/DiffCopy`. Of https://github.com/moby/buildkit/blob/v0.25.2/session/filesync/filesync.go */
interface FileSyncRequest extends ContextFilter {
  readonly folder: string;
}

/** Reads the request out of the call's headers, as Node's `stream` event has them: names and values in turn. */
function readFileSyncRequest(rawHeaders: readonly string[]): FileSyncRequest {
  const values = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    values.set(name, [...(values.get(name) ?? []), rawHeaders[index + 1] ?? ""]);
  }
  const read = (name: string): readonly string[] => {
    const list = values.get(name) ?? [];
    // A list with anything but ASCII in it is escaped as in a query.
    return values.get(`${name}-encoded`) === undefined
      ? list
      : list.map((value) => decodeURIComponent(value.replaceAll("+", " ")));
  };
  return {
    folder: read("dir-name")[0] ?? "",
    include: read("include-patterns"),
    exclude: read("exclude-patterns"),
    follow: read("followpaths"),
  };
}

/**
 * Serves one `FileSync/DiffCopy` call: tells the builder of every entry, then
 * sends the contents that it asks for, which may begin while we still walk.
 * Never rejects: what goes wrong is told to the builder, which fails the build.
 */
export async function serveFileSync(
  stream: ServerHttp2Stream,
  rawHeaders: readonly string[],
  folders: ReadonlyMap<string, SharedFolder>,
  count: TransferCount,
): Promise<void> {
  const request = readFileSyncRequest(rawHeaders);
  const folder = folders.get(request.folder);
  if (folder === undefined) {
    answerFailure(stream, grpcStatus.notFound, `no access allowed to dir "${request.folder}"`);
    return;
  }
  beginAnswer(stream);
  const transfer = new Transfer(stream, folder, count);
  await transfer.run(request);
}

/** Bytes that are read and sent at a time. */
const pieceSize = 256 * 1024;
/** Files that are sent at the same time, as the docker command line does. */
const senders = 4;

/** Of https://github.com/tonistiigi/fsutil/blob/master/types/wire.proto */
const packet = { stat: 0, request: 1, data: 2, finish: 3, error: 4 } as const;

class Transfer {
  readonly #stream: ServerHttp2Stream;
  readonly #folder: SharedFolder;
  readonly #count: TransferCount;
  readonly #closed = new AbortController();
  readonly #paths = new Map<number, string>();
  readonly #wanted: number[] = [];
  #sending = 0;

  constructor(stream: ServerHttp2Stream, folder: SharedFolder, count: TransferCount) {
    this.#stream = stream;
    this.#folder = folder;
    this.#count = count;
  }

  async run(filter: ContextFilter): Promise<void> {
    const reader = new MessageReader();
    this.#stream.once("close", () => this.#closed.abort());
    this.#stream.on("data", (chunk: Buffer) => {
      for (const message of reader.read(chunk)) {
        this.#receive(message);
      }
    });
    try {
      let id = 0;
      for await (const entry of this.#folder.entries(filter, this.#closed.signal)) {
        if (hasContents(entry)) {
          this.#paths.set(id, entry.path);
        }
        id += 1;
        await this.#send([[2, encodeStat(entry)]]);
      }
      // A packet without an entry says that these were all.
      await this.#send([]);
    } catch (error) {
      this.#fail(error);
    }
  }

  #receive(message: Buffer): void {
    let type = 0;
    let id = 0;
    for (const { field, number } of readFields(message)) {
      if (field === 1) {
        type = number;
      } else if (field === 3) {
        id = number;
      }
    }
    if (type === packet.request) {
      this.#wanted.push(id);
      if (this.#sending < senders) {
        this.#sendWanted().catch((error: unknown) => this.#fail(error));
      }
    } else if (type === packet.finish) {
      this.#stream.end(frameMessage(writeFields([[1, packet.finish]])));
    } else if (type === packet.error) {
      this.#stream.end();
    }
  }

  async #sendWanted(): Promise<void> {
    this.#sending += 1;
    try {
      for (let id = this.#wanted.shift(); id !== undefined; id = this.#wanted.shift()) {
        const path = this.#paths.get(id);
        if (path === undefined) {
          throw new Error(`invalid file id ${id}`);
        }
        this.#paths.delete(id);
        for await (const piece of this.#folder.read(path)) {
          this.#count.bytes += piece.length;
          await this.#send([
            [1, packet.data],
            [3, id],
            [4, piece],
          ]);
        }
        this.#count.files += 1;
        await this.#send([
          [1, packet.data],
          [3, id],
        ]);
      }
    } finally {
      this.#sending -= 1;
    }
  }

  /** Resolves when more may be written; rejects when the builder has gone away. */
  async #send(fields: Parameters<typeof writeFields>[0]): Promise<void> {
    if (this.#closed.signal.aborted || this.#stream.writableEnded) {
      throw new Error("the builder has closed the transfer");
    }
    if (!this.#stream.write(frameMessage(writeFields(fields)))) {
      await once(this.#stream, "drain", { signal: this.#closed.signal });
    }
  }

  #fail(error: unknown): void {
    if (!this.#stream.destroyed && !this.#stream.writableEnded) {
      const text = error instanceof Error ? error.message : String(error);
      this.#stream.end(
        frameMessage(
          writeFields([
            [1, packet.error],
            [4, text],
          ]),
        ),
      );
    }
  }
}

/** A Stat message. User and group are always 0 (left out), so that the same files make the same layer for everybody. */
function encodeStat(entry: ContextEntry): Buffer {
  return writeFields([
    [1, entry.path],
    [2, entry.mode],
    [5, entry.size],
    [6, entry.modifiedAt],
    [7, entry.linkTarget],
  ]);
}

/** What opening a file that has no contents ends in: none there, or a socket (on Linux, on macOS). */
const emptyCodes: ReadonlySet<string> = new Set(["ENOENT", "ENXIO", "EOPNOTSUPP"]);

async function* readPieces(path: string): AsyncGenerator<Buffer> {
  let file;
  try {
    file = await open(path);
  } catch (error) {
    // Gone since we walked, or a socket; the docker command line sends nothing either.
    if (error instanceof Error && "code" in error && emptyCodes.has(String(error.code))) {
      return;
    }
    throw error;
  }
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(pieceSize), 0, pieceSize);
      if (bytesRead === 0) {
        return;
      }
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Some time between 1970 and 2041 that stands for the contents. */
function timeOf(contents: Buffer): bigint {
  const hash = createHash("sha256").update(contents).digest();
  return hash.readBigUInt64BE() >> 3n;
}
