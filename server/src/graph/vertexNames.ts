import { type Evaluation, evaluate } from "../dockerfile/evaluate.ts";
import { normalizedImage } from "../dockerfile/imageReference.ts";
import { joinPath } from "../dockerfile/paths.ts";
import { stageTitle } from "../dockerfile/stages.ts";
import type { Dockerfile, Instruction, StageBase } from "../dockerfile/syntax.ts";

/** What a builder calls a step: `[linux/arm64 build 2/5] RUN npm ci`. */
export interface VertexName {
  /** Of a build for several platforms. */
  readonly platform?: string;
  /** A stage's name, or `stage-` with its 0-based number; absent in a file of one stage. */
  readonly stage?: string;
  /** 1-based, within its stage. */
  readonly number: number;
  /** How many steps the stage has. */
  readonly total: number;
  /** The instruction with its variables expanded, as far as the builder does that. */
  readonly text: string;
}

/** Takes a step's name apart; `undefined` for what is no step of a stage, such as `[internal] load build context`. */
export function readVertexName(name: string): VertexName | undefined {
  // The number is padded: `[build  2/10]`. `LINK` is the second half of COPY --link.
  const [, before, number, total, text] =
    /^\[((?:\S+ ){0,2}) *(\d+)\/(\d+)\] (?:(?:LINK|ONBUILD) )?(.*)$/s.exec(name) ?? [];
  if (number === undefined || total === undefined || text === undefined) {
    return undefined;
  }
  const words = (before ?? "").split(" ").filter((word) => word !== "");
  // A name of a stage has no slash.
  const platform = words[0]?.includes("/") === true ? words.shift() : undefined;
  const stage = words[0]?.toLowerCase();
  return {
    ...(platform === undefined ? {} : { platform }),
    ...(stage === undefined ? {} : { stage }),
    number: Number(number),
    total: Number(total),
    text,
  };
}

/**
 * For each name of a step, in a build of this Dockerfile, the instruction that made it. `undefined` for
 * the builder's own work. What an image's ONBUILD brings is said of the FROM, what a stage's ONBUILD
 * holds of what it holds. An image's metadata that could not be loaded is said of the FROM or COPY.
 *
 * BuildKit numbers within a stage: the FROM if it is an image, then what ONBUILD of the base brings, then
 * each RUN, COPY, ADD and WORKDIR. `WORKDIR /` counts in the total and gets no number. Podman numbers
 * every instruction. The text decides only where numbers do not: between stages of one name, and about
 * what an image's ONBUILD brings.
 *
 * Source of the rules: BuildKit's `prefixCommand` in `frontend/dockerfile/dockerfile2llb/convert.go`.
 */
export function instructionsOfVertices(
  file: Dockerfile,
  names: readonly string[],
  buildArguments: ReadonlyMap<string, string> = new Map(),
): (Instruction | undefined)[] {
  const evaluation = evaluate(file, { buildArguments });
  const steps = names.map(readVertexName);
  const isPodman = steps.some((step) => step !== undefined && !isStepKeyword(keywordOf(step.text)));
  const sequences = isPodman ? everyInstruction(file) : countedSteps(file, evaluation);
  const placements = sequences.map((sequence) => ({ sequence, placed: place(sequence, steps) }));
  return steps.map((step, index) => {
    if (step === undefined) {
      return instructionOfMetadata(file, names[index] ?? "", evaluation.bases);
    }
    const candidates = placements
      .filter(({ sequence }) => step.stage === undefined || step.stage === sequence.title)
      .map(({ placed }) => placed(step))
      .filter((instruction) => instruction !== undefined);
    return (
      candidates.find((instruction) => readsLike(instruction, step.text)) ??
      candidates.find((instruction) => sameKeyword(instruction, step.text)) ??
      byTextAlone(sequences, step)
    );
  });
}

/** The steps of a stage in the order of their numbers. */
interface Sequence {
  readonly title: string;
  /** The FROM, where it has the number 1. */
  readonly from: Instruction | undefined;
  /** What the ONBUILD of a stage of this file brings, then the stage's own. */
  readonly steps: readonly Instruction[];
  /** Steps in the total, those of an image's ONBUILD not included. */
  readonly counted: number;
}

type Placement = (step: VertexName) => Instruction | undefined;

/** As BuildKit counts. */
function countedSteps(file: Dockerfile, { bases, expansions }: Evaluation): Sequence[] {
  const directories: string[] = [];
  return file.stages.map((stage) => {
    const base = bases[stage.index] ?? { kind: "unknown" };
    let directory = base.kind === "stage" ? (directories[base.stage] ?? "/") : "/";
    const from = base.kind === "image" || base.kind === "unknown" ? stage.from : undefined;
    let counted = from === undefined ? 0 : 1;
    const hasNumber = (instruction: Instruction): boolean => {
      if (instruction === stage.from || !isStepKeyword(instruction.keyword)) {
        return false;
      }
      counted++;
      if (instruction.keyword !== "WORKDIR") {
        return true;
      }
      const path =
        expansions.get(instruction)?.[0]?.expansion.text ?? instruction.argument?.value.text ?? "";
      directory = joinPath(path.startsWith("/") ? "/" : directory, path);
      return directory !== "/";
    };
    const brought = base.kind === "stage" ? (file.stages[base.stage]?.instructions ?? []) : [];
    const steps = [
      ...brought.filter((instruction) => instruction.onbuild && hasNumber(instruction)),
      ...stage.instructions.filter((instruction) => !instruction.onbuild && hasNumber(instruction)),
    ];
    directories.push(directory);
    return { title: stageTitle(stage), from, steps, counted };
  });
}

/** As Podman counts. */
function everyInstruction({ stages }: Dockerfile): Sequence[] {
  return stages.map((stage) => {
    const own = stage.instructions.filter(({ onbuild }) => !onbuild);
    return {
      title: stageTitle(stage),
      from: stage.from,
      steps: own.slice(1),
      counted: own.length,
    };
  });
}

function isStepKeyword(keyword: string): boolean {
  return /^(?:FROM|RUN|COPY|ADD|WORKDIR)$/.test(keyword);
}

/** Finds out how many numbers an image's ONBUILD takes, by what then reads alike. */
function place(sequence: Sequence, steps: readonly (VertexName | undefined)[]): Placement {
  const own = steps
    .filter((step) => step !== undefined)
    .filter(({ stage }) => stage === undefined || stage === sequence.title);
  const surplus = Math.max(0, ...own.map(({ total }) => total - sequence.counted));
  let best = placement(sequence, 0);
  let bestScore = -1;
  const most = sequence.from === undefined ? 0 : Math.min(surplus, mostTriggers);
  for (let triggers = most; triggers >= 0; triggers--) {
    const tried = placement(sequence, triggers);
    const score = own.filter((step) => {
      const instruction = tried(step);
      return instruction !== undefined && readsLike(instruction, step.text);
    }).length;
    if (score > bestScore) {
      best = tried;
      bestScore = score;
    }
  }
  return best;
}

/** More than any image has, so that a made-up total costs nothing. */
const mostTriggers = 64;

function placement({ from, steps, counted }: Sequence, triggersOfImage: number): Placement {
  return ({ number, total }) => {
    if (total < counted) {
      return undefined;
    }
    // The total of the step leaves no room for more.
    const first = (from === undefined ? 0 : 1) + Math.min(triggersOfImage, total - counted);
    return number <= first ? from : steps[number - 1 - first];
  };
}

function keywordOf(text: string): string {
  return (/^\S+/.exec(text)?.[0] ?? "").toUpperCase();
}

/** What an image's ONBUILD brings stands at the FROM under its own keyword. */
function sameKeyword({ keyword }: Instruction, text: string): boolean {
  return keyword === "FROM" || keyword === keywordOf(text);
}

function readsLike(instruction: Instruction, text: string): boolean {
  if (instruction.keyword !== keywordOf(text) || instruction.keyword === "FROM") {
    return instruction.keyword === keywordOf(text);
  }
  // A heredoc is named by its first line, with some of its body behind it.
  const [written = ""] = `${instruction.keyword} ${instruction.rest.text}`.split("<<", 1);
  const pieces = normalized(written).split(variable);
  const name = normalized(text);
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const found = index === 0 ? (name.startsWith(piece) ? 0 : -1) : name.indexOf(piece, at);
    if (found === -1) {
      return false;
    }
    at = found + piece.length;
  }
  return instruction.heredocs.length > 0 || name.endsWith(pieces.at(-1) ?? "");
}

const variable = /\$(?:\{[^}]*\}|[A-Za-z_][A-Za-z0-9_]*)/;

/** Quotes and escapes go, since BuildKit's expansion takes them away where it can. */
function normalized(text: string): string {
  return text
    .replaceAll(/["'\\`]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/^\S+/, (keyword) => keyword.toUpperCase());
}

function byTextAlone(
  sequences: readonly Sequence[],
  { stage, text }: VertexName,
): Instruction | undefined {
  const alike = sequences
    .filter(({ title }) => stage === undefined || title === stage)
    .flatMap(({ steps }) => steps)
    .filter((instruction) => readsLike(instruction, text));
  return alike.length === 1 ? alike[0] : undefined;
}

/** `[internal] load metadata for …` fails when an image cannot be had: that is for the FROM or COPY that wants it. */
function instructionOfMetadata(
  { stages, instructions }: Dockerfile,
  name: string,
  bases: readonly StageBase[],
): Instruction | undefined {
  const image = /^\[internal\] load metadata for (\S+)$/.exec(name)?.[1];
  if (image === undefined) {
    return undefined;
  }
  const wanted = normalizedImage(image);
  const isWanted = (written: string): boolean => normalizedImage(written) === wanted;
  const stage = stages.find(({ index }) => {
    const base = bases[index];
    return base?.kind === "image" && isWanted(base.image);
  });
  return (
    stage?.from ??
    instructions.find(
      (instruction) =>
        instruction.keyword === "COPY" &&
        instruction.from !== undefined &&
        isWanted(instruction.from.value.text),
    )
  );
}
