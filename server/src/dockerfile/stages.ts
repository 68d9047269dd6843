import type { Dockerfile, FromInstruction, Instruction, Stage, StageBase } from "./syntax.ts";

/** Cuts the instructions into stages, one for each FROM. What stands before the first is in none. */
export function splitStages(instructions: readonly Instruction[]): Omit<Stage, "base">[] {
  const stages: Omit<Stage, "base">[] = [];
  let current: Instruction[] = [];
  let from: FromInstruction | undefined;
  const finish = (): void => {
    if (from !== undefined) {
      const name = from.stageName?.value.text.toLowerCase();
      const end = current.at(-1)?.span.end ?? from.span.end;
      stages.push({
        index: stages.length,
        ...(name === undefined ? {} : { name }),
        from,
        instructions: current,
        span: { start: from.span.start, end },
      });
    }
  };
  for (const instruction of instructions) {
    if (instruction.keyword === "FROM" && !instruction.onbuild) {
      finish();
      from = instruction;
      current = [];
    }
    current.push(instruction);
  }
  finish();
  return stages;
}

/**
 * What an expanded image name of a FROM means, given the stages before it by their lower-cased names
 * (of several with one name the last). The name is looked up as it is: `FROM Builder` never finds the
 * stage `builder`.
 */
export function resolveBase(
  image: string | undefined,
  earlier: ReadonlyMap<string, number>,
): StageBase {
  if (image === undefined || image === "") {
    return { kind: "unknown" };
  }
  const stage = earlier.get(image);
  if (stage !== undefined) {
    return { kind: "stage", stage };
  }
  return image === "scratch" ? { kind: "scratch" } : { kind: "image", image };
}

/**
 * The stage that `COPY --from` names: by its name in any case (of several the last, wherever it stands),
 * or by its number. `undefined` means an image or a named context.
 */
export function findStage(dockerfile: Pick<Dockerfile, "stages">, name: string): Stage | undefined {
  if (/^[+-]?[0-9]+$/.test(name)) {
    return dockerfile.stages[Number(name)];
  }
  return findStageByName(dockerfile, name);
}

/** The stage that `RUN --mount=from=…` or `--target` names; numbers are no names here. */
export function findStageByName<T extends Pick<Stage, "name">>(
  { stages }: { readonly stages: readonly T[] },
  name: string,
): T | undefined {
  const lower = name.toLowerCase();
  return stages.findLast((stage) => stage.name === lower);
}

/** How BuildKit names a stage in messages. */
export function stageTitle(stage: Pick<Stage, "name" | "index">): string {
  return stage.name ?? `stage-${stage.index}`;
}
