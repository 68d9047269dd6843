import type { EngineStep } from "./dockerfileText.ts";

/** What the engine would take from its cache if it built now, found out without running a command. */
export interface DryRun {
  /** Every step comes after what it is built on; sources, and what the builder does for itself, are left out. */
  readonly steps: readonly DryRunStep[];
  /** How often the builder was asked. */
  readonly solves: number;
  readonly milliseconds: number;
}

export interface DryRunStep {
  readonly step: EngineStep;
  /** `unknown` for what reads the output of a command that would run. */
  readonly verdict: "cached" | "runs" | "unknown";
  /** What the builder says of a step that it could not even begin, such as a file that is missing. */
  readonly said?: string;
}
