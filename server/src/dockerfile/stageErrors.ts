import { quoted } from "./characters.ts";
import { ErrorList } from "./errors.ts";
import { imageReferenceError } from "./imageReference.ts";
import { stageTitle } from "./stages.ts";
import type { Instruction, Stage, SyntaxError, Word } from "./syntax.ts";

/** One stage needs files of another one. */
interface Dependency {
  readonly from: number;
  readonly on: number;
  readonly word: Word;
  /** Told apart only for the message. */
  readonly target: string | undefined;
}

/**
 * Errors of `COPY --from` and of mounts that name stages: no such number, a stage that only comes later,
 * or stages that need each other.
 */
export function stageErrors(stages: readonly Stage[]): SyntaxError[] {
  const list = new ErrorList(false);
  const dependencies: Dependency[] = [];
  // Every other image that is named becomes a state of its own behind the stages, which numbers reach too.
  let states = stages.length;
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  for (const stage of stages) {
    for (const instruction of stage.instructions) {
      if (!instruction.onbuild) {
        for (const source of stageSources(instruction)) {
          const { name, target, word } = source;
          const index = target === undefined ? stageNumber(name) : undefined;
          if (index !== undefined) {
            if (word !== undefined && (index < 0 || index >= states)) {
              list.add("unknown-stage", word.span, `invalid stage index ${index}`);
            } else if (word !== undefined && index < stages.length) {
              dependencies.push({ from: stage.index, on: index, word, target });
            }
            continue;
          }
          const found = byName.get(name.toLowerCase());
          if (found === undefined) {
            states++;
            const reason = name === "scratch" ? undefined : imageReferenceError(name);
            if (word !== undefined && reason !== undefined) {
              const message = `failed to parse stage name ${quoted(name)}: ${reason}`;
              list.add("invalid-image", word.span, message);
            }
          } else if (word !== undefined) {
            dependencies.push({ from: stage.index, on: found.index, word, target });
          }
        }
      }
    }
  }
  const reported = reportCycles(stages, dependencies, list);
  for (const dependency of dependencies) {
    const { from, on, word, target } = dependency;
    const stage = stages[from];
    if (on >= from && stage !== undefined && !reported.has(dependency)) {
      const name = quoted(word.value.text);
      list.add(
        "unknown-stage",
        word.span,
        target === undefined
          ? `cannot copy from stage ${name}, it needs to be defined before current stage ${quoted(stageTitle(stage))}`
          : `cannot mount from stage ${name} to ${quoted(target)}, stage needs to be defined before current command`,
      );
    }
  }
  return list.errors;
}

/** The stages or images that an instruction takes files from, with the mount's target for a mount. */
function stageSources(
  instruction: Instruction,
): { name: string; target: string | undefined; word: Word | undefined }[] {
  if (instruction.keyword === "COPY") {
    const { from } = instruction;
    const name = from?.value.text ?? "";
    return from === undefined || name === "" || /\$./s.test(name)
      ? []
      : [{ name, target: undefined, word: from }];
  }
  if (instruction.keyword !== "RUN") {
    return [];
  }
  return instruction.mounts.flatMap(({ options }) => {
    const word = options.findLast(({ key }) => key === "from")?.value;
    const target =
      options.findLast(({ key }) => key === "target" || key === "dst" || key === "destination")
        ?.value?.value.text ?? "";
    const name = word?.value.text ?? "";
    if (/\$./s.test(name)) {
      return [];
    }
    // A mount of nothing in particular counts as one of `scratch`.
    return [name === "" ? { name: "scratch", target, word: undefined } : { name, target, word }];
  });
}

function stageNumber(name: string): number | undefined {
  return /^[+-]?[0-9]+$/.test(name) ? Number(name) : undefined;
}

/** Reports each dependency that closes a circle, and gives them back. */
function reportCycles(
  stages: readonly Stage[],
  dependencies: readonly Dependency[],
  list: ErrorList,
): ReadonlySet<Dependency> {
  const reported = new Set<Dependency>();
  const byStage = stages.map((): Dependency[] => []);
  for (const dependency of dependencies) {
    byStage[dependency.from]?.push(dependency);
  }
  const done = new Set<number>();
  for (const { index } of stages) {
    // Depth first with a stack of its own, so that a long chain of stages is no deep recursion.
    const path: { stage: number; next: number }[] = [];
    const onPath = new Set<number>();
    const enter = (stage: number): void => {
      if (!done.has(stage)) {
        done.add(stage);
        onPath.add(stage);
        path.push({ stage, next: 0 });
      }
    };
    enter(index);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = byStage[top.stage]?.[top.next++];
      if (dependency === undefined) {
        onPath.delete(top.stage);
        path.pop();
      } else if (onPath.has(dependency.on)) {
        const start = stages[index];
        const title = start === undefined ? "" : stageTitle(start);
        list.add(
          "circular-stage",
          dependency.word.span,
          `circular dependency detected on stage: ${title}`,
        );
        reported.add(dependency);
      } else {
        enter(dependency.on);
      }
    }
  }
  return reported;
}
