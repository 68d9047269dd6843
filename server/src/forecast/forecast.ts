import { fileURLToPath } from "node:url";
import type { StepPrediction } from "../cache/predict.ts";
import { predict } from "../cache/predict.ts";
import type { ContextSnapshot } from "../cache/contextSnapshot.ts";
import { lineOfStep } from "../cache/describePrediction.ts";
import type { BuildRecords } from "../cache/records.ts";
import type { Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import { buildGraph } from "../graph/buildGraph.ts";
import { engineRules } from "../graph/engineRules.ts";
import type { BuildGraph, ImageConfig } from "../graph/steps.ts";
import type { BaseImage, BuildFinishedParams } from "../protocol.ts";

/** What the next build of a Dockerfile will do, if it is for the same target and arguments as the last one. */
export interface Forecast {
  /** Of the instructions that make a step of the build. */
  readonly predictions: ReadonlyMap<Instruction, StepPrediction>;
  /** The 1-based line in which a step of `Reason` stands. */
  readonly lineOf: (step: number) => number;
  /** Of the last build. */
  readonly target?: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly engineVersion: string;
}

/** A build whose circumstances are known. */
export type KnownBuild = BuildFinishedParams & Required<Pick<BuildFinishedParams, "circumstances">>;

/** What `build` would be of this text. */
export function graphOfBuild(
  file: Dockerfile,
  { target, buildArguments, platform, circumstances: { engine, images } }: KnownBuild,
): BuildGraph {
  return buildGraph(file, {
    engine: engineRules(engine),
    platform: platform ?? engine.platform,
    buildPlatform: engine.platform,
    buildArguments: new Map(Object.entries(buildArguments)),
    ...(target === undefined ? {} : { target }),
    baseImages: (reference, wanted) => {
      const image = Object.hasOwn(images, reference) ? images[reference] : undefined;
      return image?.platform === wanted ? imageConfig(image, engine.containerdStore) : undefined;
    },
  });
}

/** The images that a build starts from or copies from, as they are written after expansion. */
export function imagesOfBuild(
  file: Dockerfile,
  {
    target,
    buildArguments,
    platform,
  }: Pick<BuildFinishedParams, "target" | "buildArguments" | "platform">,
): string[] {
  const images = new Set<string>();
  buildGraph(file, {
    // What differs between engines says nothing about images.
    engine: engineRules({ version: "", containerdStore: false }),
    platform: platform ?? "linux/amd64",
    buildArguments: new Map(Object.entries(buildArguments)),
    ...(target === undefined ? {} : { target }),
    baseImages: (reference) => {
      images.add(reference);
      return undefined;
    },
  });
  return [...images];
}

/**
 * Whether the rules are known by which this is built: the engine's own frontend, or Docker's of the same
 * generation. What an ONBUILD brings is built at other places than where it stands, so nothing is said.
 */
export function isForeseeable({ steps, target, frontend = "" }: BuildGraph): boolean {
  return (
    target !== undefined &&
    (frontend === "" || /^(?:docker\.io\/)?docker\/dockerfile:1(?:\.\d+)*$/.test(frontend)) &&
    steps.every(({ trigger }) => !trigger)
  );
}

/** `undefined` where the rules are not known. Takes milliseconds. */
export function foresee(
  file: Dockerfile,
  build: KnownBuild,
  context: ContextSnapshot,
  records: BuildRecords,
): Forecast | undefined {
  const graph = graphOfBuild(file, build);
  if (!isForeseeable(graph)) {
    return undefined;
  }
  const predictions = new Map<Instruction, StepPrediction>();
  const contexts = (name: string): ContextSnapshot | undefined =>
    name === "" ? context : undefined;
  for (const prediction of predict(
    graph,
    contexts,
    records,
    dockerfilePath(build.uri) ?? build.uri,
  )) {
    if (prediction.step.keyword !== "FROM") {
      predictions.set(prediction.step.instruction, prediction);
    }
  }
  return {
    predictions,
    lineOf: (step) => {
      const found = graph.steps[step];
      return found === undefined ? 1 : lineOfStep(file.text, found);
    },
    ...(build.target === undefined ? {} : { target: build.target }),
    buildArguments: build.buildArguments,
    engineVersion: build.circumstances.engine.version,
  };
}

/** The path of a Dockerfile, by which records know it; `undefined` for one that is on no disk. */
export function dockerfilePath(uri: string): string | undefined {
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}

/** The files whose contents have to be read before anything can be said. */
export function unreadFiles({ steps, engine }: BuildGraph, context: ContextSnapshot): string[] {
  const paths = new Set<string>();
  for (const { reads } of steps) {
    for (const read of reads) {
      if (read.kind === "context" && read.context === "") {
        const selected = context.select(read.selections, engine.comparesNamesOnly);
        if (selected.kind === "unread") {
          selected.paths.forEach((path) => paths.add(path));
        }
      }
    }
  }
  return [...paths];
}

function imageConfig(image: BaseImage, containerdStore: boolean): ImageConfig {
  const { layers, id, environment, workingDirectory, user, shell, onBuild } = image;
  return {
    layers: layers.join(" "),
    ...(containerdStore ? { manifest: id } : {}),
    ...(environment === undefined ? {} : { environment }),
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
    ...(user === undefined ? {} : { user }),
    ...(shell === undefined ? {} : { shell }),
    ...(onBuild === undefined ? {} : { onBuild }),
  };
}
