/**
 * Measures how long predictions take.
 *
 *   node esbuild.mjs --tests server/bench/cacheSpeed.ts && node client/dist/test/server/bench/cacheSpeed.js
 *
 * Writes 500 MB and 200,000 empty files below the folder for temporary files, and removes them. Ends with 1
 * where a limit is exceeded; the limits are for a machine that has nothing else to do.
 */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type ContextEntry, ContextSnapshot } from "../src/cache/contextSnapshot.ts";
import { learn } from "../src/cache/learn.ts";
import { predict } from "../src/cache/predict.ts";
import { BuildRecords } from "../src/cache/records.ts";
import { DiskSnapshot } from "../src/buildContext/diskSnapshot.ts";
import { readIgnoreFile } from "../src/buildContext/dockerignore.ts";
import { parse } from "../src/dockerfile/parse.ts";
import { buildGraph } from "../src/graph/buildGraph.ts";
import { engineRules } from "../src/graph/engineRules.ts";
import { type KnownBuild, foresee, graphOfBuild } from "../src/forecast/forecast.ts";
import { Random } from "./random.ts";

/** CPU time of one keystroke, in milliseconds. */
const keystrokeLimit = 10;
/** Of the first snapshot, in multiples of the time that hashing the files takes. */
const snapshotLimit = 1.5;

async function main(): Promise<void> {
  const slow: string[] = [];
  const report = (what: string, value: number, unit: string, limit?: number): void => {
    const shown = `${what}: ${value.toFixed(2)} ${unit}`;
    console.log(limit === undefined ? shown : `${shown} (at most ${limit})`);
    if (limit !== undefined && value > limit) {
      slow.push(what);
    }
  };
  for (const copiesItself of [false, true]) {
    const milliseconds = keystrokes(copiesItself);
    const which = copiesItself ? ", the Dockerfile copies itself" : "";
    report(`keystroke, median CPU${which}`, at(milliseconds, 0.5), "ms", keystrokeLimit);
    report(`keystroke, 95 of 100 at most${which}`, at(milliseconds, 0.95), "ms");
  }
  const folder = mkdtempSync(join(tmpdir(), "slipway-speed-"));
  try {
    writeFiles(folder, 10_000, 50_000);
    const hashing = await best(async () => hashAll(folder, 10_000));
    const snapshot = await best(async () => firstSnapshot(folder));
    report("hashing 10,000 files and 500 MB", hashing, "ms");
    report("first snapshot of them", snapshot, "ms");
    report("first snapshot by hashing", snapshot / hashing, "times", snapshotLimit);
    const many = join(folder, "many");
    writeFiles(many, 200_000, 0);
    const started = performance.now();
    const entries = await new DiskSnapshot(many).scan(readIgnoreFile(""));
    report(`walk over ${entries.length} entries`, performance.now() - started, "ms");
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (slow.length > 0) {
    console.log(`Too slow: ${slow.join("; ")}`);
    process.exitCode = 1;
  }
}

/** What each of three hundred keystrokes takes in a Dockerfile of 500 lines with 10,000 files beside it. */
function keystrokes(copiesItself: boolean): number[] {
  const files = Array.from({ length: 10_000 }, (_, number) => entryOf(pathOf(number)));
  const itself = entryOf("Dockerfile");
  const context = new ContextSnapshot(copiesItself ? [...files, itself] : files);
  const build: KnownBuild = {
    uri: pathToFileURL("/project/Dockerfile").href,
    text: "",
    buildArguments: { VERSION: "1" },
    steps: [],
    finishedAt: Date.now(),
    circumstances: {
      id: "1",
      contextFolder: "/project",
      engine: { id: "e", version: "28.5.2", containerdStore: false, platform: "linux/amd64" },
      images: { base: { id: "i", platform: "linux/amd64", layers: ["l"] } },
    },
  };
  const records = new BuildRecords();
  const lines = longDockerfile();
  const contexts = (): ContextSnapshot => context;
  for (let count = 0; count < 5; count++) {
    const graph = graphOfBuild(parse(lines.join("\n")), build);
    learn(records, graph, contexts, {
      finished: count,
      project: build.uri,
      observed: () => ({ state: count === 0 ? "executed" : "cached", seconds: 1 }),
    });
  }
  const random = new Random(1);
  const taken: number[] = [];
  for (let count = 0; count < 500; count++) {
    const line = random.below(lines.length);
    lines[line] = `${lines[line] ?? ""}x`;
    const text = lines.join("\n");
    const before = process.cpuUsage();
    const file = parse(text);
    const now = copiesItself
      ? context.updated(new Map([["Dockerfile", { ...itself, content: text }]]))
      : context;
    const forecast = foresee(file, build, now, records);
    const { user, system } = process.cpuUsage(before);
    if (forecast === undefined) {
      throw new Error("There is no forecast.");
    }
    // The first ones warm up.
    if (count >= 200) {
      taken.push((user + system) / 1000);
    }
    lines[line] = (lines[line] ?? "").slice(0, -1);
  }
  return taken;
}

function entryOf(path: string): ContextEntry {
  return { path, kind: "file", mode: 0o644, size: 50_000, modified: "1", content: path };
}

/** Ten stages with 500 lines together. */
function longDockerfile(): string[] {
  const lines: string[] = [];
  for (let stage = 0; stage < 10; stage++) {
    lines.push(`FROM ${stage === 0 ? "base" : `s${stage - 1}`} AS s${stage}`, "WORKDIR /app");
    for (let part = 0; part < 8; part++) {
      lines.push(
        `ENV V${part}=value$V${part}`,
        `COPY src/d${part}/ ./d${part}/`,
        `COPY ${part === 0 ? "." : `src/d${part}/*`} ./all/`,
        `RUN echo ${stage} ${part} && \\`,
        "    install something && \\",
        "    remove something else",
      );
    }
  }
  return lines;
}

function pathOf(number: number): string {
  return `src/d${number % 100}/e${number % 7}/file${number}.ts`;
}

function writeFiles(folder: string, count: number, size: number): void {
  const content = Buffer.alloc(size, "slipway ");
  for (let number = 0; number < count; number++) {
    const file = join(folder, pathOf(number));
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, content);
  }
}

/** Reads and hashes all files, as many at once as a snapshot does. */
async function hashAll(folder: string, count: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const content = await readFile(join(folder, pathOf(next++)));
      createHash("sha256").update(content).digest("hex");
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

/** Everything that has to be done before the first prediction of `COPY .` */
async function firstSnapshot(folder: string): Promise<void> {
  const disk = new DiskSnapshot(folder);
  const ignore = readIgnoreFile("**/*.log\n**/node_modules\n");
  const graph = buildGraph(parse("FROM base\nCOPY . /app\n"), {
    engine: engineRules({ version: "28.5.2", containerdStore: false }),
    platform: "linux/amd64",
    baseImages: (reference) => ({ layers: reference }),
  });
  const scanned = await disk.scan(ignore);
  const selections = graph.steps[1]?.reads.flatMap((read) =>
    read.kind === "context" ? read.selections : [],
  );
  const selected = new ContextSnapshot(scanned).select(selections ?? [], true);
  const paths = selected.kind === "unread" ? selected.paths : [];
  const context = new ContextSnapshot(await disk.read(paths));
  const [, copy] = predict(graph, () => context, new BuildRecords(), "it");
  if (copy?.state !== "neverBuilt") {
    throw new Error("There is no prediction.");
  }
}

/** The shortest time of three, in milliseconds. */
async function best(work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < 3; count++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return Math.min(...times);
}

/** The value below which this share of the values lies. */
function at(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
}

void main();
