/**
 * How long a person waits for the hints of the next build, with 500 lines and 10,000 files:
 *   node esbuild.mjs --tests server/bench/forecastLatency.ts
 *   node client/dist/test/server/bench/forecastLatency.js
 * Prints CPU and wall milliseconds, the median and the 95th of 40: from a keystroke to the hints of 120 lines, all lenses and
 * the state for the views, and from a saved file (already told by the editor) to the same.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "../src/dockerfile/parse.ts";
import { type BuildRecord, cacheHints, recordBuild } from "../src/features/cacheHints.ts";
import { cacheState } from "../src/features/cacheState.ts";
import { stageLenses } from "../src/features/stageLenses.ts";
import { isForecast } from "../src/forecast/forecast.ts";
import { Forecasts } from "../src/forecast/forecasts.ts";
import type { OpenDocument } from "../src/openDocuments.ts";
import type { BuildFinishedParams, BuiltStep } from "../src/protocol.ts";

const stages = 5;
const folders = 100;
const filesPerFolder = 100;
const times = 40;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-latency-"));
  try {
    await measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string): Promise<void> {
  const { text, steps } = makeDockerfile();
  makeFiles(folder);
  writeFileSync(join(folder, "Dockerfile"), text);
  const uri = pathToFileURL(join(folder, "Dockerfile")).href;
  const open: { document: OpenDocument } = { document: { uri, version: 1, file: parse(text) } };
  const changes: (() => void)[] = [];
  const forecasts = new Forecasts({
    recordsFolder: join(folder, "..", "no-such-folder", "records"),
    openDocument: () => open.document,
    onChange: () => {
      changes.splice(0).forEach((resolve) => {
        resolve();
      });
    },
    onWrong: () => undefined,
    onError: (error) => {
      console.error(error);
    },
  });
  const build = finishedBuild(uri, folder, text, steps);
  const began = performance.now();
  await forecasts.buildStarting({ id: "1", uri, text, contextFolder: folder, buildArguments: {} });
  const looked = performance.now();
  await forecasts.buildFinished(build);
  console.log(`before the build ${ms(looked - began)}, after it ${ms(performance.now() - looked)}`);
  const { record } = recordBuild(open.document.file, build);
  show(forecasts, open.document, record);

  const keystrokes: Sample[] = [];
  for (let round = 0; round < times; round++) {
    const typed = text.replace("echo s2-20", `echo s2-20${"x".repeat((round % 7) + 1)}`);
    keystrokes.push(
      await sample(() => {
        open.document = { uri, version: round + 2, file: parse(typed) };
        forecasts.edited(uri);
        show(forecasts, open.document, record);
      }),
    );
  }
  report("keystroke", keystrokes);

  open.document = { uri, version: 1000, file: parse(text) };
  const saves: Sample[] = [];
  const path = join(folder, "d7", "f7.txt");
  for (let round = 0; round < times; round++) {
    writeFileSync(path, `changed ${round}`);
    saves.push(
      await sample(async () => {
        const changed = new Promise<void>((resolve) => changes.push(resolve));
        forecasts.filesChanged([path]);
        await changed;
        show(forecasts, open.document, record);
      }),
    );
    writeFileSync(path, "7 7");
    const back = new Promise<void>((resolve) => changes.push(resolve));
    forecasts.filesChanged([path]);
    await back;
  }
  report("saved file", saves);
  forecasts.closed(uri);
}

function show(forecasts: Forecasts, document: OpenDocument, record: BuildRecord): void {
  const outlook = forecasts.of(document);
  if (!isForecast(outlook)) {
    throw new Error(`no forecast: ${JSON.stringify(outlook)}`);
  }
  const range = { start: { line: 0, character: 0 }, end: { line: 120, character: 0 } };
  cacheHints(document.file, record, range, outlook);
  stageLenses(document.file, outlook, "");
  cacheState(document, outlook);
}

function makeDockerfile(): { text: string; steps: BuiltStep[] } {
  const lines: string[] = [];
  const steps: BuiltStep[] = [];
  for (let stage = 0; stage < stages; stage++) {
    lines.push(`FROM base:1 AS s${stage}`);
    for (let at = 2; at <= 100; at++) {
      const instruction =
        at % 5 === 0
          ? `COPY d${(stage * 20 + at / 5) % folders} /d${at}`
          : at === 99 && stage > 0
            ? `COPY --from=s${stage - 1} /out /in`
            : `RUN echo s${stage}-${at}`;
      lines.push(instruction);
      steps.push({
        name: `[s${stage} ${at}/100] ${instruction}`,
        outcome: "ran",
        seconds: 1,
        bytes: 1000,
      });
    }
  }
  return { text: `${lines.join("\n")}\n`, steps };
}

function makeFiles(folder: string): void {
  for (let directory = 0; directory < folders; directory++) {
    mkdirSync(join(folder, `d${directory}`));
    for (let file = 0; file < filesPerFolder; file++) {
      writeFileSync(join(folder, `d${directory}`, `f${file}.txt`), `${directory} ${file}`);
    }
  }
}

function finishedBuild(
  uri: string,
  contextFolder: string,
  text: string,
  steps: readonly BuiltStep[],
): BuildFinishedParams {
  return {
    uri,
    text,
    steps,
    buildArguments: {},
    finishedAt: Date.now(),
    circumstances: {
      id: "1",
      contextFolder,
      engine: { id: "e", version: "28.5.2", containerdStore: false, platform: "linux/amd64" },
      images: { "base:1": { layers: ["l"], id: "sha256:1", platform: "linux/amd64" } },
    },
  };
}

interface Sample {
  readonly cpu: number;
  readonly wall: number;
}

async function sample(work: () => void | Promise<void>): Promise<Sample> {
  const before = process.cpuUsage();
  const began = performance.now();
  await work();
  const wall = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1000, wall };
}

function report(what: string, samples: readonly Sample[]): void {
  const at = (key: keyof Sample, part: number): string => {
    const sorted = samples.map((each) => each[key]).toSorted((a, b) => a - b);
    return ms(sorted[Math.floor(part * (sorted.length - 1))] ?? 0);
  };
  console.log(
    `${what}: CPU ${at("cpu", 0.5)} (95th ${at("cpu", 0.95)}), wall ${at("wall", 0.5)} (95th ${at("wall", 0.95)})`,
  );
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

main()
  .then(() => process.exit(0))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
