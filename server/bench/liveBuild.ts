import { spawn, spawnSync } from "node:child_process";
import type { ObservedStep } from "../src/cache/learn.ts";
import { type EngineRules, engineRules } from "../src/graph/engineRules.ts";
import type { BuildGraph, ImageConfig } from "../src/graph/steps.ts";
import type { RandomProject } from "./randomBuild.ts";

/** The engine that DOCKER_HOST names, through the docker command line with buildx. */
export interface LiveEngine {
  readonly version: string;
  readonly containerdStore: boolean;
  readonly rules: EngineRules;
}

export function findEngine(): LiveEngine {
  const { ServerVersion: version, DriverStatus } = JSON.parse(
    docker(["info", "--format", "{{json .}}"]),
  ) as { ServerVersion: string; DriverStatus: readonly (readonly string[])[] };
  const containerdStore = JSON.stringify(DriverStatus).includes("io.containerd.snapshotter");
  return { version, containerdStore, rules: engineRules({ version, containerdStore }) };
}

/** Makes the image unless it is there. */
export function makeImage(name: string, dockerfile: string): void {
  const known = spawnSync("docker", ["image", "inspect", name]).status === 0;
  if (!known) {
    docker(["buildx", "build", "--provenance=false", "--load", "-t", name, "-"], dockerfile);
  }
}

export function inspectImage(reference: string, { containerdStore }: LiveEngine): ImageConfig {
  const [image] = JSON.parse(docker(["image", "inspect", reference])) as [InspectedImage];
  const { Env, WorkingDir, OnBuild, User, Shell } = image.Config ?? {};
  return {
    layers: image.RootFS.Layers.join(" "),
    ...(containerdStore ? { manifest: image.Id } : {}),
    environment: Env ?? [],
    workingDirectory: WorkingDir ?? "",
    onBuild: OnBuild ?? [],
    user: User ?? "",
    shell: Shell ?? [],
  };
}

interface InspectedImage {
  readonly Id: string;
  readonly RootFS: { readonly Layers: readonly string[] };
  readonly Config?: {
    readonly Env?: readonly string[] | null;
    readonly WorkingDir?: string;
    readonly OnBuild?: readonly string[] | null;
    readonly User?: string;
    readonly Shell?: readonly string[] | null;
  };
}

interface Vertex {
  readonly name: string;
  readonly inputs?: readonly string[] | null;
  readonly cached?: boolean;
  readonly started?: string;
  readonly completed?: string;
  readonly error?: string;
}

export interface LiveResult {
  readonly vertices: readonly Vertex[];
  readonly ok: boolean;
  /** What the builder says of a failure. */
  readonly error: string;
}

/** Builds and keeps nothing but the cache. */
export async function liveBuild(
  project: RandomProject,
  { folder, extra }: { readonly folder: string; readonly extra: string },
): Promise<LiveResult> {
  const { options } = project;
  const args = ["buildx", "build", "--progress=rawjson", "--output", "type=cacheonly"];
  const add = (flag: string, value: string | number | undefined): void => {
    if (value !== undefined) {
      args.push(`--${flag}`, String(value));
    }
  };
  for (const [name, value] of Object.entries(project.args)) {
    add("build-arg", `${name}=${value}`);
  }
  add("target", project.target);
  if (project.noCache === true) {
    args.push("--no-cache");
  } else {
    add("no-cache-filter", project.noCache?.join(","));
  }
  if (!project.plain) {
    add("build-context", `extra=${extra}`);
    for (const [name, reference] of Object.entries(project.images)) {
      add("build-context", `${name}=docker-image://${reference}`);
    }
  }
  for (const number of [0, 1, 2, 3]) {
    add("secret", `id=s${number},env=SLIPWAY_RANDOM_SECRET`);
  }
  add("network", options.network);
  add("add-host", options.addHost);
  add("shm-size", options.shmSize === undefined ? undefined : `${options.shmSize}m`);
  add("ulimit", options.ulimit);
  add("cgroup-parent", options.cgroupParent);
  add("file", `${folder}/${project.file}`);
  const child = spawn("docker", [...args, folder], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, SLIPWAY_RANDOM_SECRET: project.secret },
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    log += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { vertices: verticesOf(log), ok: code === 0, error: /ERROR: .*/.exec(log)?.[0] ?? "" };
}

function verticesOf(log: string): Vertex[] {
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
  return [...vertices.values()];
}

/** What each step did, by the numbers in the names of vertices. */
export function observe(
  graph: BuildGraph,
  { stages, images }: RandomProject,
  vertices: readonly Vertex[],
): Map<number, ObservedStep["state"]> {
  const states = new Map<number, ObservedStep["state"]>();
  const names = new Map<string, number>();
  const counts = new Map<number, number>();
  for (const { index, stage, keyword } of graph.steps) {
    const { name, from = "" } = stages[stage] ?? {};
    if (keyword === "FROM" && (from.split(" ").at(-1) ?? "") in images) {
      // A named context has no number.
      continue;
    }
    const number = (counts.get(stage) ?? 0) + 1;
    counts.set(stage, number);
    names.set(`${name ?? `stage-${stage}`} ${number}`, index);
    if (stages.length === 1) {
      names.set(` ${number}`, index);
    }
  }
  for (const { name, inputs, cached, started, completed, error } of vertices) {
    // What ADD fetches is a step of the same name, of which the builder says nothing true.
    if (/\] ADD .*https?:/.test(name) && (inputs ?? []).length === 0) {
      continue;
    }
    const match = /^\[ *(?:(\S+) +)?(\d+)\/\d+\] (LINK )?/.exec(name);
    const step =
      match === null || match[3] !== undefined
        ? undefined
        : names.get(`${match[1] ?? ""} ${match[2] ?? ""}`);
    if (step === undefined) {
      continue;
    }
    if (error !== undefined) {
      if (!/cancell?ed/.test(error)) {
        states.set(step, "failed");
      }
    } else if (cached === true) {
      states.set(step, "cached");
    } else if (started !== undefined && completed !== undefined) {
      states.set(step, "executed");
    }
  }
  return states;
}

function docker(args: readonly string[], input?: string): string {
  const { stdout, stderr, status } = spawnSync("docker", args, { encoding: "utf8", input });
  if (status !== 0) {
    throw new Error(`docker ${args.join(" ")}: ${stderr}`);
  }
  return stdout;
}
