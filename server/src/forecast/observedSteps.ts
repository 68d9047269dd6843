import type { ObservedStep } from "../cache/learn.ts";
import type { Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import { instructionsOfVertices } from "../graph/vertexNames.ts";
import type { BuildFinishedParams, BuiltStep } from "../protocol.ts";

/**
 * What a build did with each instruction. `undefined` where that cannot be told with certainty: two steps
 * for one instruction, or a context that was sent as a whole, of which BuildKit compares other things.
 */
export function observedSteps(
  file: Dockerfile,
  { steps, buildArguments }: Pick<BuildFinishedParams, "steps" | "buildArguments">,
): ReadonlyMap<Instruction, ObservedStep> | undefined {
  const found = instructionsOfVertices(
    file,
    steps.map(({ name }) => name),
    new Map(Object.entries(buildArguments)),
  );
  const observed = new Map<Instruction, ObservedStep>();
  for (const [index, step] of steps.entries()) {
    const instruction = found[index];
    if (step.name.startsWith("[internal] load remote build context")) {
      return undefined;
    }
    // The merge of a COPY --link is no step of its own.
    if (instruction === undefined || step.name.includes("] LINK ")) {
      continue;
    }
    if (instruction.keyword === "FROM") {
      continue;
    }
    if (observed.has(instruction)) {
      return undefined;
    }
    observed.set(instruction, toObserved(step));
  }
  return observed;
}

/** The instructions of the steps that failed. */
export function failedInstructions(
  file: Dockerfile,
  { steps, buildArguments }: Pick<BuildFinishedParams, "steps" | "buildArguments">,
): Instruction[] {
  const found = instructionsOfVertices(
    file,
    steps.map(({ name }) => name),
    new Map(Object.entries(buildArguments)),
  );
  return found.filter(
    (instruction, index): instruction is Instruction =>
      instruction !== undefined && steps[index]?.outcome === "failed",
  );
}

function toObserved({ outcome, seconds, bytes }: BuiltStep): ObservedStep {
  switch (outcome) {
    case "cached":
      return { state: "cached" };
    case "ran":
      return {
        state: "executed",
        ...(seconds === undefined ? {} : { seconds }),
        ...(bytes === undefined ? {} : { bytes }),
      };
    case "failed":
      return { state: "failed" };
    case "notReached":
      return { state: "absent" };
  }
}
