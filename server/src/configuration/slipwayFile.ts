import { suggest } from "../dockerfile/suggest.ts";
import type { Severity } from "../lint/rule.ts";
import { type RuleSet, ruleSets } from "../lint/ruleSets.ts";
import type { ConfigurationMistake } from "./configuration.ts";
import { type HadolintSettings, hadolintKeys, hadolintSettingsIn } from "./hadolint.ts";
import { readYaml } from "./yamlFile.ts";

/** The names of a project's file, the first that is there counts. */
export const slipwayFileNames = ["slipway.yaml", "slipway.yml", ".slipway.yaml", ".slipway.yml"];

/** What a `slipway.yaml` says: everything that a `.hadolint.yaml` can say, and more. */
export interface SlipwaySettings {
  readonly hadolint: HadolintSettings;
  readonly ruleSet?: RuleSet;
  /** By any name of a rule. */
  readonly severities: ReadonlyMap<string, Severity | "off">;
  /** By the name that the rule has first. */
  readonly modes: ReadonlyMap<string, string>;
  readonly secretWords: readonly string[];
  readonly publicWords: readonly string[];
}

/** The rules that a file may name. */
export interface NamedRule {
  readonly name: string;
  readonly alsoKnownAs: readonly string[];
  readonly modes?: Readonly<Record<string, unknown>>;
}

/**
 * Reads a `slipway.yaml`:
 *
 *     rule-set: hadolint
 *     rules:
 *       unpinned-package: off
 *       DL3007: error
 *       workdir-relative-path: { severity: error, mode: every }
 *     secret-words: [passphrase, "!key"]
 *     public-words: [fingerprint]
 *
 * and the keys of a `.hadolint.yaml`. What makes no sense is a mistake, and the rest counts.
 */
export async function readSlipwayFile(
  text: string,
  rules: readonly NamedRule[],
): Promise<{ settings: SlipwaySettings; mistakes: readonly ConfigurationMistake[] }> {
  const yaml = await readYaml(text);
  const { root, scalar, member } = yaml;
  for (const { key, keyNode } of yaml.entries(
    root,
    "The file should hold keys with values, such as `rules:` with rules and how severe they are",
  )) {
    if (!keys.includes(key)) {
      const near = suggest(key, keys);
      yaml.complain(
        keyNode,
        near === undefined
          ? `There is no setting "${key}"; there are ${ownKeys.join(", ")} and those of hadolint`
          : `There is no setting "${key}" (did you mean ${near}?)`,
      );
    }
  }

  const severities = new Map<string, Severity | "off">();
  const modes = new Map<string, string>();
  const byName = new Map(
    rules.flatMap((rule) => [rule.name, ...rule.alsoKnownAs].map((name) => [name, rule] as const)),
  );
  for (const { key, keyNode, value } of yaml.entries(
    member(root, "rules"),
    '"rules" should hold names of rules, each with off, info, warning or error',
  )) {
    const rule = byName.get(key);
    if (rule === undefined && !/^(?:DL|SC)\d{4}$/.test(key)) {
      const near = suggest(key, [...byName.keys()]);
      yaml.complain(
        keyNode,
        near === undefined
          ? `No rule is called ${key}`
          : `No rule is called ${key} (did you mean ${near}?)`,
      );
      continue;
    }
    const level = yaml.isMap(value) ? member(value, "severity") : value;
    const severity = readSeverity(scalar(level));
    if (severity !== undefined) {
      severities.set(key, severity);
    } else if (!yaml.isNothing(level) && scalar(level) !== "default") {
      yaml.complain(level, "A rule should be off, info, warning, error or default");
    }
    const mode = member(value, "mode");
    const known = Object.keys(rule?.modes ?? {});
    const named = scalar(mode);
    if (typeof named === "string" && known.includes(named) && rule !== undefined) {
      modes.set(rule.name, named);
    } else if (!yaml.isNothing(mode)) {
      yaml.complain(
        mode,
        known.length === 0
          ? `${key} has no modes`
          : `A mode of ${key} should be one of ${known.join(", ")}`,
      );
    }
  }

  const set = member(root, "rule-set");
  const ruleSet = ruleSets.find((each) => each === scalar(set));
  if (ruleSet === undefined && !yaml.isNothing(set)) {
    yaml.complain(set, `"rule-set" should be one of ${ruleSets.join(", ")}`);
  }
  return {
    settings: {
      hadolint: hadolintSettingsIn(yaml),
      ...(ruleSet === undefined ? {} : { ruleSet }),
      severities,
      modes,
      secretWords: yaml.strings(root, "secret-words"),
      publicWords: yaml.strings(root, "public-words"),
    },
    mistakes: yaml.mistakes,
  };
}

const ownKeys: readonly string[] = ["rule-set", "rules", "secret-words", "public-words"];
const keys: readonly string[] = [...ownKeys, ...hadolintKeys];

/** YAML reads a bare `off` as text, as its version 1.2 has it; older files mean `false` by it. */
function readSeverity(value: unknown): Severity | "off" | undefined {
  switch (value) {
    case "off":
    case false:
      return "off";
    case "error":
    case "warning":
    case "info":
      return value;
    default:
      return undefined;
  }
}
