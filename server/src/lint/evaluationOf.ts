import { type Evaluation, evaluate } from "../dockerfile/evaluate.ts";
import type { Dockerfile } from "../dockerfile/syntax.ts";

const evaluations = new WeakMap<Dockerfile, Evaluation>();

/** What the builder's walk with default arguments finds out; computed once for each parsed Dockerfile. */
export function evaluationOf(file: Dockerfile): Evaluation {
  const known = evaluations.get(file);
  if (known !== undefined) {
    return known;
  }
  const fresh = evaluate(file);
  evaluations.set(file, fresh);
  return fresh;
}
