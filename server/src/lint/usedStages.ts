import type { Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import { evaluationOf } from "../dockerfile/evaluate.ts";

const known = new WeakMap<Dockerfile, ReadonlySet<number>>();

/** The stages that another one builds on, copies from or mounts, by number. Found once for each parsed Dockerfile. */
export function usedStages(file: Dockerfile): ReadonlySet<number> {
  const before = known.get(file);
  if (before !== undefined) {
    return before;
  }
  // Of several with one name the last is meant.
  const byName = new Map(file.stages.map(({ name, index }) => [name, index] as const));
  const used = new Set<number>();
  for (const { base } of file.stages) {
    if (base.kind === "stage") {
      used.add(base.stage);
    }
  }
  for (const instruction of file.instructions) {
    for (const { name, mayBeNumber } of sourcesOf(file, instruction)) {
      const stage =
        mayBeNumber && /^\+?\d+$/.test(name) ? Number(name) : byName.get(name.toLowerCase());
      if (stage !== undefined) {
        used.add(stage);
      }
    }
  }
  known.set(file, used);
  return used;
}

function* sourcesOf(
  file: Dockerfile,
  instruction: Instruction,
): Generator<{ readonly name: string; readonly mayBeNumber: boolean }> {
  if (instruction.keyword === "COPY" && instruction.from !== undefined) {
    yield { name: instruction.from.value.text, mayBeNumber: true };
  }
  if (instruction.keyword === "RUN" && instruction.mounts.length > 0) {
    for (const { key, value } of instruction.mounts.flatMap(({ options }) => options)) {
      if (key === "from" && value !== undefined) {
        yield { name: value.value.text, mayBeNumber: false };
      }
    }
    // What variables make of it; that another option has the name of a stage by chance does no harm.
    for (const { role, expansion } of evaluationOf(file).expansions.get(instruction) ?? []) {
      if (role === "mount option") {
        yield { name: expansion.text, mayBeNumber: false };
      }
    }
  }
}
