import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { diskIgnoreFile } from "../../../server/src/buildContext/diskIgnoreFile.ts";
import { lineOfStep } from "../../../server/src/cache/describePrediction.ts";
import type { BuildRecords } from "../../../server/src/cache/records.ts";
import { parse } from "../../../server/src/dockerfile/parse.ts";
import { RecordFiles } from "../../../server/src/forecast/recordFiles.ts";
import { recordsFolder } from "../../../server/src/forecast/recordsFolder.ts";
import { buildGraph } from "../../../server/src/graph/buildGraph.ts";
import { engineRules } from "../../../server/src/graph/engineRules.ts";
import type { BuildGraph } from "../../../server/src/graph/steps.ts";
import { costOf } from "../../../server/src/history/costs.ts";
import { gitHistory, NoHistory } from "../../../server/src/history/gitHistory.ts";
import type { ProjectHistory } from "../../../server/src/history/projectHistory.ts";
import { type Cause, replay } from "../../../server/src/history/replay.ts";
import { formatDuration } from "../presentation/units.ts";
import type { Surroundings } from "./buildOptions.ts";
import type { Output } from "./check.ts";
import { columns, shortInstruction } from "./columns.ts";
import {
  type BuildSubject,
  buildSubject,
  dockerfileOptions,
  dockerfileUsage,
  formatOf,
} from "./dockerfileOptions.ts";
import { exitCodes } from "./exitCodes.ts";

export const forecastUsage = `Usage: slipway forecast [CONTEXT] [OPTION…]

Says how often each instruction would have run again over the last commits, had every one of them been built
with the Dockerfile and the ignore file as they are now; and what that cost, where Slipway has built it before.
CONTEXT is the build context, a folder in a git repository, or the folder that you are in. Needs no engine.

${dockerfileUsage}
      --commits N          how many commits to look at (100)
      --compare FILE       another Dockerfile, to be compared with the first
      --format tty|json    for people (the default), or JSON as docs/cache.md describes it

Exit code: 0 done, 2 there is no history, a file cannot be read or the arguments make no sense, 130 cancelled.
`;

interface Options {
  readonly subject: BuildSubject;
  readonly commits: number;
  readonly compare?: string;
  readonly format: "tty" | "json";
}

/** What `--format json` prints; see docs/cache.md. */
export interface ForecastReport {
  readonly dockerfile: string;
  /** How many were looked at: those that can be built with this Dockerfile, after the first. */
  readonly commits: number;
  /** How many others cannot be built, because a file is missing. */
  readonly unbuildable: number;
  readonly instructions: readonly InstructionReport[];
  /** Averages over the commits. */
  readonly perCommit: {
    readonly ran: number;
    readonly mayHaveRun: number;
    /** Absent unless it is known of every instruction that ran. */
    readonly seconds?: number;
  };
}

interface InstructionReport {
  /** 1-based. */
  readonly line: number;
  readonly keyword: string;
  readonly text: string;
  /** In how many commits. */
  readonly ran: number;
  readonly mayHaveRun: number;
  /** When it ran last; absent when it is not known. */
  readonly seconds?: number;
  /** The files that made it run. */
  readonly causes: readonly Cause[];
}

/** `slipway forecast`. Resolves with the exit code; aborting ends it. */
export async function forecast(
  args: readonly string[],
  output: Output,
  signal?: AbortSignal,
  surroundings: Surroundings = { folder: process.cwd(), environment: process.env },
): Promise<number> {
  try {
    const options = readOptions(args, surroundings);
    if (options === undefined) {
      output.out(forecastUsage);
      return exitCodes.fine;
    }
    const { subject, commits, compare } = options;
    const history = await gitHistory(subject.contextFolder, commits, signal);
    const records = await new RecordFiles(
      recordsFolder({
        platform: process.platform,
        home: homedir(),
        environment: surroundings.environment,
      }),
    ).every();
    const files = [subject.dockerfile, ...(compare === undefined ? [] : [compare])];
    const reports: ForecastReport[] = [];
    for (const dockerfile of files) {
      reports.push(await reportOf({ ...subject, dockerfile }, history, records, signal));
    }
    output.out(
      options.format === "json"
        ? `${JSON.stringify(compare === undefined ? reports[0] : reports, undefined, 2)}\n`
        : forPeople(reports, history, surroundings.folder),
    );
    return exitCodes.fine;
  } catch (error) {
    if (signal?.aborted === true) {
      return exitCodes.cancelled;
    }
    if (!(error instanceof Error)) {
      throw error;
    }
    const hint = error instanceof NoHistory ? "" : "\nWhat it takes: slipway forecast --help";
    output.complain(`slipway forecast: ${error.message}${hint}\n`);
    return exitCodes.wrongUse;
  }
}

/** `undefined` where help is asked for. */
function readOptions(args: readonly string[], surroundings: Surroundings): Options | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...dockerfileOptions,
      commits: { type: "string", default: "100" },
      compare: { type: "string" },
    },
  });
  if (values.help) {
    return undefined;
  }
  const commits = Number(values.commits);
  if (!Number.isInteger(commits) || commits < 1) {
    throw new Error(`--commits is a number from 1 on, and not “${values.commits}”.`);
  }
  return {
    subject: buildSubject(values, positionals, surroundings),
    commits,
    ...(values.compare === undefined
      ? {}
      : { compare: resolve(surroundings.folder, values.compare) }),
    format: formatOf(values.format, ["tty", "json"]),
  };
}

async function reportOf(
  subject: BuildSubject,
  history: ProjectHistory,
  records: readonly BuildRecords[],
  signal: AbortSignal | undefined,
): Promise<ForecastReport> {
  const { dockerfile, contextFolder } = subject;
  const text = await readFile(dockerfile, "utf8");
  const graph = graphOf(text, subject);
  const ignore = await diskIgnoreFile(dockerfile, contextFolder);
  const replayed = await replay(graph, history, ignore, signal);
  const commits = replayed.commits.length;
  const instructions = replayed.steps.map(({ step, ran, mayHaveRun, causes }) => {
    const seconds = costOf(step, records, dockerfile)?.seconds;
    return {
      line: lineOfStep(text, step),
      keyword: step.keyword,
      text: step.text,
      ran,
      mayHaveRun,
      ...(seconds === undefined ? {} : { seconds }),
      causes,
    };
  });
  const average = (of: (report: InstructionReport) => number): number =>
    commits === 0 ? 0 : instructions.reduce((sum, each) => sum + of(each), 0) / commits;
  const isKnown = instructions.every(({ ran, seconds }) => ran === 0 || seconds !== undefined);
  return {
    dockerfile,
    commits,
    unbuildable: replayed.unbuildable,
    instructions,
    perCommit: {
      ran: average(({ ran }) => ran),
      mayHaveRun: average(({ mayHaveRun }) => mayHaveRun),
      ...(isKnown ? { seconds: average(({ ran, seconds = 0 }) => ran * seconds) } : {}),
    },
  };
}

/** Which image it starts from does not matter, as long as it is the same one for every commit. */
function graphOf(text: string, { target, platform, buildArguments }: BuildSubject): BuildGraph {
  const graph = buildGraph(parse(text), {
    engine: engineRules({ version: "28.5.2", containerdStore: false }),
    platform: platform ?? "linux/amd64",
    buildArguments: new Map(Object.entries(buildArguments)),
    baseImages: (reference) => ({ layers: reference }),
    ...(target === undefined ? {} : { target }),
  });
  if (graph.target === undefined) {
    throw new Error(
      target === undefined ? "the Dockerfile has no stage." : `there is no stage “${target}”.`,
    );
  }
  return graph;
}

function forPeople(
  reports: readonly ForecastReport[],
  { commits }: ProjectHistory,
  folder: string,
): string {
  if (commits.length === 0) {
    return "There is one commit only, so that nothing could have changed yet.\n";
  }
  const span = `${day(commits[0]?.time)} to ${day(commits.at(-1)?.time)}`;
  const count = commits.length === 1 ? "the last commit" : `the last ${commits.length} commits`;
  return [
    `Over ${count} (${span}):`,
    "",
    ...reports.flatMap((report) => [...tableOf(report, folder), ""]),
    ...(reports.length > 1 ? [comparison(reports), ""] : []),
  ].join("\n");
}

function day(time = 0): string {
  return new Date(time).toISOString().slice(0, 10);
}

function tableOf(report: ForecastReport, folder: string): string[] {
  const { dockerfile, commits, unbuildable, instructions, perCommit } = report;
  const rows = instructions.map(({ line, keyword, text, ran, mayHaveRun, seconds, causes }) => [
    String(line),
    `${ran} of ${commits}${mayHaveRun === 0 ? "" : `, perhaps ${mayHaveRun} more`}`,
    seconds === undefined || ran === 0 ? "" : formatDuration((ran * seconds) / commits),
    shortInstruction(keyword, text),
    causes
      .slice(0, 3)
      .map((cause) => `${cause.path} (${cause.commits})`)
      .join(", "),
  ]);
  const table = [["line", "ran again", "per commit", "", "because of"], ...rows];
  const seconds =
    perCommit.seconds === undefined || perCommit.ran === 0
      ? ""
      : `, which takes ${formatDuration(perCommit.seconds)}`;
  return [
    relative(folder, dockerfile),
    "",
    ...columns(table),
    "",
    `On average ${rounded(perCommit.ran)} of ${instructions.length} steps run again for a commit${seconds}.`,
    ...(unbuildable === 0
      ? []
      : [`${unbuildable} of the commits cannot be built with it, since files are missing.`]),
  ];
}

function comparison(reports: readonly ForecastReport[]): string {
  const [before, after] = reports;
  if (before === undefined || after === undefined) {
    return "";
  }
  const ran = `${rounded(before.perCommit.ran)} steps for a commit become ${rounded(after.perCommit.ran)}`;
  const [first, second] = [before.perCommit.seconds, after.perCommit.seconds];
  const seconds =
    first === undefined || second === undefined
      ? ""
      : `, ${formatDuration(first)} become ${formatDuration(second)}`;
  return `With ${basename(after.dockerfile)}, ${ran}${seconds}.`;
}

function rounded(count: number): string {
  return String(Number(count.toFixed(1)));
}
