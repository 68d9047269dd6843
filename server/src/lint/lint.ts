import type { Dockerfile } from "../dockerfile/syntax.ts";
import type { Edit, OtherRules, Problem, Rule, Severity, Surroundings } from "./rule.ts";
import { type Suppressions, namesFor, namesOf, readSuppressions } from "./suppressions.ts";

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
  const { surroundings = {}, onBrokenRule } = options;
  const judge = new Judge(file, options);
  const findings: Finding[] = [];
  const ran = new Set<Rule>();
  const found: OtherRules["found"][number][] = [];
  const others: OtherRules = { all: rules, ran, found };
  for (const rule of inOrder(rules)) {
    if (!judge.looksFor(rule)) {
      continue;
    }
    try {
      ran.add(rule);
      for (const problem of rule.check(file, surroundings, others)) {
        found.push({ rule, problem });
        findings.push(...judge.finding(rule, problem));
      }
    } catch (error) {
      onBrokenRule?.(rule, error);
    }
  }
  return inPlace(findings);
}

/** Judges what another program has found, as `lint` judges what the rules find. */
export function findingsOf(
  file: Dockerfile,
  found: OtherRules["found"],
  options: LintOptions = {},
): Finding[] {
  const judge = new Judge(file, options);
  return inPlace(
    found.flatMap(({ rule, problem }) =>
      judge.looksFor(rule) ? judge.finding(rule, problem) : [],
    ),
  );
}

/** In order of place. */
export function inPlace(findings: Finding[]): Finding[] {
  return findings.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Whether a problem is reported, and how severe it is: what settings, configuration and comments say. */
class Judge {
  readonly #severities: NonNullable<LintOptions["severities"]>;
  readonly #codes: NonNullable<LintOptions["codes"]>;
  readonly #suppressions: Suppressions;

  constructor(
    file: Dockerfile,
    { severities = {}, codes = new Map(), ignoresPragmas }: LintOptions,
  ) {
    this.#severities = severities;
    this.#codes = codes;
    this.#suppressions = readSuppressions(file, { heedsHadolint: ignoresPragmas !== true });
  }

  looksFor(rule: Rule): boolean {
    const isTurnedOn =
      this.#chosen(rule) === "default" &&
      namesOf(rule).some((name) => (this.#codes.get(name) ?? "off") !== "off");
    return this.#severity(rule) !== "off" || isTurnedOn;
  }

  /** One or none. */
  finding(rule: Rule, problem: Problem): Finding[] {
    const severity = this.#severityOf(rule, problem);
    return severity === "off" || this.#suppressions.silences(rule, problem)
      ? []
      : [{ ...problem, rule, severity }];
  }

  #chosen(rule: Rule): Severity | "off" | "default" {
    return this.#severities[rule.name] ?? "default";
  }

  #severity(rule: Rule): Severity | "off" {
    const chosen = this.#chosen(rule);
    const own = this.#suppressions.turnsOn(rule) ? "warning" : rule.severity;
    return chosen === "default" ? own : chosen;
  }

  #severityOf(rule: Rule, problem: Problem): Severity | "off" {
    const isDefault = this.#chosen(rule) === "default";
    const coded =
      isDefault && this.#codes.size > 0 ? mildest(namesFor(rule, problem), this.#codes) : undefined;
    if (coded !== undefined) {
      return coded;
    }
    const severity = this.#severity(rule);
    const wanted = isDefault ? (problem.severity ?? severity) : severity;
    return isDefault && wanted === "warning" && this.#suppressions.warningsFail ? "error" : wanted;
  }
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
