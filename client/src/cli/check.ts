import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { findDiskBuildContext } from "../../../server/src/buildContext/diskBuildContext.ts";
import { parse } from "../../../server/src/dockerfile/parse.ts";
import { lint } from "../../../server/src/lint/lint.ts";
import { rules } from "../../../server/src/lint/rules/index.ts";
import { surroundingsIn } from "../../../server/src/lint/surroundings.ts";
import { exitCodes } from "./exitCodes.ts";
import { entriesOf, type Entry, renderForTerminal } from "./report.ts";

export const checkUsage = `Usage: slipway check FILE… [--format tty|json] [--error-on error|warning|info]

Reports what is wrong in Dockerfiles. The folder of each file is taken as its build context.

  --format tty|json                for people (the default), or a list of JSON objects
  --error-on error|warning|info    how severe a problem has to be for exit code 1 (error)

Exit code: 0 nothing of that severity, 1 problems, 2 a file cannot be read or the arguments make no sense.
`;

/** Where a command writes. */
export interface Output {
  readonly out: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly isTerminal: boolean;
}

const severities = ["error", "warning", "info"] as const;
const formats = ["tty", "json"] as const;

/** `slipway check`. Resolves with the exit code. */
export async function check(args: readonly string[], output: Output): Promise<number> {
  const options = readOptions(args);
  if ("help" in options) {
    output.out(checkUsage);
    return exitCodes.fine;
  }
  if ("mistake" in options) {
    output.complain(`slipway check: ${options.mistake}\n\n${checkUsage}`);
    return exitCodes.wrongUse;
  }
  const entries: Entry[] = [];
  let unreadable = false;
  for (const path of options.files) {
    try {
      const text = await readFile(path, "utf8");
      const found = await checkText(path, text);
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
  const limit = severities.indexOf(options.errorOn);
  return entries.some(({ severity }) => severities.indexOf(severity) <= limit)
    ? exitCodes.problems
    : exitCodes.fine;
}

async function checkText(path: string, text: string): Promise<readonly Entry[]> {
  const file = parse(text);
  const context = findDiskBuildContext(pathToFileURL(resolve(path)).href);
  const findings = lint(file, rules, {
    surroundings: context === undefined ? {} : await surroundingsIn(file, context),
  });
  return entriesOf(path, file, findings);
}

interface Options {
  readonly files: readonly string[];
  readonly format: (typeof formats)[number];
  readonly errorOn: (typeof severities)[number];
}

function readOptions(args: readonly string[]): Options | { mistake: string } | { help: true } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: "string", default: "tty" },
        "error-on": { type: "string", default: "error" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      return { help: true };
    }
    const format = formats.find((each) => each === values.format);
    const errorOn = severities.find((each) => each === values["error-on"]);
    if (format === undefined || errorOn === undefined) {
      const [name, value] =
        format === undefined ? ["--format", values.format] : ["--error-on", values["error-on"]];
      return { mistake: `${name} does not take "${value}".` };
    }
    return positionals.length === 0
      ? { mistake: "name at least one Dockerfile." }
      : { files: positionals, format, errorOn };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}
