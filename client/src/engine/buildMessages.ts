import type { Readable } from "node:stream";
import { EngineError } from "./engineError.ts";
import { readLines } from "./lines.ts";

/** A line of the engine's answer to `POST /build`. */
export type BuildMessage =
  | { readonly type: "trace"; readonly statusResponse: Buffer }
  | { readonly type: "image"; readonly id: string }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "error"; readonly message: string };

/**
 * Reads the answer line by line as it comes. Throws EngineError when a line
 * is not what an engine sends, and whatever the stream fails with.
 */
export async function* readBuildMessages(body: Readable): AsyncGenerator<BuildMessage> {
  for await (const line of readLines(body as AsyncIterable<Buffer>)) {
    yield* readMessage(line);
  }
}

function* readMessage(line: string): Generator<BuildMessage> {
  if (line.trim() === "") {
    return;
  }
  const message = parse(line);
  if (typeof message.error === "string" || isRecord(message.errorDetail)) {
    const detail = isRecord(message.errorDetail) ? message.errorDetail["message"] : undefined;
    yield {
      type: "error",
      message: asText(detail) ?? asText(message.error) ?? "The build failed.",
    };
  } else if (message.id === "moby.buildkit.trace" && typeof message.aux === "string") {
    yield { type: "trace", statusResponse: Buffer.from(message.aux, "base64") };
  } else if (isRecord(message.aux) && typeof message.aux["ID"] === "string") {
    yield { type: "image", id: message.aux["ID"] };
  } else if (typeof message.stream === "string") {
    yield { type: "text", text: message.stream };
  }
}

interface Line {
  readonly id?: unknown;
  readonly aux?: unknown;
  readonly stream?: unknown;
  readonly error?: unknown;
  readonly errorDetail?: unknown;
}

function parse(line: string): Line {
  try {
    const parsed: unknown = JSON.parse(line);
    if (isRecord(parsed)) {
      return parsed;
    }
  } catch {
    // Said below, as for anything else that is not an object.
  }
  throw new EngineError(
    "engine-failed",
    "The engine sent something about the build that is not JSON.",
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
