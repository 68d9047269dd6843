import { readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { version } from "../../../package.json";
import { findDiskBuildContext } from "../../../server/src/buildContext/diskBuildContext.ts";
import { choose } from "../../../server/src/configuration/choose.ts";
import type { Configuration } from "../../../server/src/configuration/configuration.ts";
import {
  configurationOfFile,
  DiskConfigurations,
} from "../../../server/src/configuration/diskConfiguration.ts";
import { parse } from "../../../server/src/dockerfile/parse.ts";
import type { Dockerfile } from "../../../server/src/dockerfile/syntax.ts";
import {
  type Finding,
  type LintOptions,
  findingsOf,
  lint,
  safeEdits,
} from "../../../server/src/lint/lint.ts";
import { applyEdits } from "../../../server/src/lint/rule.ts";
import { rules } from "../../../server/src/lint/rules/index.ts";
import { surroundingsIn } from "../../../server/src/lint/surroundings.ts";
import type { ShellChecks } from "../../../server/src/shellcheck/shellChecks.ts";
import type { ShellProblem } from "../../../server/src/shellcheck/shellProblems.ts";
import { type CheckOptions, checkUsage, readCheckOptions } from "./checkOptions.ts";
import { dockerfilesIn } from "./dockerfiles.ts";
import { exitCodes } from "./exitCodes.ts";
import { entriesOf, renderForTerminal } from "./report.ts";
import { type FileReport, renderReport } from "./reportFormats.ts";
import { ScriptChecks } from "./scriptChecks.ts";

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
  /** What comes in, to its end. */
  readonly input: () => Promise<string>;
}

const severities = ["error", "warning", "info"] as const;

/** `slipway check`. Resolves with the exit code. */
export async function check(
  args: readonly string[],
  output: Output,
  place: Place = {
    folder: process.cwd(),
    environment: process.env,
    input: () => textOf(process.stdin),
  },
  shellChecks?: ShellChecks,
): Promise<number> {
  const options = readCheckOptions(args);
  if ("help" in options) {
    output.out(checkUsage);
    return exitCodes.fine;
  }
  if ("mistake" in options) {
    output.complain(`slipway check: ${options.mistake}\n\n${checkUsage}`);
    return exitCodes.wrongUse;
  }
  const complain = (message: string): void => {
    output.complain(`slipway check: ${message}\n`);
  };
  const scripts =
    shellChecks !== undefined && options.shellCheck
      ? new ScriptChecks(shellChecks, complain)
      : undefined;
  try {
    return await new Check(options, output, place, scripts).run();
  } finally {
    shellChecks?.stop();
  }
}

class Check {
  readonly #options: CheckOptions;
  readonly #output: Output;
  readonly #place: Place;
  readonly #scripts: ScriptChecks | undefined;
  readonly #configurations: DiskConfigurations;
  readonly #toldMistakes = new Set<string>();
  #unreadable = false;
  #fails = false;
  #report = "";

  constructor(
    options: CheckOptions,
    output: Output,
    place: Place,
    scripts: ScriptChecks | undefined,
  ) {
    this.#options = options;
    this.#output = output;
    this.#place = place;
    this.#scripts = scripts;
    this.#configurations = new DiskConfigurations(rules, place.environment);
  }

  async run(): Promise<number> {
    const { format, paths, output } = this.#options;
    const reports: FileReport[] = [];
    // The next files are read and looked at while the disk and ShellCheck are busy with the first.
    const begun: Promise<Checked | undefined>[] = [];
    const finish = async (most: number): Promise<void> => {
      for (let next; begun.length > most && (next = begun.shift()) !== undefined;) {
        const checked = await next;
        const report = checked === undefined ? undefined : await this.#finish(checked);
        if (report !== undefined && format !== "tty") {
          reports.push(report);
        }
      }
    };
    for await (const path of dockerfilesIn(paths)) {
      if (typeof path === "string") {
        begun.push(this.#begin(path));
        await finish(filesAtOnce);
      } else {
        await finish(0);
        this.#complainOf(path.missing);
      }
    }
    await finish(0);
    if (format !== "tty") {
      this.#write(renderReport(format, reports, { version, rules }));
    }
    if (output !== undefined) {
      try {
        await writeFile(resolve(this.#place.folder, output), this.#report);
      } catch (error) {
        this.#complainOf(reasonOf(error));
      }
    }
    if (this.#unreadable) {
      return exitCodes.wrongUse;
    }
    return this.#fails ? exitCodes.problems : exitCodes.fine;
  }

  /** `undefined` when it cannot be read. */
  async #begin(path: string): Promise<Checked | undefined> {
    const { fixes } = this.#options;
    const isInput = path === "-";
    let text: string;
    let isText = true;
    try {
      const bytes = isInput ? undefined : await readFile(path);
      text = bytes?.toString("utf8") ?? (await this.#place.input());
      isText = bytes === undefined || Buffer.from(text).equals(bytes);
    } catch (error) {
      this.#complainOf(reasonOf(error));
      return undefined;
    }
    const dockerfile = isInput ? resolve(this.#place.folder, "Dockerfile") : resolve(path);
    const configuration = await this.#configuration(dirname(dockerfile));
    // What is no UTF-8 would not be written as it was read.
    if (fixes && isText) {
      try {
        text = await this.#mend(dockerfile, text, configuration);
      } catch (error) {
        this.#complainOf(reasonOf(error));
      }
    }
    const linted = await this.#lint(dockerfile, text, configuration);
    const { readsScripts, file } = linted;
    const inScripts = readsScripts ? this.#scripts?.problemsIn(file) : undefined;
    return { path, text, configuration, linted, inScripts: inScripts ?? Promise.resolve([]) };
  }

  async #finish({ path, text, configuration, linted, inScripts }: Checked): Promise<FileReport> {
    const { format, pathInReport, isColored } = this.#options;
    const { file, findings, options } = linted;
    const all = [...findings, ...findingsOf(file, await inScripts, options)];
    const entries = entriesOf(pathInReport ?? path, file, all);
    const limit = severities.indexOf(
      this.#options.failureThreshold ?? configuration.failureThreshold ?? "info",
    );
    this.#fails ||=
      !this.#options.neverFails &&
      !configuration.neverFails &&
      entriesOf(path, file, all.filter(isMoreThanAdvice)).some(
        ({ severity }) => severities.indexOf(severity) <= limit,
      );
    if (format === "tty") {
      const isPlain =
        !isColored ||
        !this.#output.isTerminal ||
        this.#options.output !== undefined ||
        this.#place.environment["NO_COLOR"] !== undefined;
      this.#write(renderForTerminal(entries, text, { isColored: !isPlain }));
    }
    return { path: pathInReport ?? path, entries };
  }

  async #lint(dockerfile: string, text: string, configuration: Configuration): Promise<Linted> {
    const { ruleSet, modes, trustedRegistries, labelSchema, strictLabels } = this.#options;
    const file = parse(text);
    const context = findDiskBuildContext(pathToFileURL(dockerfile).href);
    const surroundings = context === undefined ? {} : await surroundingsIn(file, context);
    const {
      rules: wanted,
      readsScripts,
      ...chosen
    } = choose(rules, configuration, {
      ...(ruleSet === undefined ? {} : { ruleSet }),
      modes,
      policy: {
        ...(trustedRegistries.length > 0 && { trustedRegistries }),
        ...(labelSchema.size > 0 && { labelSchema }),
        ...(strictLabels && { strictLabels }),
      },
    });
    const options: LintOptions = {
      ...chosen,
      codes: new Map([...(chosen.codes ?? []), ...this.#options.codes]),
      ignoresPragmas: chosen.ignoresPragmas === true || this.#options.ignoresPragmas,
      surroundings: { ...surroundings, ...chosen.surroundings },
    };
    return { file, findings: lint(file, wanted, options), options, readsScripts };
  }

  /** Writes the file anew when something in it can be mended, and gives back its text. */
  async #mend(dockerfile: string, text: string, configuration: Configuration): Promise<string> {
    let mended = text;
    // One fix may make place for another.
    for (let round = 0; round < maxRounds; round++) {
      const { findings } = await this.#lint(dockerfile, mended, configuration);
      const edits = safeEdits(findings);
      if (edits.length === 0) {
        break;
      }
      mended = applyEdits(mended, edits);
    }
    if (mended !== text) {
      await writeFile(dockerfile, mended);
    }
    return mended;
  }

  async #configuration(folder: string): Promise<Configuration> {
    const { config } = this.#options;
    const found =
      config === undefined
        ? await this.#configurations.of({ folder, hadolintFolders: [this.#place.folder] })
        : await configurationOfFile(
            resolve(this.#place.folder, config),
            rules,
            this.#place.environment,
          );
    for (const { path, mistakes } of found.files) {
      if (!this.#toldMistakes.has(path)) {
        this.#toldMistakes.add(path);
        for (const { line, message } of mistakes) {
          this.#output.complain(`slipway check: ${path}:${line + 1}: ${message}\n`);
        }
      }
    }
    return found;
  }

  #complainOf(reason: string): void {
    this.#unreadable = true;
    this.#output.complain(`slipway check: ${reason}\n`);
  }

  #write(text: string): void {
    if (this.#options.output === undefined) {
      this.#output.out(text);
    } else {
      this.#report += text;
    }
  }
}

/** A file that the rules have looked at, and its scripts, which ShellCheck looks at. */
interface Checked {
  readonly path: string;
  readonly text: string;
  readonly configuration: Configuration;
  readonly linted: Linted;
  readonly inScripts: Promise<readonly ShellProblem[]>;
}

interface Linted {
  readonly file: Dockerfile;
  readonly findings: readonly Finding[];
  readonly options: LintOptions;
  readonly readsScripts: boolean;
}

/** So many files wait for the disk and for ShellCheck, and not all of a large folder. */
const filesAtOnce = 64;

const maxRounds = 10;

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Advice is no reason to fail, unless somebody has made it more than an information. */
function isMoreThanAdvice({ rule, severity }: Finding): boolean {
  return rule.isAdvice !== true || severity !== "info";
}
