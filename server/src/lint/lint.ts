import type { Dockerfile } from "../dockerfile/syntax.ts";
import type { Edit, OtherRules, Problem, Rule, Severity, Surroundings } from "./rule.ts";
import { readSuppressions } from "./suppressions.ts";

/** A problem with the rule that found it, as severe as the settings say. */
export interface Finding extends Problem {
  readonly rule: Rule;
  readonly severity: Severity;
}

export interface LintOptions {
  /** By rule name; rules that are not named keep their own severity. */
  readonly severities?: Readonly<Record<string, Severity | "off" | "default">>;
  readonly surroundings?: Surroundings;
  /** Told of a rule that throws, which is then skipped. */
  readonly onBrokenRule?: (rule: Rule, error: unknown) => void;
}

/** Runs the rules over a Dockerfile: what they find and nobody has suppressed, in order of place. */
export function lint(
  file: Dockerfile,
  rules: readonly Rule[],
  { severities = {}, surroundings = {}, onBrokenRule }: LintOptions = {},
): Finding[] {
  const suppressions = readSuppressions(file);
  const findings: Finding[] = [];
  const ran = new Set<Rule>();
  const found: OtherRules["found"][number][] = [];
  const others: OtherRules = { all: rules, ran, found };
  for (const rule of inOrder(rules)) {
    const chosen = severities[rule.name] ?? "default";
    const own = suppressions.turnsOn(rule) ? "warning" : rule.severity;
    const severity = chosen === "default" ? own : chosen;
    if (severity === "off") {
      continue;
    }
    const severityOf = (problem: Problem): Severity => {
      const wanted = chosen === "default" ? (problem.severity ?? severity) : severity;
      return chosen === "default" && wanted === "warning" && suppressions.warningsFail
        ? "error"
        : wanted;
    };
    try {
      ran.add(rule);
      for (const problem of rule.check(file, surroundings, others)) {
        found.push({ rule, problem });
        if (!suppressions.silences(rule, problem)) {
          findings.push({ ...problem, rule, severity: severityOf(problem) });
        }
      }
    } catch (error) {
      onBrokenRule?.(rule, error);
    }
  }
  return findings.sort((a, b) => a.start - b.start || a.end - b.end);
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
