import { labelTypes, type Policy } from "./lint/rule.ts";
import { type RuleSet, ruleSets } from "./lint/ruleSets.ts";

/** The settings under `slipway.` that the language server knows. */
export interface Settings {
  readonly lint: {
    /** By rule name. */
    readonly rules: Readonly<Record<string, RuleSetting>>;
    /** Absent, as all that follows, where the project's files are to say it. */
    readonly ruleSet?: RuleSet;
    /** By rule name. */
    readonly modes: ReadonlyMap<string, string>;
    readonly policy: Policy;
  };
  readonly cacheHints: {
    readonly enabled: boolean;
    /** What the next build does with each stage, above it. */
    readonly codeLens: boolean;
  };
  readonly shellcheck: {
    readonly enabled: boolean;
    /** The program to run; empty to run one that is installed, or else the build that comes with us. */
    readonly path: string;
  };
}

export type RuleSetting = "off" | "info" | "warning" | "error" | "default";

export const defaultSettings: Settings = {
  lint: { rules: {}, modes: new Map(), policy: {} },
  cacheHints: { enabled: true, codeLens: true },
  shellcheck: { enabled: true, path: "" },
};

/** Reads the section `slipway` of an editor's settings. Never throws: what makes no sense counts as not set. */
export function readSettings(section: unknown): Settings {
  const rules: Record<string, RuleSetting> = {};
  const lint = member(section, "lint");
  for (const [name, value] of Object.entries(member(lint, "rules"))) {
    if (isRuleSetting(value)) {
      rules[name] = value;
    }
  }
  const cacheHints = member(section, "cacheHints");
  const shellcheck = member(section, "shellcheck");
  return {
    lint: { rules, ...ruleSetIn(lint), modes: textsIn(lint, "modes"), policy: policyIn(lint) },
    cacheHints: {
      enabled: booleanIn(cacheHints, "enabled") ?? defaultSettings.cacheHints.enabled,
      codeLens: booleanIn(cacheHints, "codeLens") ?? defaultSettings.cacheHints.codeLens,
    },
    shellcheck: {
      enabled: booleanIn(shellcheck, "enabled") ?? defaultSettings.shellcheck.enabled,
      path: stringIn(shellcheck, "path")?.trim() ?? defaultSettings.shellcheck.path,
    },
  };
}

function ruleSetIn(lint: object): { readonly ruleSet?: RuleSet } {
  const wanted = stringIn(lint, "ruleSet");
  const ruleSet = ruleSets.find((each) => each === wanted);
  return ruleSet === undefined ? {} : { ruleSet };
}

/** Empty lists and maps count as not set. */
function policyIn(lint: object): Policy {
  const labelSchema = new Map(
    [...textsIn(lint, "labelSchema")].flatMap(([name, type]) => {
      const known = labelTypes.find((each) => each === type);
      return known === undefined ? [] : [[name, known] as const];
    }),
  );
  return {
    ...(labelSchema.size > 0 && { labelSchema }),
    ...(booleanIn(lint, "strictLabels") === true && { strictLabels: true }),
    ...listIn(lint, "trustedRegistries"),
    ...listIn(lint, "secretWords"),
    ...listIn(lint, "publicWords"),
  };
}

function listIn<Key extends string>(
  section: object,
  key: Key,
): { readonly [Each in Key]?: readonly string[] } {
  const texts = Object.values(member(section, key)).filter((each) => typeof each === "string");
  const found: { [Each in Key]?: readonly string[] } = {};
  if (texts.length > 0) {
    found[key] = texts;
  }
  return found;
}

function textsIn(section: object, key: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(member(section, key)).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value] as const] : [],
    ),
  );
}

function isRuleSetting(value: unknown): value is RuleSetting {
  return (
    value === "off" ||
    value === "info" ||
    value === "warning" ||
    value === "error" ||
    value === "default"
  );
}

function booleanIn(value: object, key: string): boolean | undefined {
  const found: unknown = Reflect.get(value, key);
  return typeof found === "boolean" ? found : undefined;
}

function stringIn(value: object, key: string): string | undefined {
  const found: unknown = Reflect.get(value, key);
  return typeof found === "string" ? found : undefined;
}

function member(value: unknown, key: string): object {
  const found: unknown =
    typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === "object" && found !== null ? found : {};
}
