import { type Evaluation, evaluate, evaluationOf } from "../dockerfile/evaluate.ts";
import type { Dockerfile, StageBase } from "../dockerfile/syntax.ts";
import { variablesOfImage } from "./officialImages.ts";
import type { ImageFacts, KnownImages, Surroundings } from "./rule.ts";

const bottomsKnown = new WeakMap<readonly StageBase[], readonly (StageBase | undefined)[]>();
const evaluations = new WeakMap<
  Dockerfile,
  { readonly images: KnownImages; readonly evaluation: Evaluation }
>();

/** What the builder's walk finds out when the variables of base images count that the engine has. */
export function evaluationIn(file: Dockerfile, { images }: Surroundings): Evaluation {
  const isKnown = file.stages.some(
    ({ base }) => base.kind === "image" && images?.byName.has(base.image) === true,
  );
  if (images === undefined || !isKnown) {
    return evaluationOf(file);
  }
  const known = evaluations.get(file);
  if (known?.images === images) {
    return known.evaluation;
  }
  const evaluation = evaluate(file, {
    imageVariables(image) {
      const facts = images.byName.get(image);
      return facts === undefined ? undefined : variablesIn(facts);
    },
  });
  evaluations.set(file, { images, evaluation });
  return evaluation;
}

/**
 * The variables that the image at the bottom of a stage sets; `undefined` when nobody can know. `bases` is
 * what each stage is built on.
 */
export function baseVariables(
  bases: readonly StageBase[],
  stage: number,
  { images }: Surroundings = {},
): ReadonlySet<string> | undefined {
  const bottom = bottoms(bases)[stage];
  switch (bottom?.kind) {
    case "scratch":
      return new Set(["PATH"]);
    case "image": {
      const facts = images?.byName.get(bottom.image);
      return facts === undefined
        ? variablesOfImage(bottom.image)
        : new Set(["PATH", ...variablesIn(facts).keys()]);
    }
    default:
      return undefined;
  }
}

/** What the engine says of the image that a stage begins with; `undefined` for another stage, and when it does not have it. */
export function imageOf(base: StageBase, { images }: Surroundings): ImageFacts | undefined {
  return base.kind === "image" ? images?.byName.get(base.image) : undefined;
}

function variablesIn({ environment = [] }: ImageFacts): ReadonlyMap<string, string> {
  return new Map(
    environment.map((pair) => {
      const at = pair.indexOf("=");
      return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** What is at the bottom of each stage, beneath all stages that it builds on. Found once, as chains may be long. */
function bottoms(bases: readonly StageBase[]): readonly (StageBase | undefined)[] {
  const before = bottomsKnown.get(bases);
  if (before !== undefined) {
    return before;
  }
  const fresh: (StageBase | undefined)[] = [];
  for (const base of bases) {
    // A stage only ever builds on an earlier one.
    fresh.push(base.kind === "stage" ? fresh[base.stage] : base);
  }
  bottomsKnown.set(bases, fresh);
  return fresh;
}
