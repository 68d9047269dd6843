import { StringDecoder } from "node:string_decoder";
import { EngineError } from "./engineError.ts";
import { streamedError } from "./toEngineError.ts";

/** UTF-16 code units that one line may have; the engine's own are shorter than a hundredth of it. */
const longestLine = 8 * 1024 * 1024;

/**
 * One object per line, as pull, push and events send them. A line that tells
 * of an error (`{"error": …}`) is thrown as EngineError, since the HTTP status
 * was sent long before. Holds no more than one line and one read.
 */
export async function* readJsonLines(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const decoder = new StringDecoder("utf8");
  let pending = "";
  for await (const bytes of source) {
    const text = decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      const object = parseLine(pending + text.slice(start, end));
      pending = "";
      start = end + 1;
      if (object) {
        yield object;
      }
    }
    pending += text.slice(start);
    if (pending.length > longestLine) {
      throw new EngineError("engine-failed", "The container engine sent a line that is too long.");
    }
  }
  const last = parseLine(pending + decoder.end());
  if (last) {
    yield last;
  }
}

function parseLine(line: string): Record<string, unknown> | undefined {
  const text = line.trim();
  if (text === "") {
    return undefined;
  }
  const value = parseObject(text);
  if (typeof value["error"] === "string" && value["error"] !== "") {
    throw streamedError(value["error"], statusIn(value["errorDetail"]));
  }
  return value;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) {
      return value as Record<string, unknown>;
    }
  } catch (error) {
    throw new EngineError(
      "engine-failed",
      `The container engine sent a line that is not JSON: ${text.slice(0, 200)}`,
      {
        cause: error,
      },
    );
  }
  throw new EngineError(
    "engine-failed",
    `The container engine sent a line that is no object: ${text.slice(0, 200)}`,
  );
}

function statusIn(detail: unknown): number | undefined {
  return typeof detail === "object" &&
    detail !== null &&
    "code" in detail &&
    typeof detail.code === "number"
    ? detail.code
    : undefined;
}
