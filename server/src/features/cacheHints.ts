import { type InlayHint, type Range } from "vscode-languageserver";
import type { Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import { type Forecast, isForecast, type Silence } from "../forecast/forecast.ts";
import { instructionsOfVertices } from "../graph/vertexNames.ts";
import type { BuildFinishedParams, BuildFinishedResult, BuiltStep } from "../protocol.ts";
import { touches } from "../text/span.ts";
import { duration, size } from "./amounts.ts";
import { silenceWords } from "../forecast/silenceWords.ts";
import { forecastLabel, forecastTooltip } from "./forecastWords.ts";
import { rangeOf, spanOfRange } from "./ranges.ts";

/** The last finished build of a Dockerfile: what became of each of its instructions. */
export interface BuildRecord {
  /** The instructions of the Dockerfile as it was built, in order. */
  readonly instructions: readonly BuiltInstruction[];
  /** Milliseconds since 1970. */
  readonly finishedAt: number;
}

export interface BuiltInstruction {
  /** As it stood in the document. */
  readonly text: string;
  /** All steps together; absent where the builder had nothing to do. */
  readonly result?: InstructionResult;
}

export interface InstructionResult {
  readonly outcome: "cached" | "ran" | "failed";
  readonly seconds?: number;
  readonly bytes?: number;
}

/** Finds the instruction of each step in the text that was built. `file` is that text, parsed. */
export function recordBuild(
  file: Dockerfile,
  { steps, finishedAt, buildArguments }: BuildFinishedParams,
): { record: BuildRecord; result: BuildFinishedResult } {
  const found = instructionsOfVertices(
    file,
    steps.map(({ name }) => name),
    new Map(Object.entries(buildArguments)),
  );
  const results = new Map<Instruction, InstructionResult>();
  for (const [index, step] of steps.entries()) {
    const instruction = found[index];
    const result = resultOf(step);
    if (instruction !== undefined && result !== undefined && worthShowing(instruction, result)) {
      results.set(instruction, together(results.get(instruction), result));
    }
  }
  return {
    record: {
      finishedAt,
      instructions: ownInstructions(file).map((instruction) => {
        const result = results.get(instruction);
        const text = textOfInstruction(file, instruction);
        return result === undefined ? { text } : { text, result };
      }),
    },
    result: {
      ranges: found.map((instruction) =>
        instruction === undefined ? null : rangeOf(file.lines, instruction.span),
      ),
    },
  };
}

/**
 * What the next build will do, at the end of each instruction's first line; where there is no forecast,
 * what the last build did. That hint stays while the instruction's text is that of the build, wherever
 * edits around it have moved it; an edited one has none.
 */
export function cacheHints(
  file: Dockerfile,
  record: BuildRecord,
  range: Range,
  outlook?: Forecast | Silence,
): InlayHint[] {
  const shown = spanOfRange(file.lines, range);
  const hints: InlayHint[] = [];
  const instructions = ownInstructions(file);
  const results = matchResults(
    instructions.map((instruction) => textOfInstruction(file, instruction)),
    record.instructions,
  );
  for (const [index, instruction] of instructions.entries()) {
    const result = results[index];
    const line = file.lines.lineAt(instruction.span.start);
    const { end } = file.lines.lineSpan(line);
    const hint = hintOf(instruction, result, record.finishedAt, outlook);
    if (hint !== undefined && shown.start <= end && instruction.span.start <= shown.end) {
      hints.push({
        position: file.lines.positionAt(end),
        label: hint.label,
        tooltip: { kind: "markdown", value: hint.tooltip },
        paddingLeft: true,
      });
    }
  }
  return hints;
}

function hintOf(
  instruction: Instruction,
  result: InstructionResult | undefined,
  finishedAt: number,
  outlook: Forecast | Silence | undefined,
): { readonly label: string; readonly tooltip: string } | undefined {
  const past = result === undefined ? "" : tooltipOf(result, finishedAt);
  const prediction = isForecast(outlook) ? outlook.predictions.get(instruction) : undefined;
  // What failed is worth more than that it will be tried again.
  if (!isForecast(outlook) || prediction === undefined || result?.outcome === "failed") {
    const silence =
      outlook === undefined || isForecast(outlook)
        ? []
        : [`**Next build** – unknown: ${silenceWords(outlook)}.`];
    return result === undefined
      ? undefined
      : { label: labelOf(result), tooltip: [...silence, past].join("\n\n") };
  }
  const label = forecastLabel(prediction, outlook, result?.bytes);
  return label === undefined
    ? undefined
    : { label, tooltip: forecastTooltip(prediction, outlook, past) };
}

/** The story of the instruction whose keyword is at the offset, in Markdown; for the hover. */
export function cacheStory(
  { instructions }: Dockerfile,
  offset: number,
  outlook: Forecast | Silence | undefined,
): string | undefined {
  if (!isForecast(outlook)) {
    return undefined;
  }
  const instruction = instructions.find(({ keywordSpan }) => touches(keywordSpan, offset));
  const prediction = instruction === undefined ? undefined : outlook.predictions.get(instruction);
  return prediction === undefined ? undefined : forecastTooltip(prediction, outlook, "");
}

function ownInstructions({ instructions }: Dockerfile): Instruction[] {
  return instructions.filter(({ onbuild }) => !onbuild);
}

/** Without carriage returns: an editor that changes line ends has not changed the build. */
function textOfInstruction({ text }: Dockerfile, { span }: Instruction): string {
  return text.slice(span.start, span.end).replaceAll("\r\n", "\n");
}

function resultOf({ outcome, seconds, bytes }: BuiltStep): InstructionResult | undefined {
  if (outcome === "notReached") {
    return undefined;
  }
  return {
    outcome,
    ...(seconds === undefined ? {} : { seconds }),
    ...(bytes === undefined ? {} : { bytes }),
  };
}

/** BuildKit calls a base image cached or not without a meaning; only a pull that took time says something. */
function worthShowing(
  { keyword }: Instruction,
  { outcome, seconds = 0 }: InstructionResult,
): boolean {
  return keyword !== "FROM" || outcome === "failed" || (outcome === "ran" && seconds >= 0.1);
}

/** An instruction that ran as several steps: for several platforms, or as a copy and its merge. */
function together(a: InstructionResult | undefined, b: InstructionResult): InstructionResult {
  if (a === undefined) {
    return b;
  }
  const happened = (outcome: InstructionResult["outcome"]): boolean =>
    a.outcome === outcome || b.outcome === outcome;
  const seconds = sum(a.seconds, b.seconds);
  const bytes = sum(a.bytes, b.bytes);
  return {
    outcome: happened("failed") ? "failed" : happened("ran") ? "ran" : "cached",
    ...(seconds === undefined ? {} : { seconds }),
    ...(bytes === undefined ? {} : { bytes }),
  };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : a + b;
}

/** The longest common subsequence of the two lists of texts, so that equal instructions keep their order. */
function matchResults(
  texts: readonly string[],
  built: readonly BuiltInstruction[],
): (InstructionResult | undefined)[] {
  const matched: (InstructionResult | undefined)[] = texts.map(() => undefined);
  let start = 0;
  while (start < texts.length && texts[start] === built[start]?.text) {
    matched[start] = built[start]?.result;
    start++;
  }
  let end = 0;
  while (
    end < Math.min(texts.length, built.length) - start &&
    texts.at(-1 - end) === built.at(-1 - end)?.text
  ) {
    matched[texts.length - 1 - end] = built.at(-1 - end)?.result;
    end++;
  }
  const left = texts.slice(start, texts.length - end);
  const right = built.slice(start, built.length - end);
  // Of texts that have little in common the hints are not worth the time.
  const lengths = left.length * right.length > largestComparison ? [] : commonLengths(left, right);
  for (let row = 0, column = 0; row < left.length && column < right.length;) {
    if (left[row] === right[column]?.text) {
      matched[start + row] = right[column]?.result;
      row++;
      column++;
    } else if ((lengths[row + 1]?.[column] ?? 0) >= (lengths[row]?.[column + 1] ?? 0)) {
      row++;
    } else {
      column++;
    }
  }
  return matched;
}

const largestComparison = 1_000_000;

/** `[row][column]`: how much the rests from there on have in common. */
function commonLengths(left: readonly string[], right: readonly BuiltInstruction[]): number[][] {
  const lengths: number[][] = Array.from({ length: left.length + 1 }, () =>
    Array.from({ length: right.length + 1 }, () => 0),
  );
  for (let row = left.length - 1; row >= 0; row--) {
    const current = lengths[row] ?? [];
    const below = lengths[row + 1] ?? [];
    for (let column = right.length - 1; column >= 0; column--) {
      current[column] =
        left[row] === right[column]?.text
          ? (below[column + 1] ?? 0) + 1
          : Math.max(below[column] ?? 0, current[column + 1] ?? 0);
    }
  }
  return lengths;
}

function labelOf({ outcome, seconds, bytes }: InstructionResult): string {
  if (outcome === "failed") {
    return "failed";
  }
  const what =
    outcome === "cached"
      ? "was cached"
      : seconds === undefined
        ? "ran"
        : `ran ${duration(seconds)}`;
  return bytes === undefined || bytes === 0 ? what : `${what} · ${size(bytes)}`;
}

function tooltipOf({ outcome, seconds, bytes }: InstructionResult, finishedAt: number): string {
  const took = seconds === undefined ? "" : ` in ${duration(seconds)}`;
  const sentences = {
    cached: "The last build took this step from the cache.",
    ran: `The last build ran this step${took}.`,
    failed: `The last build failed here${seconds === undefined ? "" : ` after ${duration(seconds)}`}.`,
  };
  return [
    sentences[outcome],
    ...(bytes === undefined ? [] : [`Its layer adds ${size(bytes)} to the image.`]),
    `The build ended at ${moments.format(finishedAt)}.`,
  ].join("\n\n");
}

/** Made once, since that takes longer than all hints of a Dockerfile. */
const moments = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });
