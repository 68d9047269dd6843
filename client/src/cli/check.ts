import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { findDiskBuildContext } from "../../../server/src/buildContext/diskBuildContext.ts";
import type { Configuration } from "../../../server/src/configuration/configuration.ts";
import { configurationIn } from "../../../server/src/configuration/diskConfiguration.ts";
import { parse } from "../../../server/src/dockerfile/parse.ts";
import { lint } from "../../../server/src/lint/lint.ts";
import { rules } from "../../../server/src/lint/rules/index.ts";
import { surroundingsIn } from "../../../server/src/lint/surroundings.ts";
import { exitCodes } from "./exitCodes.ts";
import { entriesOf, type Entry, renderForTerminal } from "./report.ts";

export const checkUsage = `Usage: slipway check FILE… [--format tty|json] [--error-on error|warning|info]

Reports what is wrong in Dockerfiles. The folder of each file is taken as its build context.
hadolint's configuration is heeded: .hadolint.yaml in the current folder or the user's, and HADOLINT_… variables.

  --format tty|json                for people (the default), or a list of JSON objects
  --error-on error|warning|info    how severe a problem has to be for exit code 1
                                   (failure-threshold of the configuration, or else error)

Exit code: 0 nothing of that severity, 1 problems, 2 a file cannot be read or the arguments make no sense.
`;

/** Where a command writes. */
export interface Output {
  readonly out: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly isTerminal: boolean;
}

/** Where a command runs. */
export interface Place {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const severities = ["error", "warning", "info"] as const;
const formats = ["tty", "json"] as const;

/** `slipway check`. Resolves with the exit code. */
export async function check(
  args: readonly string[],
  output: Output,
  { folder, environment }: Place = { folder: process.cwd(), environment: process.env },
): Promise<number> {
  const options = readOptions(args);
  if ("help" in options) {
    output.out(checkUsage);
    return exitCodes.fine;
  }
  if ("mistake" in options) {
    output.complain(`slipway check: ${options.mistake}\n\n${checkUsage}`);
    return exitCodes.wrongUse;
  }
  const configuration = await configurationIn([folder], environment);
  for (const { line, message } of configuration.mistakes) {
    output.complain(`slipway check: ${configuration.path ?? ""}:${line + 1}: ${message}\n`);
  }
  const entries: Entry[] = [];
  let unreadable = false;
  for (const path of options.files) {
    try {
      const text = await readFile(path, "utf8");
      const found = await checkText(path, text, configuration);
      entries.push(...found);
      if (options.format === "tty") {
        const isColored = output.isTerminal && process.env["NO_COLOR"] === undefined;
        output.out(renderForTerminal(found, text, { isColored }));
      }
    } catch (error) {
      unreadable = true;
      output.complain(`slipway check: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  if (options.format === "json") {
    output.out(`${JSON.stringify(entries, undefined, 2)}\n`);
  }
  if (unreadable) {
    return exitCodes.wrongUse;
  }
  const errorOn = options.errorOn ?? configuration.failureThreshold ?? "error";
  const limit = severities.indexOf(errorOn);
  return !configuration.neverFails &&
    entries.some(({ severity }) => severities.indexOf(severity) <= limit)
    ? exitCodes.problems
    : exitCodes.fine;
}

async function checkText(
  path: string,
  text: string,
  { codes, ignoresPragmas, policy }: Configuration,
): Promise<readonly Entry[]> {
  const file = parse(text);
  const context = findDiskBuildContext(pathToFileURL(resolve(path)).href);
  const surroundings = context === undefined ? {} : await surroundingsIn(file, context);
  const findings = lint(file, rules, {
    codes,
    ignoresPragmas,
    surroundings: { ...surroundings, policy },
  });
  return entriesOf(path, file, findings);
}

interface Options {
  readonly files: readonly string[];
  readonly format: (typeof formats)[number];
  /** Absent when the project's configuration is to say it. */
  readonly errorOn?: (typeof severities)[number];
}

function readOptions(args: readonly string[]): Options | { mistake: string } | { help: true } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: "string", default: "tty" },
        "error-on": { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      return { help: true };
    }
    const format = formats.find((each) => each === values.format);
    const wanted = values["error-on"];
    const errorOn = severities.find((each) => each === wanted);
    if (format === undefined || (errorOn === undefined && wanted !== undefined)) {
      const [name, value] =
        format === undefined ? ["--format", values.format] : ["--error-on", wanted];
      return { mistake: `${name} does not take "${value}".` };
    }
    return positionals.length === 0
      ? { mistake: "name at least one Dockerfile." }
      : { files: positionals, format, ...(errorOn === undefined ? {} : { errorOn }) };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}
