/**
 * Compares predictions with what a live engine does, over random Dockerfiles and changes.
 *
 *   node esbuild.mjs --tests server/bench/cacheLive.ts
 *   DOCKER_HOST=… nice -n 15 node client/dist/test/server/bench/cacheLive.js --seed 1 --decided 5000 --state FILE
 *   node client/dist/test/server/bench/cacheLive.js --summary FILE…
 *   DOCKER_HOST=… node client/dist/test/server/bench/cacheLive.js --seed 1 --case 7 --verbose
 *
 * Needs the docker command line with buildx, and a private engine (client/test/engines/cli.mjs), whose cache
 * it fills. The state has a line of JSON for each case; what is there already is not run again.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { learn } from "../src/cache/learn.ts";
import { type Reason, type StepPrediction, predict } from "../src/cache/predict.ts";
import { BuildRecords } from "../src/cache/records.ts";
import { parse } from "../src/dockerfile/parse.ts";
import { buildGraph } from "../src/graph/buildGraph.ts";
import type { BuildOptions, ImageConfig, NamedContext } from "../src/graph/steps.ts";
import {
  type LiveEngine,
  findEngine,
  inspectImage,
  liveBuild,
  makeImage,
  observe,
} from "./liveBuild.ts";
import { LiveContext, type Troubles } from "./liveContext.ts";
import { Random } from "./random.ts";
import {
  type RandomProject,
  dockerfileOf,
  randomProject,
  writeFirstContext,
} from "./randomBuild.ts";
import { change } from "./randomChange.ts";

/** What came of one case. */
interface CaseResult {
  readonly engine: string;
  readonly seed: number;
  readonly number: number;
  readonly builds: number;
  readonly failed: number;
  readonly right: number;
  /** By reason. */
  readonly unknown: Readonly<Record<string, number>>;
  readonly wrong: readonly WrongVerdict[];
}

interface WrongVerdict {
  /** Number of the build in its case, from 0. */
  readonly build: number;
  readonly stage: number;
  readonly step: number;
  readonly instruction: string;
  readonly predicted: string;
  readonly observed: string;
  readonly reason: Reason;
  readonly warnings: unknown;
  readonly history: readonly string[];
  /** It is right when modes of directories and contents with equal times are left alone in the same case. */
  readonly isOwnBug?: boolean;
  readonly dockerfile: string;
}

interface Surroundings {
  readonly engine: LiveEngine;
  readonly images: Map<string, ImageConfig>;
  readonly archive: RandomProject["archive"];
  readonly verbose: boolean;
}

const buildsOfCase = 8;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    decided: { type: "string", default: "500" },
    state: { type: "string" },
    case: { type: "string" },
    summary: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  if (values.summary) {
    console.log(summary(positionals.flatMap(readResults)));
    return;
  }
  const engine = findEngine();
  makeImage(
    "busybox:env",
    "FROM busybox:local\nENV E=base PATH=/bin:/usr/local/bin\nWORKDIR /wd\nUSER root\n",
  );
  const images = new Map(
    ["busybox:local", "busybox:env", "slipway/base:1.0"].map(
      (name) => [name, inspectImage(name, engine)] as const,
    ),
  );
  const text = "what ADD fetches\n";
  const server = createServer((_, response) => response.end(text)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const surroundings: Surroundings = {
    engine,
    images,
    archive: {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      digest: createHash("sha256").update(text).digest("hex"),
    },
    verbose: values.verbose,
  };
  try {
    const seed = Number(values.seed);
    if (values.case !== undefined) {
      const result = await judgedCase(seed, Number(values.case), surroundings);
      console.log(summary([result]));
      return;
    }
    await manyCases(seed, surroundings);
  } finally {
    server.close();
  }
}

async function manyCases(seed: number, surroundings: Surroundings): Promise<void> {
  const { state } = values;
  const results = state === undefined ? [] : readResults(state);
  for (let number = 0; decided(results) < Number(values.decided); number++) {
    if (results.some((result) => result.seed === seed && result.number === number)) {
      continue;
    }
    const result = await judgedCase(seed, number, surroundings);
    results.push(result);
    if (state !== undefined) {
      appendFileSync(state, `${JSON.stringify(result)}\n`);
    }
  }
  console.log(summary(results));
}

/** Runs a case; what is wrong there and may be the builder's own fault is looked at a second time. */
async function judgedCase(
  seed: number,
  number: number,
  surroundings: Surroundings,
): Promise<CaseResult> {
  const all: Troubles = { directoryModes: true, sameStat: true };
  const { result, trouble } = await runCase(seed, number, surroundings, all);
  let { wrong } = result;
  if (wrong.some(({ build }) => build >= trouble)) {
    const calm = await runCase(seed, number, surroundings, {
      directoryModes: false,
      sameStat: false,
    });
    const stays = new Set(calm.result.wrong.map(({ build, step }) => `${build} ${step}`));
    wrong = wrong.map((each) => ({
      ...each,
      isOwnBug: each.build >= trouble && !stays.has(`${each.build} ${each.step}`),
    }));
  }
  const places = new Set(wrong.map(({ build, step }) => `${build} ${step}`));
  for (const { build, stage, step, instruction, predicted, observed, reason, ...each } of wrong) {
    // What only follows from another wrong one is counted, not shown.
    if (reason.kind !== "parent" || !places.has(`${build} ${reason.parent}`)) {
      const shown = JSON.stringify(reason).slice(0, 300);
      console.log(
        `${each.isOwnBug === true ? "BUILDKIT'S OWN" : "WRONG"} seed ${seed} case ${number} build ${build}: stage ${stage} step ${step} ${instruction}\n` +
          `  predicted ${predicted} (${shown}), was ${observed}; ${each.history.at(-1) ?? ""}`,
      );
    }
  }
  return { ...result, wrong };
}

async function runCase(
  seed: number,
  number: number,
  { engine, images, archive, verbose }: Surroundings,
  troubles: Troubles,
): Promise<{ result: CaseResult; trouble: number }> {
  const random = new Random(seed * 100_003 + number);
  const salt = `c${seed}x${number}t${Date.now().toString(36)}`;
  const files = new LiveContext(troubles);
  const extra = new LiveContext(troubles);
  const plain = !engine.rules.limitsReachRun;
  let project = randomProject(random, salt, { plain, archive });
  if (project.stages.some(({ from }) => from.startsWith("onbuild:"))) {
    const name = `onbuild:${salt}`;
    makeImage(
      name,
      `FROM busybox:local\nONBUILD RUN echo ${salt}\nONBUILD COPY a.txt /onbuild.txt\nONBUILD ENV V=onbuild\nONBUILD WORKDIR /triggered\n`,
    );
    images.set(name, inspectImage(name, engine));
  }
  writeFirstContext({ project, files, extra }, random);
  const records = new BuildRecords();
  const past: { project: RandomProject; files: ReadonlyMap<string, unknown> }[] = [];
  const history: string[] = [];
  const wrong: WrongVerdict[] = [];
  const unknown: Record<string, number> = {};
  // The first build after something that BuildKit does not notice as it should.
  let trouble = Number.POSITIVE_INFINITY;
  let failed = 0;
  let right = 0;
  for (let build = 0; build < buildsOfCase; build++) {
    if (build > 0) {
      project.noCache = undefined;
      const made: string[] = [];
      for (let changes = random.pick([0, 1, 1, 1, 2, 3]); changes > 0; changes--) {
        if (random.chance(0.12) && past.length > 1) {
          const former = random.pick(past);
          const which = random.below(3);
          if (which !== 1) {
            project = structuredClone(former.project);
          }
          if (which !== 0) {
            files.restore(former.files);
          }
          made.push(`back to an older ${["Dockerfile", "context", "state"][which] ?? ""}`);
        } else if (random.chance(0.02)) {
          const path = random.pick(["a.txt", "dir/sub/c.txt", "src/lib/three.js"]);
          files.writeUnnoticed(path);
          made.push(`write ${path} with the same size and time`);
        } else {
          made.push(change(random, { project, files, extra }));
        }
      }
      history.push(made.join(", ") || "nothing");
    }
    if ([files.made, extra.made].some((each) => each.directoryModes || each.sameStat)) {
      trouble = Math.min(trouble, build);
    }
    past.push({ project: structuredClone(project), files: files.capture() });
    const text = dockerfileOf(project);
    writeBuildFiles(project, files, text);
    const graph = buildGraph(parse(text), optionsOf(project, engine, images));
    const main = files.snapshot(
      project.ownIgnore === undefined ? ".dockerignore" : `${project.file}.dockerignore`,
    );
    const other = extra.snapshot(".dockerignore");
    const contexts = (name: string): typeof main | undefined =>
      name === "" ? main : name === "extra" ? other : undefined;
    const predictions = predict(graph, contexts, records, "it");
    const result = await liveBuild(project, { folder: files.folder, extra: extra.folder });
    if (!result.ok) {
      failed++;
    }
    const states = observe(graph, project, result.vertices);
    if (verbose) {
      printBuild(text, predictions, states, result);
    }
    for (const { step, state, reason, warnings } of predictions) {
      const observed = states.get(step.index);
      // The builder says nothing true of steps without inputs.
      const isBare = step.parent.kind === "scratch" && step.reads.length === 0;
      // What it says of a build that fails is true of what was run only (see FinishedBuild.failed).
      const isSaid = observed === "executed" || (observed === "cached" && result.ok);
      if (build === 0 || step.keyword === "FROM" || isBare || !isSaid) {
        continue;
      }
      if (state === "unknown" || state === "neverBuilt") {
        unknown[reason.kind] = (unknown[reason.kind] ?? 0) + 1;
      } else if (state === (observed === "cached" ? "hit" : "miss")) {
        right++;
      } else {
        wrong.push({
          build,
          stage: step.stage,
          step: step.index,
          instruction: `${step.keyword} ${step.text}`,
          predicted: state,
          observed,
          reason,
          warnings,
          history: [...history],
          dockerfile: text,
        });
      }
    }
    learn(records, graph, contexts, {
      observed: (step) => ({ state: states.get(step.index) ?? "absent" }),
      finished: build,
      project: "it",
      failed: !result.ok,
    });
  }
  files.dispose();
  extra.dispose();
  return {
    trouble,
    result: {
      engine: `${engine.version}${engine.containerdStore ? " containerd" : ""}`,
      seed,
      number,
      builds: buildsOfCase,
      failed,
      right,
      unknown,
      wrong,
    },
  };
}

function optionsOf(
  { target, noCache, args, options, images: named, plain }: RandomProject,
  engine: LiveEngine,
  images: ReadonlyMap<string, ImageConfig>,
): BuildOptions {
  const contexts = new Map<string, NamedContext>(
    Object.entries(named).map(([name, reference]) => [name, { kind: "image", reference }]),
  );
  if (!plain) {
    contexts.set("extra", { kind: "local", name: "extra" });
  }
  const [host] = options.addHost?.split(":") ?? [];
  return {
    engine: engine.rules,
    platform: "linux/amd64",
    baseImages: (reference) => images.get(reference),
    buildArguments: new Map(Object.entries(args)),
    namedContexts: contexts,
    ...(target === undefined ? {} : { target }),
    ...(noCache === undefined ? {} : { noCache }),
    ...(options.network === undefined ? {} : { network: options.network }),
    ...(host === undefined ? {} : { extraHosts: [host] }),
    ...(options.shmSize === undefined ? {} : { shmSize: options.shmSize << 20 }),
    ...(options.ulimit === undefined ? {} : { ulimits: [options.ulimit] }),
    ...(options.cgroupParent === undefined ? {} : { cgroupParent: options.cgroupParent }),
  };
}

function writeBuildFiles(project: RandomProject, files: LiveContext, text: string): void {
  const wanted = new Map<string, string | undefined>([
    [".dockerignore", project.ignore.join("\n")],
    [`${project.file}.dockerignore`, project.ownIgnore?.join("\n")],
    [project.file, text],
  ]);
  for (const [path, content] of wanted) {
    if (files.read(path) !== content) {
      if (content === undefined) {
        files.remove(path);
      } else {
        files.write(path, content);
      }
    }
  }
}

function printBuild(
  text: string,
  predictions: readonly StepPrediction[],
  states: ReadonlyMap<number, string>,
  { ok, error }: { readonly ok: boolean; readonly error: string },
): void {
  console.log(text.replace(/^/gm, "  | "), ok ? "" : error);
  for (const { step, state } of predictions) {
    const { index, stage, keyword, text: words } = step;
    console.log(`  ${stage}.${index} ${state} ${states.get(index) ?? "-"} ${keyword} ${words}`);
  }
}

function decided(results: readonly CaseResult[]): number {
  return results.reduce((sum, { right, wrong }) => sum + right + wrong.length, 0);
}

function readResults(file: string): CaseResult[] {
  return existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as CaseResult)
    : [];
}

/** A table with a row for each engine, and the reasons of what is unknown. */
function summary(results: readonly CaseResult[]): string {
  const rows = [
    "| engine | cases | builds | failed | decided | right | wrong cached | wrong runs again | BuildKit's own | unknown |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
  ];
  const reasons = new Map<string, number>();
  for (const engine of new Set(results.map((each) => each.engine))) {
    const own = results.filter((each) => each.engine === engine);
    const sum = (of: (result: CaseResult) => number): number =>
      own.reduce((total, each) => total + of(each), 0);
    const wrong = own.flatMap((each) => each.wrong);
    const ours = wrong.filter(({ isOwnBug }) => isOwnBug !== true);
    for (const [reason, count] of own.flatMap(({ unknown }) => Object.entries(unknown))) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + count);
    }
    const unknown = sum((each) => Object.values(each.unknown).reduce((a, b) => a + b, 0));
    const all = decided(own) + unknown;
    rows.push(
      `| ${[
        engine,
        own.length,
        sum(({ builds }) => builds),
        sum(({ failed }) => failed),
        decided(own),
        sum(({ right }) => right),
        ours.filter(({ predicted }) => predicted === "hit").length,
        ours.filter(({ predicted }) => predicted === "miss").length,
        wrong.length - ours.length,
        `${unknown} (${((100 * unknown) / Math.max(1, all)).toFixed(2)} %)`,
      ].join(" | ")} |`,
    );
  }
  return [...rows, `Unknown: ${JSON.stringify(Object.fromEntries(reasons))}`].join("\n");
}

void main();
