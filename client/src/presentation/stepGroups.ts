import type { RecordedStep } from "./buildRecord.ts";

/** Steps that belong together: those of a stage, or what the builder does before and after. */
export interface StepGroup {
  /** A stage's name; the work before the first instruction and after the last one have their own. */
  readonly kind: "preparation" | "stage" | "export";
  /** BuildKit's name of the stage: `build`, `stage-1`; empty where the Dockerfile has only one. */
  readonly name: string;
  readonly steps: readonly RecordedStep[];
}

/** The steps by stage, each in the Dockerfile's order as far as lines are known. */
export function groupSteps(steps: readonly RecordedStep[]): readonly StepGroup[] {
  const preparation: RecordedStep[] = [];
  const exported: RecordedStep[] = [];
  const stages = new Map<string, RecordedStep[]>();
  for (const step of steps) {
    const place = placeOf(step.name);
    if (place !== undefined) {
      stages.set(place.stage, [...(stages.get(place.stage) ?? []), step]);
    } else if (/^(?:exporting|sending|writing|pushing|unpacking|preparing)\b/.test(step.name)) {
      exported.push(step);
    } else if (step.name !== "") {
      preparation.push(step);
    }
  }
  const groups: readonly StepGroup[] = [
    { kind: "preparation", name: "", steps: preparation },
    ...[...stages]
      .toSorted(([, a], [, b]) => lineOf(a) - lineOf(b))
      .map(([name, members]): StepGroup => ({
        kind: "stage",
        name,
        steps: members.toSorted((a, b) => numberOf(a) - numberOf(b)),
      })),
    { kind: "export", name: "", steps: exported },
  ];
  return groups.filter((group) => group.steps.length > 0);
}

/** `RUN npm ci` of `[build 2/5] RUN npm ci`, on one line; the builder's own work keeps its words. */
export function instructionText(stepName: string): string {
  return stepName
    .replace(/^\[(?:[^\]]*?\d+\/\d+|internal|auth)\] /, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function placeOf(name: string): { readonly stage: string; readonly number: number } | undefined {
  const match = /^\[(?:(.*?) +)?(\d+)\/\d+\] /.exec(name);
  return match === null ? undefined : { stage: match[1] ?? "", number: Number(match[2]) };
}

/** Of the first instruction whose line is known; a stage without any keeps its place at the end. */
function lineOf(steps: readonly RecordedStep[]): number {
  return Math.min(Number.MAX_SAFE_INTEGER, ...steps.flatMap(({ line }) => line ?? []));
}

function numberOf({ name }: RecordedStep): number {
  return placeOf(name)?.number ?? 0;
}
