import type { Problem, Rule, Severity } from "./rule.ts";

/** Which rules run when nothing is said of each. */
export type RuleSet = (typeof ruleSets)[number];

/**
 * - `recommended`: what each rule says of itself.
 * - `buildkit`: what `docker build --check` finds, and nothing else.
 * - `hadolint`: what hadolint finds, as severe as it has it, with its readings where a rule has several.
 * - `all`: everything, also what is off by itself.
 */
export const ruleSets = ["recommended", "buildkit", "hadolint", "all"] as const;

const made = new WeakMap<readonly Rule[], Map<RuleSet, readonly Rule[]>>();

/** The rules as severe as the set has them. The same for the same set, so that they can be told apart by identity. */
export function rulesIn(set: RuleSet, rules: readonly Rule[]): readonly Rule[] {
  if (set === "recommended") {
    return rules;
  }
  const sets = made.get(rules) ?? new Map<RuleSet, readonly Rule[]>();
  made.set(rules, sets);
  const known = sets.get(set);
  if (known !== undefined) {
    return known;
  }
  const fresh = rules.map((rule) => inSet(set, rule));
  sets.set(set, fresh);
  return fresh;
}

/** What a rule does that can be read in several ways: what is chosen, or what its set has, or its first. */
export function modesIn(
  set: RuleSet,
  rules: readonly Rule[],
  chosen: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  return new Map(
    rules.flatMap(({ name, modes }) => {
      const names = Object.keys(modes ?? {});
      const own = chosen.get(name);
      const mode =
        own !== undefined && names.includes(own)
          ? own
          : set === "hadolint"
            ? names.find((each) => modes?.[each]?.isHadolints === true)
            : undefined;
      return mode === undefined ? [] : [[name, mode] as const];
    }),
  );
}

/** The names of hadolint's codes among a rule's. */
export function isHadolintCode(name: string): boolean {
  return /^DL\d{4}$/.test(name);
}

/** The names of BuildKit's checks among a rule's. */
export function isBuildKitName(name: string): boolean {
  return buildKitNames.has(name);
}

function inSet(set: RuleSet, rule: Rule): Rule {
  switch (set) {
    case "buildkit":
      return rule.alsoKnownAs.some(isBuildKitName) ? rule : { ...rule, severity: "off" };
    case "hadolint":
      return asHadolintHasIt(rule);
    default:
      return rule.severity === "off" ? { ...rule, severity: "warning" } : rule;
  }
}

function asHadolintHasIt(rule: Rule): Rule {
  const codes = rule.alsoKnownAs.filter(isHadolintCode);
  const [first] = codes;
  if (first === undefined) {
    return { ...rule, severity: "off" };
  }
  const severity = rule.severity === "off" ? "off" : hadolintSeverity(first);
  return {
    ...rule,
    severity,
    *check(...given) {
      for (const problem of rule.check(...given)) {
        yield {
          ...problem,
          severity: hadolintSeverity(codeOf(problem, codes) ?? first),
        };
      }
    },
  };
}

function codeOf({ alias }: Problem, codes: readonly string[]): string | undefined {
  return codes.find((code) => code === alias);
}

function hadolintSeverity(code: string): Severity {
  return hadolintErrors.has(code) ? "error" : hadolintInfos.has(code) ? "info" : "warning";
}

/** By hadolint's README; what it calls style is the mildest here. */
const hadolintErrors = new Set(
  "DL3000 DL3004 DL3012 DL3020 DL3021 DL3024 DL3026 DL3044 DL4000 DL4004".split(" "),
);
const hadolintInfos = new Set(
  "DL3001 DL3009 DL3010 DL3015 DL3019 DL3047 DL3048 DL3049 DL3050 DL3059 DL3060 DL3066".split(" "),
);

const buildKitNames = new Set(
  [
    "StageNameCasing FromAsCasing NoEmptyContinuation ConsistentInstructionCasing DuplicateStageName",
    "ReservedStageName JSONArgsRecommended MaintainerDeprecated UndefinedArgInFrom WorkdirRelativePath",
    "UndefinedVar MultipleInstructionsDisallowed LegacyKeyValueFormat InvalidBaseImagePlatform",
    "RedundantTargetPlatform SecretsUsedInArgOrEnv InvalidDefaultArgInFrom FromPlatformFlagConstDisallowed",
    "CopyIgnoredFile InvalidDefinitionDescription ExposeProtoCasing ExposeInvalidFormat",
  ].flatMap((line) => line.split(" ")),
);
