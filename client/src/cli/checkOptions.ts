import { parseArgs } from "node:util";
import { type LabelType, labelTypes, type Severity } from "../../../server/src/lint/rule.ts";
import { type RuleSet, ruleSets } from "../../../server/src/lint/ruleSets.ts";
import { type Format, formats } from "./reportFormats.ts";

export const checkUsage = `Usage: slipway check [FILE|FOLDER|-]… [options]

Reports what is wrong in Dockerfiles: in files, in whole folders (the current one when none is named), or in
standard input (-). The folder of each file is taken as its build context.

A slipway.yaml beside a Dockerfile or above it is heeded, and hadolint's configuration too: .hadolint.yaml in the
current folder or the user's, and HADOLINT_… variables.

  -f, --format FORMAT            ${formats.join(", ")};
                                 tty is the default, and shows the lines with their places underlined
  -o, --output FILE              write the report to a file
      --file-path-in-report NAME call the file so in the report, such as one from standard input
      --no-color                 no colors, as with the variable NO_COLOR
      --fix                      mend what can be mended without changing the image, and report the rest

  -t, --failure-threshold LEVEL  error, warning, info (the default), style, ignore or none: how severe a problem
                                 has to be for exit code 1
      --no-fail                  exit code 0 whatever is found

  -c, --config FILE              read this slipway.yaml or .hadolint.yaml, and no other
      --rule-set SET             ${ruleSets.join(", ")}
      --error, --warning, --info, --style, --ignore RULE
                                 how severe a rule is, by any of its names; may be repeated
      --mode RULE=MODE           how a rule is read
      --no-shellcheck            leave out ShellCheck, which otherwise reads the scripts: the one on the PATH, or else
                                 the one that comes along
      --trusted-registry NAME    a registry that images may come from; may be repeated
      --require-label NAME:TYPE  a label that images should have; may be repeated
      --strict-labels            they should have no others
      --disable-ignore-pragma    heed no comments of hadolint

Exit code: 0 nothing of that severity, 1 problems, 2 a file cannot be read or the arguments make no sense.
`;

export interface CheckOptions {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly output?: string;
  readonly pathInReport?: string;
  readonly isColored: boolean;
  readonly fixes: boolean;
  /** Absent when the project's configuration is to say it. */
  readonly failureThreshold?: Severity;
  readonly neverFails: boolean;
  readonly config?: string;
  readonly ruleSet?: RuleSet;
  /** By any name of a rule. */
  readonly codes: ReadonlyMap<string, Severity | "off">;
  readonly modes: ReadonlyMap<string, string>;
  readonly trustedRegistries: readonly string[];
  readonly labelSchema: ReadonlyMap<string, LabelType>;
  readonly strictLabels: boolean;
  readonly ignoresPragmas: boolean;
  readonly shellCheck: boolean;
}

/** Reads the arguments of `slipway check`; what makes no sense is a mistake, in one sentence. */
export function readCheckOptions(
  args: readonly string[],
): CheckOptions | { readonly mistake: string } | { readonly help: true } {
  try {
    return options(args);
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}

function options(args: readonly string[]): CheckOptions | { readonly help: true } {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: "string", short: "f", default: "tty" },
      output: { type: "string", short: "o" },
      "file-path-in-report": { type: "string" },
      "no-color": { type: "boolean", default: false },
      fix: { type: "boolean", default: false },
      "failure-threshold": { type: "string", short: "t" },
      "no-fail": { type: "boolean", default: false },
      config: { type: "string", short: "c" },
      "rule-set": { type: "string" },
      error: { type: "string", multiple: true, default: [] },
      warning: { type: "string", multiple: true, default: [] },
      info: { type: "string", multiple: true, default: [] },
      style: { type: "string", multiple: true, default: [] },
      ignore: { type: "string", multiple: true, default: [] },
      mode: { type: "string", multiple: true, default: [] },
      "trusted-registry": { type: "string", multiple: true, default: [] },
      "require-label": { type: "string", multiple: true, default: [] },
      "strict-labels": { type: "boolean", default: false },
      "disable-ignore-pragma": { type: "boolean", default: false },
      "no-shellcheck": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    return { help: true };
  }
  const format = oneOf(formats, values.format, "--format");
  const threshold = values["failure-threshold"];
  const ruleSet = values["rule-set"];
  const codes = new Map<string, Severity | "off">();
  for (const [level, severity] of levels) {
    for (const code of values[level]) {
      codes.set(code, severity);
    }
  }
  const paths = positionals.length === 0 ? ["."] : positionals;
  if (values.fix && paths.includes("-")) {
    throw new Error("--fix changes files; what comes from standard input is none.");
  }
  return {
    paths,
    format,
    ...(values.output === undefined ? {} : { output: values.output }),
    ...(values["file-path-in-report"] === undefined
      ? {}
      : { pathInReport: values["file-path-in-report"] }),
    isColored: !values["no-color"],
    fixes: values.fix,
    ...(threshold === undefined
      ? {}
      : { failureThreshold: thresholds[oneOf(thresholdNames, threshold, "--failure-threshold")] }),
    neverFails: values["no-fail"],
    ...(values.config === undefined ? {} : { config: values.config }),
    ...(ruleSet === undefined ? {} : { ruleSet: oneOf(ruleSets, ruleSet, "--rule-set") }),
    codes,
    modes: new Map(values.mode.map((pair) => parts(pair, "=", "--mode"))),
    trustedRegistries: values["trusted-registry"],
    labelSchema: new Map(
      values["require-label"].map((pair) => {
        const [name, type] = parts(pair, ":", "--require-label");
        return [name, oneOf(labelTypes, type, "--require-label")] as const;
      }),
    ),
    strictLabels: values["strict-labels"],
    ignoresPragmas: values["disable-ignore-pragma"],
    shellCheck: !values["no-shellcheck"],
  };
}

/** What comes later counts for a rule that is named twice. */
const levels = [
  ["style", "info"],
  ["info", "info"],
  ["warning", "warning"],
  ["error", "error"],
  ["ignore", "off"],
] as const;

/** As in hadolint, of which the last three let everything count. */
const thresholds = {
  error: "error",
  warning: "warning",
  info: "info",
  style: "info",
  ignore: "info",
  none: "info",
} as const satisfies Readonly<Record<string, Severity>>;
const thresholdNames = ["error", "warning", "info", "style", "ignore", "none"] as const;

function oneOf<Name extends string>(names: readonly Name[], given: string, option: string): Name {
  const found = names.find((name) => name === given);
  if (found === undefined) {
    throw new Error(`${option} does not take "${given}", but one of ${names.join(", ")}.`);
  }
  return found;
}

function parts(pair: string, separator: string, option: string): readonly [string, string] {
  const at = pair.indexOf(separator);
  if (at <= 0) {
    throw new Error(`${option} takes two words with "${separator}" between, and not "${pair}".`);
  }
  return [pair.slice(0, at), pair.slice(at + 1)];
}
