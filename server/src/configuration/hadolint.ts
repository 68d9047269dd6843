import type { LabelType, Severity } from "../lint/rule.ts";
import type { Configuration, ConfigurationMistake } from "./configuration.ts";

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

const nothing: HadolintSettings = {
  ignored: [],
  overrides: new Map(),
  trustedRegistries: [],
  labelSchema: new Map(),
};

/**
 * Reads a `.hadolint.yaml`. Keys that hadolint does not know are passed over, as it does. A value that makes
 * no sense is a mistake, and the rest counts; of a file that is no YAML nothing does.
 */
export async function readHadolintFile(
  text: string,
): Promise<{ settings: HadolintSettings; mistakes: readonly ConfigurationMistake[] }> {
  // Loaded where a project has such a file, as it would make every start slower.
  const { isMap, isScalar, isSeq, LineCounter, parseDocument } = await import("yaml");
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const mistakes: ConfigurationMistake[] = [];
  const lineAt = (offset: number): number => Math.max(0, lineCounter.linePos(offset).line - 1);
  const [broken] = document.errors;
  if (broken !== undefined) {
    const [sentence = ""] = broken.message.split("\n", 1);
    const message = sentence.replace(/ at line \d.*$/, "");
    const line = lineAt(broken.pos[0]);
    return { settings: nothing, mistakes: [{ line, message: `This is no YAML: ${message}` }] };
  }

  const root: unknown = document.contents;
  const lineOf = (node: unknown): number => {
    const range: unknown =
      typeof node === "object" && node !== null ? Reflect.get(node, "range") : undefined;
    const start: unknown = Array.isArray(range) ? range[0] : undefined;
    return typeof start === "number" ? lineAt(start) : 0;
  };
  const complain = (node: unknown, message: string): undefined => {
    mistakes.push({ line: lineOf(node), message });
    return undefined;
  };
  const scalar = (node: unknown): unknown => (isScalar(node) ? node.value : undefined);
  const member = (map: unknown, key: string): unknown =>
    isMap(map) ? map.items.find((pair) => scalar(pair.key) === key)?.value : undefined;
  const isNothing = (node: unknown): boolean =>
    node === undefined || node === null || scalar(node) === null;

  const strings = (map: unknown, key: string): readonly string[] => {
    const node = member(map, key);
    if (isNothing(node)) {
      return [];
    }
    if (!isSeq(node)) {
      complain(node, `"${key}" should be a list`);
      return [];
    }
    return node.items.flatMap((item) => {
      const value = scalar(item);
      return typeof value === "string"
        ? [value]
        : (complain(item, `"${key}" should be a list of names`) ?? []);
    });
  };
  const flag = (key: string): boolean | undefined => {
    const node = member(root, key);
    const value = scalar(node);
    if (typeof value === "boolean") {
      return value;
    }
    return isNothing(node) ? undefined : complain(node, `"${key}" should be true or false`);
  };
  if (root !== null && !isMap(root) && !isNothing(root)) {
    complain(
      root,
      "The file should hold keys with values, such as `ignored:` with a list of rules",
    );
  }

  const override = member(root, "override");
  if (!isNothing(override) && !isMap(override)) {
    complain(
      override,
      '"override" should hold `error`, `warning`, `info` and `style`, each with a list',
    );
  }
  const overrides = new Map<string, Severity>();
  for (const level of overrideLevels) {
    for (const code of strings(override, level)) {
      // Of several the most severe counts, which comes first.
      if (!overrides.has(code)) {
        overrides.set(code, severityOf(level) ?? "info");
      }
    }
  }

  const schema = member(root, "label-schema");
  const labelSchema = new Map<string, LabelType>();
  if (isMap(schema)) {
    for (const { key, value } of schema.items) {
      const name = scalar(key);
      const type = labelTypeOf(scalar(value));
      if (typeof name === "string" && type !== undefined) {
        labelSchema.set(name, type);
      } else {
        complain(value ?? key, `A label should be one of ${labelTypes.join(", ")}`);
      }
    }
  } else if (!isNothing(schema)) {
    complain(schema, '"label-schema" should hold names of labels, each with its type');
  }

  const threshold = member(root, "failure-threshold");
  const failureThreshold = isNothing(threshold)
    ? undefined
    : (severityOf(scalar(threshold)) ??
      complain(
        threshold,
        '"failure-threshold" should be error, warning, info, style, ignore or none',
      ));
  return {
    settings: {
      ignored: strings(root, "ignored"),
      overrides,
      trustedRegistries: strings(root, "trustedRegistries"),
      labelSchema,
      ...present("strictLabels", flag("strict-labels")),
      ...present("disableIgnorePragma", flag("disable-ignore-pragma")),
      ...present("noFail", flag("no-fail")),
      ...present("failureThreshold", failureThreshold),
    },
    mistakes,
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

/** Both together, as hadolint has it: lists are joined, and of the rest the environment's counts. */
export function asConfiguration(
  environment: HadolintSettings,
  file: HadolintSettings | undefined,
): Omit<Configuration, "path" | "mistakes"> {
  const all = file === undefined ? [environment] : [environment, file];
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
const labelTypes = ["text", "url", "semver", "hash", "rfc3339", "spdx", "email"] as const;

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
