import type { LintOptions } from "../lint/lint.ts";
import type { Policy, Rule } from "../lint/rule.ts";
import { modesIn, type RuleSet, rulesIn } from "../lint/ruleSets.ts";
import type { Configuration } from "./configuration.ts";

/** What somebody has set who comes before the project's files: an editor's settings, or arguments of a command. */
export interface Choice {
  readonly ruleSet?: RuleSet;
  readonly modes?: ReadonlyMap<string, string>;
  readonly policy?: Policy;
}

/** Which rules run, and how, when a project has that configuration and somebody else has chosen as well. */
export function choose(
  rules: readonly Rule[],
  configuration: Configuration,
  choice: Choice = {},
): Pick<LintOptions, "codes" | "ignoresPragmas" | "surroundings"> & {
  readonly rules: readonly Rule[];
  /** Whether ShellCheck reads the scripts, which is no part of BuildKit's checks. */
  readonly readsScripts: boolean;
} {
  const ruleSet = choice.ruleSet ?? configuration.ruleSet ?? "recommended";
  const modes = new Map([...configuration.modes, ...(choice.modes ?? [])]);
  return {
    rules: rulesIn(ruleSet, rules),
    readsScripts: ruleSet !== "buildkit",
    codes: configuration.codes,
    ignoresPragmas: configuration.ignoresPragmas,
    surroundings: {
      policy: { ...configuration.policy, ...choice.policy },
      modes: modesIn(ruleSet, rules, modes),
    },
  };
}
