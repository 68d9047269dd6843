/** The settings under `slipway.` that the language server knows. */
export interface Settings {
  readonly lint: {
    /** By rule name. */
    readonly rules: Readonly<Record<string, RuleSetting>>;
  };
  readonly cacheHints: {
    readonly enabled: boolean;
  };
  readonly shellcheck: {
    readonly enabled: boolean;
    /** The program to run; empty to run one that is installed, or else the build that comes with us. */
    readonly path: string;
  };
}

export type RuleSetting = "off" | "info" | "warning" | "error" | "default";

export const defaultSettings: Settings = {
  lint: { rules: {} },
  cacheHints: { enabled: true },
  shellcheck: { enabled: true, path: "" },
};

/** Reads the section `slipway` of an editor's settings. Never throws: what makes no sense counts as not set. */
export function readSettings(section: unknown): Settings {
  const rules: Record<string, RuleSetting> = {};
  for (const [name, value] of Object.entries(member(member(section, "lint"), "rules"))) {
    if (isRuleSetting(value)) {
      rules[name] = value;
    }
  }
  const cacheHints = member(section, "cacheHints");
  const shellcheck = member(section, "shellcheck");
  return {
    lint: { rules },
    cacheHints: {
      enabled: booleanIn(cacheHints, "enabled") ?? defaultSettings.cacheHints.enabled,
    },
    shellcheck: {
      enabled: booleanIn(shellcheck, "enabled") ?? defaultSettings.shellcheck.enabled,
      path: stringIn(shellcheck, "path")?.trim() ?? defaultSettings.shellcheck.path,
    },
  };
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
