import { fileOfUri } from "../buildContext/fileOfUri.ts";
import type { StepPrediction } from "../cache/predict.ts";
import { predict } from "../cache/predict.ts";
import type { ContextSnapshot } from "../cache/contextSnapshot.ts";
import { lineOfStep } from "../cache/describePrediction.ts";
import type { BuildRecords, RecordedStep } from "../cache/records.ts";
import type { Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import { buildGraph } from "../graph/buildGraph.ts";
import { engineRules } from "../graph/engineRules.ts";
import type { BuildGraph, BuildStep, ImageConfig, Origin } from "../graph/steps.ts";
import type { BaseImage, BuildFinishedParams } from "../protocol.ts";

/** What the next build of a Dockerfile will do, if it is for the same target and arguments as the last one. */
export interface Forecast {
  readonly graph: BuildGraph;
  /** Of every step, in the order of the graph. */
  readonly steps: readonly StepPrediction[];
  /** Of the instructions that make a step of the build. */
  readonly predictions: ReadonlyMap<Instruction, StepPrediction>;
  /** The 1-based line in which a step of `Reason` stands. */
  readonly lineOf: (step: number) => number;
  /** What earlier builds did with the step, the last one first. */
  readonly past: (prediction: StepPrediction) => readonly PastRun[];
  /** Of the last build. */
  readonly target?: string;
  readonly platform?: string;
  readonly noCache?: boolean;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly engineVersion: string;
}

/** What a finished build did with a step. */
export interface PastRun {
  /** Milliseconds since 1970. */
  readonly finished: number;
  readonly outcome: "cached" | "ran";
  /** Of a step that ran. */
  readonly seconds?: number;
}

/** Why nothing can be said of the next build. */
export type Silence =
  /** It is under way. */
  | { readonly kind: "building" }
  /** The last build was not seen from its beginning to its end, or not by a builder whose rules are known. */
  | { readonly kind: "unseen" }
  /** The base images are looked up anew with each build. */
  | { readonly kind: "pulled" }
  /** Files were written while it was built. */
  | { readonly kind: "filesMoved" }
  /** Too much to read, or not to be read. */
  | { readonly kind: "filesUnread" }
  /** An image that it begins with now stands for something else. */
  | { readonly kind: "imageReplaced"; readonly reference: string }
  /** The builder pulled an image, so that nobody has seen what it was. */
  | { readonly kind: "unknownImage"; readonly reference: string }
  /** The next build is for another engine. */
  | { readonly kind: "otherEngine" }
  /** The last build is so long ago that the engine may have collected its garbage. */
  | { readonly kind: "tooOld" }
  /** A frontend whose rules are not known, or none of the stages is the one that was built. */
  | { readonly kind: "otherRules"; readonly frontend: string }
  /** Steps that an image's ONBUILD brings stand at no line. */
  | { readonly kind: "onbuild" };

/** A build whose circumstances are known. */
export type KnownBuild = BuildFinishedParams & Required<Pick<BuildFinishedParams, "circumstances">>;

/** What `build` would be of this text. */
export function graphOfBuild(
  file: Dockerfile,
  { target, buildArguments, platform, noCache, circumstances: { engine, images } }: KnownBuild,
): BuildGraph {
  return buildGraph(file, {
    engine: engineRules(engine),
    platform: platform ?? engine.platform,
    buildPlatform: engine.platform,
    buildArguments: new Map(Object.entries(buildArguments)),
    ...(target === undefined ? {} : { target }),
    ...(noCache === true ? { noCache } : {}),
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
 * Why the steps of this graph cannot be foreseen, whatever has been built: only the engine's own frontend
 * and Docker's of the same generation have known rules, and what an ONBUILD brings is built at other places
 * than where it stands.
 */
export function unforeseeable({ steps, target, frontend = "" }: BuildGraph): Silence | undefined {
  const isKnown =
    frontend === "" || /^(?:docker\.io\/)?docker\/dockerfile:1(?:\.\d+)*$/.test(frontend);
  if (target === undefined || !isKnown) {
    return { kind: "otherRules", frontend: isKnown ? "" : frontend };
  }
  return steps.some(({ trigger }) => trigger) ? { kind: "onbuild" } : undefined;
}

/** A silence where the rules are not known. Takes milliseconds. */
export function foresee(
  file: Dockerfile,
  build: KnownBuild,
  context: ContextSnapshot,
  records: BuildRecords,
  contextFor: (graph: BuildGraph) => ContextSnapshot = () => context,
): Forecast | Silence {
  const graph = graphOfBuild(file, build);
  const silence = unforeseeable(graph);
  if (silence !== undefined) {
    return silence;
  }
  const files = contextFor(graph);
  const contexts = (name: string): ContextSnapshot | undefined => (name === "" ? files : undefined);
  const project = fileOfUri(build.uri) ?? build.uri;
  const steps = withUnknownImages(graph, predict(graph, contexts, records, project));
  return {
    graph,
    steps,
    predictions: new Map(
      steps.flatMap((each) =>
        each.step.keyword === "FROM" ? [] : [[each.step.instruction, each] as const],
      ),
    ),
    lineOf: (step) => {
      const found = graph.steps[step];
      return found === undefined ? 1 : lineOfStep(file.text, found);
    },
    past: ({ step, reason }) =>
      pastRuns(records, project, step, reason.kind === "instruction" ? reason.before : step.text),
    ...(build.target === undefined ? {} : { target: build.target }),
    ...(build.platform === undefined ? {} : { platform: build.platform }),
    ...(build.noCache === undefined ? {} : { noCache: build.noCache }),
    buildArguments: build.buildArguments,
    engineVersion: build.circumstances.engine.version,
  };
}

export function isForecast(outlook: Forecast | Silence | undefined): outlook is Forecast {
  return outlook !== undefined && "predictions" in outlook;
}

/**
 * Without its image a step's environment and directory are unknown, so that even what looks as if it had
 * never been built may be in the cache.
 */
function withUnknownImages(
  { steps, unknownImages }: BuildGraph,
  predictions: readonly StepPrediction[],
): readonly StepPrediction[] {
  if (unknownImages.length === 0) {
    return predictions;
  }
  const images: (string | undefined)[] = [];
  const imageUnder = (origin: Origin): string | undefined => {
    switch (origin.kind) {
      case "image":
        return origin.layers === undefined ? origin.reference : undefined;
      case "unknown":
        return origin.name;
      case "step":
        return images[origin.step];
      case "merge":
        return imageUnder(origin.lower);
      case "scratch":
        return undefined;
    }
  };
  return predictions.map((prediction, index) => {
    const parent = steps[index]?.parent;
    const reference = parent === undefined ? undefined : imageUnder(parent);
    images.push(reference);
    return reference === undefined || prediction.reason.kind === "missingFile"
      ? prediction
      : { ...prediction, state: "unknown", reason: { kind: "unknownImage", reference } };
  });
}

/** How many runs are told at most. */
const mostRuns = 12;

/** By what the instruction says: what it was built on may have been something else. */
function pastRuns(
  { builds }: BuildRecords,
  project: string,
  { keyword }: BuildStep,
  text: string,
): PastRun[] {
  return builds
    .filter((build) => build.project === project)
    .flatMap(({ finished, steps }) => {
      const found = steps.find((each) => each.keyword === keyword && each.text === text);
      return found === undefined ? [] : pastRun(finished, found);
    })
    .slice(0, mostRuns);
}

function pastRun(finished: number, { outcome, seconds }: RecordedStep): PastRun[] {
  return outcome === undefined
    ? []
    : [{ finished, outcome, ...(seconds === undefined ? {} : { seconds }) }];
}

/** Whether a step may read this file of the context; patterns may read any. */
export function mayRead({ steps }: BuildGraph, path: string): boolean {
  const file = `/${path}`;
  return steps.some(({ reads }) =>
    reads.some(
      (read) =>
        read.kind === "context" &&
        read.selections.some(
          (selection) =>
            selection.wildcard ||
            selection.path === "/" ||
            selection.path === file ||
            file.startsWith(`${selection.path}/`),
        ),
    ),
  );
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
