import type { BuildRecords, StepCost } from "../cache/records.ts";
import type { BuildStep } from "../graph/steps.ts";

/**
 * What a step cost when it ran last, in the newest build that had it: by its words, so that nothing has to
 * be known of the engine or of the base image.
 *
 * @param project The path of the Dockerfile; its own builds count before others.
 */
export function costOf(
  { keyword, text }: BuildStep,
  records: readonly BuildRecords[],
  project: string,
): StepCost | undefined {
  const builds = records
    .flatMap((each) => each.builds.map((build) => ({ build, records: each })))
    .sort(
      (a, b) =>
        Number(b.build.project === project) - Number(a.build.project === project) ||
        b.build.finished - a.build.finished,
    );
  for (const { build, records: own } of builds) {
    for (const step of build.steps) {
      const cost =
        step.keyword === keyword && step.text === text ? own.cost(step.operation) : undefined;
      if (cost !== undefined) {
        return cost;
      }
    }
  }
  return undefined;
}
