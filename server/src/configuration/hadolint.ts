import { labelTypes, type LabelType, type Severity } from "../lint/rule.ts";
import type { Configuration, ConfigurationMistake } from "./configuration.ts";
import { readYaml, type YamlFile } from "./yamlFile.ts";

/**
 * Where hadolint looks for its configuration, in its order; only the first file that is there counts.
 * `folder` is where it is run: it does not look into the folders above.
 */
export function hadolintPaths(places: {
  readonly folders: readonly string[];
  readonly home: string;
  readonly configHome: string;
}): string[] {
  const { folders, home, configHome } = places;
  return [
    ...folders.flatMap((folder) => both(`${folder}/.hadolint`)),
    ...both(`${configHome}/hadolint`),
    ...both(`${home}/.hadolint/hadolint`),
    ...both(`${home}/.hadolint/config`),
    ...both(`${home}/.hadolint`),
  ];
}

function both(stem: string): string[] {
  return [`${stem}.yaml`, `${stem}.yml`];
}

/** What hadolint's settings say, each absent where nothing is said. */
export interface HadolintSettings {
  readonly ignored: readonly string[];
  readonly overrides: ReadonlyMap<string, Severity>;
  readonly trustedRegistries: readonly string[];
  readonly labelSchema: ReadonlyMap<string, LabelType>;
  readonly strictLabels?: boolean;
  readonly disableIgnorePragma?: boolean;
  readonly noFail?: boolean;
  readonly failureThreshold?: Severity;
}

/**
 * Reads a `.hadolint.yaml`. Keys that hadolint does not know are passed over, as it does. A value that makes
 * no sense is a mistake, and the rest counts; of a file that is no YAML nothing does.
 */
export async function readHadolintFile(
  text: string,
): Promise<{ settings: HadolintSettings; mistakes: readonly ConfigurationMistake[] }> {
  const yaml = await readYaml(text);
  yaml.entries(
    yaml.root,
    "The file should hold keys with values, such as `ignored:` with a list of rules",
  );
  return { settings: hadolintSettingsIn(yaml), mistakes: yaml.mistakes };
}

/** The keys of a `.hadolint.yaml`. */
export const hadolintKeys: readonly string[] =
  "ignored override trustedRegistries label-schema strict-labels disable-ignore-pragma no-fail failure-threshold no-color verbose format formats".split(
    " ",
  );

/** What a file says under hadolint's keys. */
export function hadolintSettingsIn(yaml: YamlFile): HadolintSettings {
  const { root, member, strings, isNothing } = yaml;
  const override = member(root, "override");
  yaml.entries(
    override,
    '"override" should hold `error`, `warning`, `info` and `style`, each with a list',
  );
  const overrides = new Map<string, Severity>();
  for (const level of overrideLevels) {
    for (const code of strings(override, level)) {
      // Of several the most severe counts, which comes first.
      if (!overrides.has(code)) {
        overrides.set(code, severityOf(level) ?? "info");
      }
    }
  }

  const labelSchema = new Map<string, LabelType>();
  for (const { key, keyNode, value } of yaml.entries(
    member(root, "label-schema"),
    '"label-schema" should hold names of labels, each with its type',
  )) {
    const type = labelTypeOf(yaml.scalar(value));
    if (key !== "" && type !== undefined) {
      labelSchema.set(key, type);
    } else {
      yaml.complain(value ?? keyNode, `A label should be one of ${labelTypes.join(", ")}`);
    }
  }

  const threshold = member(root, "failure-threshold");
  const failureThreshold = isNothing(threshold)
    ? undefined
    : (severityOf(yaml.scalar(threshold)) ??
      yaml.complain(
        threshold,
        '"failure-threshold" should be error, warning, info, style, ignore or none',
      ));
  return {
    ignored: strings(root, "ignored"),
    overrides,
    trustedRegistries: strings(root, "trustedRegistries"),
    labelSchema,
    ...present("strictLabels", yaml.flag(root, "strict-labels")),
    ...present("disableIgnorePragma", yaml.flag(root, "disable-ignore-pragma")),
    ...present("noFail", yaml.flag(root, "no-fail")),
    ...present("failureThreshold", failureThreshold),
  };
}

/** Reads `HADOLINT_…` of the environment. What makes no sense counts as not set, as it does for hadolint. */
export function readHadolintEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): HadolintSettings {
  const names = (name: string): string[] =>
    (environment[`HADOLINT_${name}`] ?? "")
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== "");
  const flag = (name: string): boolean | undefined => {
    const value = environment[`HADOLINT_${name}`];
    return value === undefined ? undefined : /^(?:1|y|on|true|yes)$/i.test(value);
  };
  const overrides = new Map<string, Severity>();
  for (const level of overrideLevels) {
    for (const code of names(`OVERRIDE_${level.toUpperCase()}`)) {
      if (!overrides.has(code)) {
        overrides.set(code, severityOf(level) ?? "info");
      }
    }
  }
  const labelSchema = new Map<string, LabelType>();
  for (const pair of names("REQUIRE_LABELS")) {
    const [, name = "", type = ""] = /^([^:]*):?(.*)$/.exec(pair) ?? [];
    const known = labelTypeOf(type);
    if (name !== "" && known !== undefined) {
      labelSchema.set(name, known);
    }
  }
  return {
    ignored: names("IGNORE"),
    overrides,
    // The second is what older versions call it.
    trustedRegistries: [...names("TRUSTED_REGISTRIES"), ...names("ALLOWED_REGISTRIES")],
    labelSchema,
    ...present("strictLabels", flag("STRICT_LABELS")),
    ...present("disableIgnorePragma", flag("DISABLE_IGNORE_PRAGMA")),
    ...present("noFail", flag("NOFAIL")),
    ...present("failureThreshold", severityOf(environment["HADOLINT_FAILURE_THRESHOLD"])),
  };
}

/** All together, the first before the others: lists are joined, and of the rest the first that says something counts. */
export function joinedSettings(all: readonly HadolintSettings[]): Omit<Configuration, "files"> {
  const codes = new Map<string, Severity | "off">();
  for (const { overrides } of all) {
    for (const [code, severity] of overrides) {
      if (!codes.has(code)) {
        codes.set(code, severity);
      }
    }
  }
  for (const code of all.flatMap(({ ignored }) => ignored)) {
    codes.set(code, "off");
  }
  const trustedRegistries = all.flatMap((each) => each.trustedRegistries);
  const labelSchema = new Map([...all].reverse().flatMap((each) => [...each.labelSchema]));
  const first = <Key extends keyof HadolintSettings>(key: Key) =>
    all.map((each) => each[key]).find((value) => value !== undefined);
  return {
    codes,
    modes: new Map(),
    policy: {
      ...(trustedRegistries.length > 0 && { trustedRegistries }),
      ...(labelSchema.size > 0 && { labelSchema }),
      ...present("strictLabels", first("strictLabels")),
    },
    ignoresPragmas: first("disableIgnorePragma") ?? false,
    neverFails: first("noFail") ?? false,
    ...present("failureThreshold", first("failureThreshold")),
  };
}

const overrideLevels = ["error", "warning", "info", "style"] as const;

function labelTypeOf(value: unknown): LabelType | undefined {
  return value === "" ? "text" : labelTypes.find((each) => each === value);
}

/** `style` is the mildest there is here; `ignore` and `none` as a threshold let everything count. */
function severityOf(value: unknown): Severity | undefined {
  switch (value) {
    case "error":
    case "warning":
    case "info":
      return value;
    case "style":
    case "ignore":
    case "none":
      return "info";
    default:
      return undefined;
  }
}

function present<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [Each in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [Each in Key]?: Value });
}
