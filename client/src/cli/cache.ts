import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import {
  describePrediction,
  describeWarning,
} from "../../../server/src/cache/describePrediction.ts";
import type { StepPrediction } from "../../../server/src/cache/predict.ts";
import { parse } from "../../../server/src/dockerfile/parse.ts";
import { ContextFiles } from "../../../server/src/forecast/contextFiles.ts";
import {
  foresee,
  graphOfBuild,
  imagesOfBuild,
  isForecast,
  type KnownBuild,
  unreadFiles,
} from "../../../server/src/forecast/forecast.ts";
import { RecordFiles } from "../../../server/src/forecast/recordFiles.ts";
import { recordsFolder } from "../../../server/src/forecast/recordsFolder.ts";
import { silenceWords } from "../../../server/src/forecast/silenceWords.ts";
import type { BuildCircumstances } from "../../../server/src/protocol.ts";
import { circumstancesOf } from "../engine/buildCircumstances.ts";
import { createDockerEngine } from "../engine/dockerEngine.ts";
import { EngineError } from "../engine/engineError.ts";
import { findEndpoint } from "../engine/findEndpoint.ts";
import { formatBytes, formatDuration } from "../presentation/units.ts";
import { reportedBuild } from "./buildLesson.ts";
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
import { engineExitCode, exitCodes } from "./exitCodes.ts";

export const cacheUsage = `Usage: slipway cache [CONTEXT] [OPTION…]

Says of each instruction whether the next build takes it from the layer cache or runs it again, why, and what
that costs: from what Slipway has learned of earlier builds, in the editor or by “slipway build”. Builds nothing.

${dockerfileUsage}
      --endpoint ENDPOINT  the engine: its address, or the name of a docker context
      --format tty|json    for people (the default), or JSON as docs/cache.md describes it

Exit code: 0 done, 2 a file cannot be read or the arguments make no sense, 3 no engine answers, 130 cancelled.
`;

/** What `--format json` prints; see docs/cache.md. */
export interface CacheReport {
  readonly dockerfile: string;
  /** Why nothing can be said at all. */
  readonly unknown?: string;
  readonly instructions: readonly InstructionReport[];
}

interface InstructionReport {
  /** 1-based. */
  readonly line: number;
  readonly keyword: string;
  readonly text: string;
  readonly state: "cached" | "runs" | "unknown";
  readonly reason: string;
  readonly warnings: readonly string[];
  /** When it ran last. */
  readonly seconds?: number;
  /** Of its layer. */
  readonly bytes?: number;
}

/** `slipway cache`. Resolves with the exit code; aborting ends it. */
export async function cache(
  args: readonly string[],
  output: Output,
  signal: AbortSignal = new AbortController().signal,
  surroundings: Surroundings = { folder: process.cwd(), environment: process.env },
): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...dockerfileOptions, endpoint: { type: "string", default: "" } },
    });
    if (values.help) {
      output.out(cacheUsage);
      return exitCodes.fine;
    }
    const subject = buildSubject(values, positionals, surroundings);
    const format = formatOf(values.format, ["tty", "json"]);
    const report = await reportOf(subject, values.endpoint, surroundings, signal);
    output.out(
      format === "json"
        ? `${JSON.stringify(report, undefined, 2)}\n`
        : forPeople(report, surroundings.folder),
    );
    return exitCodes.fine;
  } catch (error) {
    if (signal.aborted) {
      return exitCodes.cancelled;
    }
    if (!(error instanceof Error)) {
      throw error;
    }
    const isEngine = error instanceof EngineError;
    const hint = isEngine ? "" : "\nWhat it takes: slipway cache --help";
    output.complain(`slipway cache: ${error.message}${hint}\n`);
    return isEngine ? engineExitCode(error) : exitCodes.wrongUse;
  }
}

async function reportOf(
  subject: BuildSubject,
  endpoint: string,
  { environment }: Surroundings,
  signal: AbortSignal,
): Promise<CacheReport> {
  const { dockerfile, contextFolder } = subject;
  const text = await readFile(dockerfile, "utf8");
  const circumstances = await askEngine(subject, text, endpoint, signal);
  if (circumstances === undefined) {
    return nothing(dockerfile, "the engine does not build with BuildKit, or did not say enough");
  }
  const build: KnownBuild = {
    ...reportedBuild(subject, text),
    finishedAt: 0,
    steps: [],
    circumstances,
  };
  const file = parse(text);
  const files = new ContextFiles(contextFolder, dockerfile);
  const look = await files.look(
    (context) => unreadFiles(graphOfBuild(file, build), context),
    signal,
  );
  if (look === undefined) {
    return nothing(dockerfile, "the files of the build context cannot be read, or are too many");
  }
  const folder = recordsFolder({ platform: process.platform, home: homedir(), environment });
  const records = await new RecordFiles(folder).of(circumstances.engine);
  const forecast = foresee(file, build, look.context, records);
  if (!isForecast(forecast)) {
    return nothing(dockerfile, silenceWords(forecast));
  }
  return {
    dockerfile,
    instructions: [...forecast.predictions.values()].map((prediction) =>
      instructionReport(prediction, forecast.lineOf),
    ),
  };
}

async function askEngine(
  subject: BuildSubject,
  text: string,
  endpoint: string,
  signal: AbortSignal,
): Promise<BuildCircumstances | undefined> {
  const engine = createDockerEngine(await findEndpoint({ setting: endpoint }));
  try {
    // Asked first, so that an engine that does not answer is told as that.
    await engine.version({ signal });
    const images = imagesOfBuild(parse(text), subject);
    return await circumstancesOf(engine, reportedBuild(subject, text), {
      buildStarting: () => Promise.resolve({ images }),
    });
  } finally {
    engine.dispose();
  }
}

function nothing(dockerfile: string, unknown: string): CacheReport {
  return { dockerfile, unknown, instructions: [] };
}

function instructionReport(
  prediction: StepPrediction,
  lineOf: (step: number) => number,
): InstructionReport {
  const { step, state, warnings, seconds, bytes } = prediction;
  const states = {
    hit: "cached",
    miss: "runs",
    unknown: "unknown",
    neverBuilt: "unknown",
  } as const;
  return {
    line: lineOf(step.index),
    keyword: step.keyword,
    text: step.text,
    state: states[state],
    reason: describePrediction(prediction, lineOf),
    warnings: warnings.map(describeWarning),
    ...(seconds === undefined ? {} : { seconds }),
    ...(bytes === undefined ? {} : { bytes }),
  };
}

function forPeople({ dockerfile, unknown, instructions }: CacheReport, folder: string): string {
  const name = relative(folder, dockerfile);
  if (unknown !== undefined) {
    return `${name}: nothing can be said, because ${unknown}.\n`;
  }
  const rows = instructions.map(({ line, keyword, text, reason, seconds, bytes, state }) => [
    `${name}:${line}`,
    reason,
    [
      ...(state === "cached" || seconds === undefined ? [] : [`~${formatDuration(seconds)}`]),
      ...(bytes === undefined || bytes === 0 ? [] : [formatBytes(bytes)]),
    ].join(", "),
    shortInstruction(keyword, text),
  ]);
  const cached = instructions.filter(({ state }) => state === "cached").length;
  const seconds = instructions
    .filter(({ state }) => state === "runs")
    .reduce((sum, each) => sum + (each.seconds ?? 0), 0);
  const cost = seconds === 0 ? "" : `; what runs took ${formatDuration(seconds)} when it ran last`;
  return [
    ...columns(rows),
    ...instructions.flatMap(({ line, warnings }) =>
      warnings.map((warning) => `${name}:${line}: beware: ${warning}`),
    ),
    `${cached} of ${instructions.length} steps come from the cache${cost}.`,
    "",
  ].join("\n");
}
