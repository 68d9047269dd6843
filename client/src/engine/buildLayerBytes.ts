import type { BuildStep } from "./build.ts";
import type { Transport } from "./transport.ts";

/** An entry of the image's history that added a layer. */
export interface HistoryLayer {
  readonly createdBy: string;
  /** Bytes. */
  readonly size: number;
}

/** A record of the engine's build cache. */
export interface CacheRecord {
  readonly id: string;
  readonly description: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970, by the engine's clock, as are the times of the steps. */
  readonly createdAt: number;
  readonly lastUsedAt: number;
}

/**
 * Bytes that each step's layer adds, by step digest. A size is a comfort, not
 * the build's outcome: what the engine does not tell in time is left out.
 */
export async function layerBytesOf(
  transport: Pick<Transport, "json">,
  imageId: string,
  steps: readonly BuildStep[],
): Promise<ReadonlyMap<string, number>> {
  const ask = (path: string): Promise<unknown> =>
    transport.json({ method: "GET", path, timeoutMs: patienceMs }).catch(() => undefined);
  const [history, usage] = await Promise.all([
    ask(`/images/${encodeURIComponent(imageId)}/history`),
    ask("/system/df?type=build-cache"),
  ]);
  return joinLayerBytes(steps, readHistory(history), readCacheRecords(usage));
}

/**
 * Joins what the engine knows to the steps, only where it is unambiguous: the
 * engine names neither the step of a layer nor that of a cache record, so the
 * text has to tell, and a text that occurs twice tells nothing.
 */
export function joinLayerBytes(
  steps: readonly BuildStep[],
  history: readonly HistoryLayer[],
  records: readonly CacheRecord[],
): ReadonlyMap<string, number> {
  const layerBytes = new Map<string, number>();
  const instructions = steps.flatMap((step) => {
    const text = instructionOf(step.name);
    return text === undefined ? [] : [{ step, text }];
  });
  const texts = countBy(instructions.map(({ text }) => text));
  const layers = new Map(history.map((layer) => [textOf(layer), layer]));
  const layerTexts = countBy(history.map(textOf));
  for (const { step, text } of instructions) {
    const layer = layers.get(text);
    if (layer !== undefined && texts.get(text) === 1 && layerTexts.get(text) === 1) {
      layerBytes.set(step.digest, layer.size);
      continue;
    }
    const candidates = records.filter((record) => isRecordOf(record, step, text));
    const [record] = candidates;
    if (record !== undefined && candidates.length === 1 && texts.get(text) === 1) {
      layerBytes.set(step.digest, record.size);
    }
  }
  return layerBytes;
}

const patienceMs = 10_000;

/** Instructions that make a layer, out of `[stage 2/3] RUN make`; without flags, which the history does not show. */
function instructionOf(name: string): string | undefined {
  const text = /^\[[^\]]*\d+\/\d+\] ((?:RUN|COPY|ADD|WORKDIR)\b.*)$/s.exec(name)?.[1];
  return text?.replace(/^([A-Z]+)(?: --[a-z]+(?:=\S+)?)+ /, "$1 ");
}

/** `RUN |1 A=1 /bin/sh -c make # buildkit` is what `RUN make` became. */
function textOf({ createdBy }: HistoryLayer): string {
  return createdBy
    .replace(/ # buildkit$/, "")
    .replace(/^RUN (?:\|\d+ .*? )?\/bin\/sh -c /s, "RUN ");
}

/** A record is called after the step, or after the command of a RUN. */
function isRecordOf(record: CacheRecord, step: BuildStep, text: string): boolean {
  const isNamed =
    record.description === step.name ||
    (text.startsWith("RUN ") &&
      record.description.startsWith("mount / from exec ") &&
      record.description.endsWith(` ${text.slice(4)}`));
  if (!isNamed || step.startedAt === undefined) {
    return false;
  }
  // A step of another build may have the same name; this build made or used its record just now.
  const at =
    step.state === "cached" ? record.lastUsedAt : Math.max(record.createdAt, record.lastUsedAt);
  return at >= step.startedAt - clockSlackMs;
}

/** The engine notes the use of a record shortly before it reports the step. */
const clockSlackMs = 1_000;

function countBy(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

function readHistory(answer: unknown): readonly HistoryLayer[] {
  return asList(answer).flatMap((entry) => {
    const createdBy = entry["CreatedBy"];
    const size = entry["Size"];
    return typeof createdBy === "string" &&
      typeof size === "number" &&
      createdBy.endsWith("# buildkit")
      ? [{ createdBy, size }]
      : [];
  });
}

function readCacheRecords(answer: unknown): readonly CacheRecord[] {
  const list =
    typeof answer === "object" && answer !== null && "BuildCache" in answer
      ? answer.BuildCache
      : [];
  return asList(list).flatMap((record) => {
    const {
      ID: id,
      Description: description,
      Size: size,
      CreatedAt: createdAt,
      LastUsedAt: lastUsedAt,
    } = record;
    return typeof id === "string" && typeof description === "string" && typeof size === "number"
      ? [
          {
            id,
            description,
            size,
            createdAt: readTime(createdAt),
            lastUsedAt: readTime(lastUsedAt),
          },
        ]
      : [];
  });
}

function asList(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value)
    ? value.filter((entry) => typeof entry === "object" && entry !== null)
    : [];
}

function readTime(value: unknown): number {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? 0 : time;
}
