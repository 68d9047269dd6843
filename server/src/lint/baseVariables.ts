import type { StageBase } from "../dockerfile/syntax.ts";
import { variablesOfImage } from "./officialImages.ts";

const known = new WeakMap<readonly StageBase[], readonly (StageBase | undefined)[]>();

/**
 * The variables that the image at the bottom of a stage sets; `undefined` when nobody can know. `bases` is
 * what each stage is built on.
 */
export function baseVariables(
  bases: readonly StageBase[],
  stage: number,
): ReadonlySet<string> | undefined {
  const bottom = bottoms(bases)[stage];
  switch (bottom?.kind) {
    case "scratch":
      return new Set(["PATH"]);
    case "image":
      return variablesOfImage(bottom.image);
    default:
      return undefined;
  }
}

/** What is at the bottom of each stage, beneath all stages that it builds on. Found once, as chains may be long. */
function bottoms(bases: readonly StageBase[]): readonly (StageBase | undefined)[] {
  const before = known.get(bases);
  if (before !== undefined) {
    return before;
  }
  const fresh: (StageBase | undefined)[] = [];
  for (const base of bases) {
    // A stage only ever builds on an earlier one.
    fresh.push(base.kind === "stage" ? fresh[base.stage] : base);
  }
  known.set(bases, fresh);
  return fresh;
}
