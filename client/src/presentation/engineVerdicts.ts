import type { DryRunStep } from "../engine/dryRun.ts";
import type { Localize } from "./localize.ts";

/** What the engine says of an instruction. */
export interface EngineVerdict {
  /** The instruction's last line, 0-based. */
  readonly line: number;
  readonly verdict: DryRunStep["verdict"];
  /** Beside the instruction. */
  readonly text: string;
}

/** One verdict for each instruction: of several steps, the one that costs most. */
export function engineVerdicts(
  steps: readonly DryRunStep[],
  localize: Localize,
): readonly EngineVerdict[] {
  const byLine = new Map<number, DryRunStep>();
  for (const each of steps) {
    // Laying a linked COPY over what lies below it is done anew each time, and costs nothing.
    if (each.step.kind === "merge") {
      continue;
    }
    // What several stages have in common is one step, at several places.
    for (const { end } of each.step.lines) {
      const before = byLine.get(end - 1);
      if (before === undefined || weight[each.verdict] > weight[before.verdict]) {
        byLine.set(end - 1, each);
      }
    }
  }
  return [...byLine]
    .sort(([a], [b]) => a - b)
    .map(([line, step]) => ({ line, verdict: step.verdict, text: verdictText(step, localize) }));
}

/** All of it in a sentence. */
export function engineSummary(verdicts: readonly EngineVerdict[], localize: Localize): string {
  const count = (wanted: EngineVerdict["verdict"]): number =>
    verdicts.filter(({ verdict }) => verdict === wanted).length;
  const summary = localize(
    "The engine would take {0} of {1} instructions from its cache and run {2}.",
    count("cached"),
    verdicts.length,
    count("runs"),
  );
  const unknown = count("unknown");
  return unknown === 0
    ? summary
    : `${summary} ${localize("{0} depend on what these make.", unknown)}`;
}

const weight = { cached: 0, unknown: 1, runs: 2 } as const;

function verdictText({ verdict, said }: DryRunStep, localize: Localize): string {
  switch (verdict) {
    case "cached":
      return localize("engine: cached");
    case "runs":
      return said === undefined
        ? localize("engine: runs again")
        : localize("engine: fails, {0}", shortened(said));
    case "unknown":
      return localize("engine: depends on what runs above");
  }
}

/** BuildKit's words begin with where it was, and end with what is wrong. */
function shortened(said: string): string {
  const words = said.replaceAll(/\s+/g, " ").trim();
  return words.length <= longestWords ? words : `…${words.slice(-longestWords)}`;
}

const longestWords = 100;
