import type { StageBase } from "../dockerfile/syntax.ts";
import { variablesOfImage } from "./officialImages.ts";

/**
 * The variables that the image at the bottom of a stage sets; `undefined` when nobody can know. `bases` is
 * what each stage is built on.
 */
export function baseVariables(
  bases: readonly StageBase[],
  stage: number,
): ReadonlySet<string> | undefined {
  const seen = new Set<number>();
  let base = bases[stage];
  while (base?.kind === "stage" && !seen.has(base.stage)) {
    seen.add(base.stage);
    base = bases[base.stage];
  }
  switch (base?.kind) {
    case "scratch":
      return new Set(["PATH"]);
    case "image":
      return variablesOfImage(base.image);
    default:
      return undefined;
  }
}
