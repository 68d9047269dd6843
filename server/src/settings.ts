/** The settings under `slipway.` that the language server knows. */
export interface Settings {
  readonly lint: {
    /** By rule name. */
    readonly rules: Readonly<Record<string, RuleSetting>>;
  };
  readonly cacheHints: {
    readonly enabled: boolean;
  };
}

export type RuleSetting = "off" | "info" | "warning" | "error" | "default";

export const defaultSettings: Settings = {
  lint: { rules: {} },
  cacheHints: { enabled: true },
};

/** Reads the section `slipway` of an editor's settings. Never throws: what makes no sense counts as not set. */
export function readSettings(section: unknown): Settings {
  const rules: Record<string, RuleSetting> = {};
  for (const [name, value] of Object.entries(member(member(section, "lint"), "rules"))) {
    if (isRuleSetting(value)) {
      rules[name] = value;
    }
  }
  const enabled = member(member(section, "cacheHints"), "enabled");
  return {
    lint: { rules },
    cacheHints: {
      enabled: typeof enabled === "boolean" ? enabled : defaultSettings.cacheHints.enabled,
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

function member(value: unknown, key: string): object | boolean {
  const found: unknown =
    typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === "object" && found !== null
    ? found
    : typeof found === "boolean"
      ? found
      : {};
}
