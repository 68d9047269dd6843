import { isFolder, isSymbolicLink, hasContents } from "./contextWalk.ts";
import type { ContextEntry } from "./contextWalk.ts";

/**
 * Packs entries as a tar archive (POSIX.1-2001), everything owned by root.
 * What can be neither read nor linked (a pipe, a device) is left out. Throws
 * whatever `read` throws.
 */
export async function* packTar(
  entries: AsyncIterable<ContextEntry>,
  read: (path: string) => AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  for await (const entry of entries) {
    const type = typeOf(entry);
    if (type === undefined) {
      continue;
    }
    const size = type === "0" ? entry.size : 0;
    const name = type === "5" ? `${entry.path}/` : entry.path;
    const records = extendedRecords(name, entry.linkTarget, size);
    if (records.length > 0) {
      yield header({
        name: "PaxHeader",
        type: "x",
        mode: 0o644,
        size: records.length,
        seconds: 0,
        link: "",
      });
      yield records;
      yield padding(records.length);
    }
    yield header({
      name,
      type,
      mode: systemMode(entry.mode),
      size,
      seconds: Number(entry.modifiedAt / 1_000_000_000n),
      link: entry.linkTarget,
    });
    if (size > 0) {
      yield* exactly(size, read(entry.path));
      yield padding(size);
    }
  }
  yield Buffer.alloc(2 * blockSize);
}

const blockSize = 512;
const longestName = 100;
/** Eleven octal digits hold less than this. */
const largestSize = 8 ** 11;

/** The archive's word for the kind of entry. */
function typeOf(entry: ContextEntry): string | undefined {
  if (isFolder(entry)) {
    return "5";
  }
  if (isSymbolicLink(entry)) {
    return "2";
  }
  return hasContents(entry) ? (entry.linkTarget === "" ? "0" : "1") : undefined;
}

/** Back from Go's bits to those of the system. */
function systemMode(mode: number): number {
  return (
    (mode & 0o777) +
    ((mode & 0x0080_0000) === 0 ? 0 : 0o4000) +
    ((mode & 0x0040_0000) === 0 ? 0 : 0o2000) +
    ((mode & 0x0010_0000) === 0 ? 0 : 0o1000)
  );
}

interface Header {
  readonly name: string;
  readonly type: string;
  readonly mode: number;
  readonly size: number;
  readonly seconds: number;
  readonly link: string;
}

function header({ name, type, mode, size, seconds, link }: Header): Buffer {
  const block = Buffer.alloc(blockSize);
  // Names that do not fit are in the extended header, which wins.
  Buffer.from(name).copy(block, 0, 0, longestName);
  writeOctal(block, mode, 100, 8);
  writeOctal(block, 0, 108, 8);
  writeOctal(block, 0, 116, 8);
  writeOctal(block, size < largestSize ? size : 0, 124, 12);
  writeOctal(block, Math.max(0, seconds), 136, 12);
  block.fill(" ", 148, 156);
  block.write(type, 156);
  Buffer.from(link).copy(block, 157, 0, longestName);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

function writeOctal(block: Buffer, value: number, offset: number, length: number): void {
  block.write(value.toString(8).padStart(length - 1, "0"), offset);
}

/** What does not fit into a header, or would be ambiguous there; nothing for most entries. */
function extendedRecords(name: string, link: string, size: number): Buffer {
  const records: Buffer[] = [];
  for (const [key, value] of [
    ["path", name],
    ["linkpath", link],
  ] as const) {
    // oxlint-disable-next-line no-control-regex -- ASCII is what an old header can hold.
    if (Buffer.byteLength(value) > longestName || /[^\x00-\x7F]/.test(value)) {
      records.push(extendedRecord(key, value));
    }
  }
  if (size >= largestSize) {
    records.push(extendedRecord("size", String(size)));
  }
  return Buffer.concat(records);
}

/** `LENGTH KEY=VALUE`, whose length counts its own digits. */
function extendedRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  const restLength = Buffer.byteLength(rest);
  let length = restLength + String(restLength).length;
  length = restLength + String(length).length;
  return Buffer.from(`${length}${rest}`);
}

/** A file may change while it is read; the archive needs the size that it has announced. */
async function* exactly(size: number, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let missing = size;
  for await (const piece of pieces) {
    if (piece.length >= missing) {
      yield piece.subarray(0, missing);
      return;
    }
    missing -= piece.length;
    yield piece;
  }
  for (; missing > 0; missing -= blockSize) {
    yield Buffer.alloc(Math.min(missing, blockSize));
  }
}

function padding(size: number): Buffer {
  return Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
}
