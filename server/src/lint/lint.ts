import type { Dockerfile } from "../dockerfile/syntax.ts";
import type { Edit, OtherRules, Problem, Rule, Severity, Surroundings } from "./rule.ts";
import { namesFor, namesOf, readSuppressions } from "./suppressions.ts";

/** A problem with the rule that found it, as severe as the settings say. */
export interface Finding extends Problem {
  readonly rule: Rule;
  readonly severity: Severity;
}

export interface LintOptions {
  /** By rule name; rules that are not named keep their own severity. */
  readonly severities?: Readonly<Record<string, Severity | "off" | "default">>;
  /** By any name of a rule, or of one of its findings. Counts where `severities` says nothing of the rule. */
  readonly codes?: ReadonlyMap<string, Severity | "off">;
  /** Comments of hadolint silence nothing. */
  readonly ignoresPragmas?: boolean;
  readonly surroundings?: Surroundings;
  /** Told of a rule that throws, which is then skipped. */
  readonly onBrokenRule?: (rule: Rule, error: unknown) => void;
}

/** Runs the rules over a Dockerfile: what they find and nobody has suppressed, in order of place. */
export function lint(
  file: Dockerfile,
  rules: readonly Rule[],
  options: LintOptions = {},
): Finding[] {
  const { severities = {}, codes = new Map(), surroundings = {}, onBrokenRule } = options;
  const suppressions = readSuppressions(file, { heedsHadolint: options.ignoresPragmas !== true });
  const findings: Finding[] = [];
  const ran = new Set<Rule>();
  const found: OtherRules["found"][number][] = [];
  const others: OtherRules = { all: rules, ran, found };
  for (const rule of inOrder(rules)) {
    const chosen = severities[rule.name] ?? "default";
    const own = suppressions.turnsOn(rule) ? "warning" : rule.severity;
    const severity = chosen === "default" ? own : chosen;
    const isTurnedOn =
      chosen === "default" && namesOf(rule).some((name) => (codes.get(name) ?? "off") !== "off");
    if (severity === "off" && !isTurnedOn) {
      continue;
    }
    const severityOf = (problem: Problem): Severity | "off" => {
      const coded =
        chosen === "default" && codes.size > 0
          ? mildest(namesFor(rule, problem), codes)
          : undefined;
      if (coded !== undefined) {
        return coded;
      }
      const wanted = chosen === "default" ? (problem.severity ?? severity) : severity;
      return chosen === "default" && wanted === "warning" && suppressions.warningsFail
        ? "error"
        : wanted;
    };
    try {
      ran.add(rule);
      for (const problem of rule.check(file, surroundings, others)) {
        found.push({ rule, problem });
        const severity = severityOf(problem);
        if (severity !== "off" && !suppressions.silences(rule, problem)) {
          findings.push({ ...problem, rule, severity });
        }
      }
    } catch (error) {
      onBrokenRule?.(rule, error);
    }
  }
  return findings.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** What is said of a finding that has several names: "off" before all else, then the first. */
function mildest(
  names: readonly string[],
  codes: NonNullable<LintOptions["codes"]>,
): Severity | "off" | undefined {
  const said = names.flatMap((name) => codes.get(name) ?? []);
  return said.includes("off") ? "off" : said[0];
}

function inOrder(rules: readonly Rule[]): readonly Rule[] {
  return [
    ...rules.filter(({ runsLast }) => runsLast !== true),
    ...rules.filter(({ runsLast }) => runsLast === true),
  ];
}

/** The edits of all safe fixes that fit together: where two overlap, the first wins. */
export function safeEdits(findings: readonly Finding[]): Edit[] {
  const chosen: Edit[] = [];
  for (const { fix } of findings) {
    if (
      fix?.safe === true &&
      !fix.edits.some((edit) => chosen.some((other) => clash(edit, other)))
    ) {
      chosen.push(...fix.edits);
    }
  }
  return chosen.sort((a, b) => a.start - b.start);
}

function clash(a: Edit, b: Edit): boolean {
  return a.start === b.start || (a.start < b.end && b.start < a.end);
}
