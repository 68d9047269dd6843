/**
 * Compares predictions with what a live engine does, over random Dockerfiles and changes.
 *   node esbuild.mjs --tests server/bench/cacheLive.ts
 *   DOCKER_HOST=… DOCKER=path/to/docker node client/dist/test/server/bench/cacheLive.js SEED CASES VERSION [containerd]
 * The engine needs busybox:local and busybox:env (ENV and WORKDIR); ONBUILD_TAR is the file system of more.
 * Prints each wrong prediction with everything that is needed to look at it, and the figures at the end.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readIgnoreFile } from "../src/buildContext/dockerignore.ts";
import { learn, type ObservedStep } from "../src/cache/learn.ts";
import { MemoryFiles } from "../src/cache/memoryFiles.ts";
import { predict } from "../src/cache/predict.ts";
import { BuildRecords } from "../src/cache/records.ts";
import { parse } from "../src/dockerfile/parse.ts";
import { buildGraph } from "../src/graph/buildGraph.ts";
import { engineRules } from "../src/graph/engineRules.ts";
import type { BuildGraph, BuildStep, ImageConfig } from "../src/graph/steps.ts";
import {
  type ContextTools,
  Random,
  type RandomProject,
  change,
  dockerfileOf,
  randomProject,
  writeFirstContext,
} from "./randomBuild.ts";

const [seed = "1", cases = "10", version = "28.5.2", store = ""] = process.argv.slice(2);
const docker = process.env["DOCKER"] ?? "docker";
const engine = engineRules({ version, containerdStore: store === "containerd" });

interface Vertex {
  readonly name: string;
  readonly cached?: boolean;
  readonly started?: string;
  readonly completed?: string;
  readonly error?: string;
}

/** The same changes in memory and on disk. */
class Context implements ContextTools {
  readonly folder = mkdtempSync(join(tmpdir(), "slipway-cache-"));
  readonly memory = new MemoryFiles();
  #clock = 1_700_000_000;

  paths(): string[] {
    return this.memory
      .paths()
      .filter(
        (path) =>
          this.memory.read(path) !== undefined && path !== "Dockerfile" && path !== ".dockerignore",
      );
  }

  write(path: string, content: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    this.memory.write(path, content);
    this.touch(path);
  }

  chmod(path: string, mode: number): void {
    chmodSync(join(this.folder, path), mode);
    this.memory.chmod(path, mode);
  }

  remove(path: string): void {
    rmSync(join(this.folder, path));
    this.memory.remove(path);
  }

  rename(from: string, to: string): void {
    renameSync(join(this.folder, from), join(this.folder, to));
    this.memory.rename(from, to);
  }

  link(path: string, target: string): void {
    rmSync(join(this.folder, path), { force: true });
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    symlinkSync(target, join(this.folder, path));
    this.memory.link(path, target);
  }

  /** Every write has a time of its own, so that BuildKit notices it. */
  touch(path: string): void {
    this.#clock += 1;
    utimesSync(join(this.folder, path), this.#clock, this.#clock);
  }
}

async function build(
  context: Context,
  project: RandomProject,
): Promise<{ vertices: Map<string, Vertex>; ok: boolean; log: string }> {
  const args = ["buildx", "build", "--progress=rawjson", "--output", "type=cacheonly"];
  for (const [name, value] of Object.entries(project.args)) {
    args.push("--build-arg", `${name}=${value}`);
  }
  if (project.target !== undefined) {
    args.push("--target", project.target);
  }
  if (project.noCacheFilter !== undefined) {
    args.push("--no-cache-filter", project.noCacheFilter);
  }
  const child = spawn(docker, [...args, context.folder], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    log += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const vertices = new Map<string, Vertex>();
  for (const line of log.split("\n")) {
    if (!line.startsWith("{")) {
      continue;
    }
    const { vertexes = [] } = JSON.parse(line) as { vertexes?: (Vertex & { digest: string })[] };
    for (const vertex of vertexes) {
      const before = vertices.get(vertex.digest);
      vertices.set(vertex.digest, {
        ...before,
        ...vertex,
        cached: before?.cached === true || vertex.cached === true,
      });
    }
  }
  return { vertices, ok: code === 0, log };
}

/** What each step did, by the numbers in the names of vertices. */
function observe(
  graph: BuildGraph,
  stages: readonly (string | undefined)[],
  vertices: Iterable<Vertex>,
): Map<number, ObservedStep["state"]> {
  const states = new Map<number, ObservedStep["state"]>();
  const names = new Map<string, number>();
  const counts = new Map<number, number>();
  for (const { index, stage } of graph.steps) {
    const number = (counts.get(stage) ?? 0) + 1;
    counts.set(stage, number);
    names.set(`${stages[stage] ?? `stage-${stage}`} ${number}`, index);
    if (stages.length === 1) {
      names.set(` ${number}`, index);
    }
  }
  for (const { name, cached, started, completed, error } of vertices) {
    const match = /^\[ *(?:(\S+) +)?(\d+)\/\d+\] (LINK )?/.exec(name);
    const step =
      match === null || match[3] !== undefined
        ? undefined
        : names.get(`${match[1] ?? ""} ${match[2] ?? ""}`);
    if (step === undefined || error !== undefined) {
      continue;
    }
    if (cached === true) {
      states.set(step, "cached");
    } else if (started !== undefined && completed !== undefined) {
      states.set(step, "executed");
    }
  }
  return states;
}

function inspect(reference: string): ImageConfig {
  const { stdout } = spawnSync(docker, ["image", "inspect", reference], { encoding: "utf8" });
  const [image] = JSON.parse(stdout) as [InspectedImage];
  const { Env = [], WorkingDir = "", OnBuild = [], User = "" } = image.Config ?? {};
  return {
    layers: image.RootFS.Layers.join(" "),
    ...(store === "containerd" ? { manifest: image.Id } : {}),
    environment: Env,
    workingDirectory: WorkingDir,
    onBuild: OnBuild,
    user: User,
  };
}

interface InspectedImage {
  readonly Id: string;
  readonly RootFS: { readonly Layers: readonly string[] };
  readonly Config?: {
    readonly Env?: readonly string[];
    readonly WorkingDir?: string;
    readonly OnBuild?: readonly string[];
    readonly User?: string;
  };
}

const images = new Map(
  ["busybox:local", "busybox:env"].map((name) => [name, inspect(name)] as const),
);

/** An image whose ONBUILD is new, so that nothing is cached for it yet. */
function makeOnbuildImage(salt: string): void {
  const tar = process.env["ONBUILD_TAR"];
  if (tar !== undefined) {
    const changes = [
      `ONBUILD RUN echo ${salt}`,
      "ONBUILD COPY a.txt /onbuild.txt",
      "ONBUILD ENV V=onbuild",
    ];
    const flags = changes.flatMap((line) => ["--change", line]);
    spawnSync(docker, ["import", ...flags, tar, `onbuild:${salt}`]);
    images.set(`onbuild:${salt}`, inspect(`onbuild:${salt}`));
  }
}

async function main(): Promise<void> {
  const total = { builds: 0, failed: 0, right: 0, unknown: 0, wrongHits: 0, wrongMisses: 0 };
  const unknowns = new Map<string, number>();
  const printFigures = (): void => {
    console.log(JSON.stringify({ seed, ...total, unknowns: Object.fromEntries(unknowns) }));
  };
  process.once("SIGTERM", () => {
    printFigures();
    process.exit(1);
  });
  const first = Number(process.env["FIRST"] ?? 0);
  for (let number = first; number < first + Number(cases); number++) {
    const random = new Random(Number(seed) * 100_003 + number);
    const salt = `c${seed}x${number}t${Date.now().toString(36)}`;
    const context = new Context();
    writeFirstContext(context, random);
    const project = randomProject(random, salt, !engine.limitsReachRun);
    if (project.stages.some(({ from }) => from.startsWith("onbuild:"))) {
      makeOnbuildImage(salt);
    }
    const records = new BuildRecords();
    const past: string[] = [];
    const history: string[] = [];
    for (let round = 0; round < 6; round++) {
      if (round > 0) {
        if (random.chance(0.15) && past.length > 1) {
          Object.assign(project, readProject(random.pick(past)));
          history.push("an older Dockerfile");
        } else {
          history.push(change(random, project, context));
        }
      }
      past.push(JSON.stringify(project));
      const text = dockerfileOf(project);
      context.write(".dockerignore", project.ignore.join("\n"));
      context.write("Dockerfile", text);
      const graph = buildGraph(parse(text), {
        engine,
        platform: "linux/amd64",
        baseImages: (reference) => images.get(reference),
        buildArguments: new Map(Object.entries(project.args)),
        ...(project.target === undefined ? {} : { target: project.target }),
        ...(project.noCacheFilter === undefined ? {} : { noCache: [project.noCacheFilter] }),
      });
      const snapshot = context.memory.snapshot(readIgnoreFile(project.ignore.join("\n")));
      const contexts = (): typeof snapshot => snapshot;
      const predictions = predict(graph, contexts, records, "it");
      const { vertices, ok, log } = await build(context, project);
      total.builds++;
      if (!ok) {
        total.failed++;
        if (process.env["VERBOSE"] !== undefined) {
          console.log("FAILED", /ERROR: .*/.exec(log)?.[0]);
        }
      }
      if (process.env["VERTICES"] !== undefined) {
        console.log(
          text,
          [...vertices.values()]
            .map(({ name, cached }) => `${cached === true ? "c" : "x"} ${name}`)
            .join("\n"),
        );
      }
      const states = observe(
        graph,
        project.stages.map(({ name }) => name),
        vertices.values(),
      );
      for (const { step, state, reason } of predictions) {
        const observed = states.get(step.index);
        // The builder says nothing true of steps without inputs.
        const isBare = step.parent.kind === "scratch" && step.reads.length === 0;
        if (round === 0 || step.keyword === "FROM" || isBare || observed === undefined || !ok) {
          continue;
        }
        const expected = observed === "cached" ? "hit" : "miss";
        if (state === "unknown" || state === "neverBuilt") {
          total.unknown++;
          unknowns.set(reason.kind, (unknowns.get(reason.kind) ?? 0) + 1);
        } else if (state === expected) {
          total.right++;
        } else {
          total[state === "hit" ? "wrongHits" : "wrongMisses"]++;
          report({ number, round, step, state, observed, reason, history, past, text });
        }
      }
      learn(records, graph, contexts, {
        observed: (step) => ({ state: states.get(step.index) ?? "absent" }),
        finished: round,
        project: "it",
      });
    }
    rmSync(context.folder, { recursive: true, force: true });
  }
  printFigures();
}

function report({
  step,
  number,
  round,
  state,
  observed,
  reason,
  history,
  past,
  text,
}: WrongPrediction): void {
  const { keyword, stage, index } = step;
  console.log(
    `WRONG case ${number} build ${round}: stage ${stage} step ${index} ${keyword} ${step.text}`,
  );
  console.log(
    `  predicted ${state} (${JSON.stringify(reason)}), was ${observed}; changes: ${history.join("; ")}`,
  );
  if (process.env["VERBOSE"] !== undefined) {
    console.log(text.replace(/^/gm, "  | "));
    const before = past.at(-2);
    console.log(
      before === undefined ? "" : dockerfileOf(readProject(before)).replace(/^/gm, "  < "),
    );
  }
}

interface WrongPrediction {
  readonly number: number;
  readonly round: number;
  readonly step: BuildStep;
  readonly state: string;
  readonly observed: string;
  readonly reason: unknown;
  readonly history: readonly string[];
  readonly past: readonly string[];
  readonly text: string;
}

/** Undoes JSON, which leaves out what is undefined. */
function readProject(text: string): RandomProject {
  const project = JSON.parse(text) as Omit<RandomProject, "target" | "noCacheFilter"> &
    Partial<RandomProject>;
  return { ...project, target: project.target, noCacheFilter: project.noCacheFilter };
}

void main();
