import { EngineError } from "./engineError.ts";
import { readLines } from "./lines.ts";
import { streamedError } from "./toEngineError.ts";

/**
 * One object per line, as pull, push and events send them. A line that tells
 * of an error (`{"error": …}`) is thrown as EngineError, since the HTTP status
 * was sent long before. Holds no more than one line and one read.
 */
export async function* readJsonLines(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  for await (const line of readLines(source)) {
    const object = parseLine(line);
    if (object) {
      yield object;
    }
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
