/**
 * What crosses the wire beyond LSP: names and types only, so that importing it
 * costs the client nothing.
 */

export const languageId = "dockerfile";

/** The section of the editor's settings that is ours. */
export const settingsSection = "slipway";

/** What an editor may say to the server when it starts it, beside its settings. */
export interface InitializationOptions {
  /** Whether somebody trusts the folders that are open; only then are programs of the machine run for them. */
  readonly isTrusted: boolean;
  /** Whether the client answers `engineImagesRequest`. */
  readonly knowsImages?: boolean;
  /** Whether the editor shows what the next build will do beyond what the protocol has for it. */
  readonly showsCacheState?: boolean;
}

/** Client → server, notification: somebody has come to trust the folders that are open. */
export const workspaceTrustedNotification = "slipway/workspaceTrusted";

/**
 * Client → server, request: a build of this Dockerfile is about to begin. The server looks at the files of
 * the context before it answers, so that it knows later what the build has read.
 */
export const buildStartingRequest = "slipway/buildStarting";

export interface BuildStartingParams {
  /** Names the build, here and when it has finished. */
  readonly id: string;
  /** URI of the Dockerfile. */
  readonly uri: string;
  /** Its text, as it will be built. */
  readonly text: string;
  /** Absolute path. */
  readonly contextFolder: string;
  readonly target?: string;
  /** `os/architecture[/variant]`; the engine's own where absent. */
  readonly platform?: string;
  readonly buildArguments: Readonly<Record<string, string>>;
}

export interface BuildStartingResult {
  /** The images that the build starts from and copies from, to be told in `BuildFinishedParams.circumstances`. */
  readonly images: readonly string[];
}

/** Client → server, notification: something was removed from the engine's build cache. */
export const cachePrunedNotification = "slipway/cachePruned";

/** Client → server, notification: these names may stand for other images now, since they were built, pulled or tagged. */
export const imagesReplacedNotification = "slipway/imagesReplaced";

export interface ImagesReplacedParams {
  readonly references: readonly string[];
}

/** Client → server, notification: this engine is the one that the next build will run on. */
export const engineChangedNotification = "slipway/engineChanged";

export interface EngineChangedParams {
  /** That of `BuildingEngine`; absent where it is not known yet. */
  readonly id?: string;
}

/** Server → client, request: what the engine says of these images; of those that it does not have, nothing. */
export const engineImagesRequest = "slipway/engineImages";

export interface EngineImagesParams {
  /** As Dockerfiles name them. */
  readonly references: readonly string[];
}

export interface EngineImagesResult {
  /** By the name that was asked for. */
  readonly images: Readonly<Record<string, BaseImage>>;
  /** The engine's own, as `os/architecture`; absent where no engine is known. */
  readonly platform?: string;
}

/** Client → server, notification: the engine has other images now, or there is an engine now, or another one. */
export const engineImagesChangedNotification = "slipway/engineImagesChanged";

/**
 * Server → client, notification, to clients that ask for it with `InitializationOptions.showsCacheState`:
 * what the next build will do with a Dockerfile that is open, whenever that is something else than before.
 */
export const cacheStateNotification = "slipway/cacheState";

export interface CacheStateParams {
  /** URI of the Dockerfile. */
  readonly uri: string;
  /** Of the document that the lines are those of. */
  readonly version: number;
  /** Of the whole build: `5 of 8 cached · about 38 s to run`. Absent where nothing is known. */
  readonly summary?: string;
  /** Why nothing is known, as the end of a sentence; absent too where nothing has been built. */
  readonly silence?: string;
  /** For what this holds: `for the target test`. */
  readonly holds?: string;
  /** In the order of the file; none where nothing is known. */
  readonly stages: readonly CacheStage[];
}

export interface CacheStage {
  /** As it is written, or its number as text. */
  readonly name: string;
  /** 0-based. */
  readonly line: number;
  /** Absent for a stage without steps. */
  readonly summary?: string;
  /** The target does not need it. */
  readonly unneeded: boolean;
  readonly steps: readonly CacheStep[];
}

export interface CacheStep {
  /** 0-based line of its keyword. */
  readonly line: number;
  /** The instruction in one line, as it is written. */
  readonly text: string;
  readonly state: "cached" | "runs" | "unknown";
  /** In a person's words. */
  readonly reason: string;
  /** How long it took when it ran last. */
  readonly seconds?: number;
  /** Of the layer that it made then. */
  readonly bytes?: number;
  /** What BuildKit is known to get wrong here, each a sentence without its point. */
  readonly warnings: readonly string[];
}

/**
 * Server → client, notification, under the same condition: a build has done something else than was foreseen
 * of it.
 */
export const predictionFailedNotification = "slipway/predictionFailed";

export interface PredictionFailedParams {
  /** URI of the Dockerfile. */
  readonly uri: string;
  readonly wrong: readonly WrongPrediction[];
  /** How many steps were foreseen rightly. */
  readonly right: number;
  /** All that decides about the cache, without contents of files, to be written to a file as JSON. */
  readonly case: object;
}

export interface WrongPrediction {
  /** 0-based. */
  readonly line: number;
  readonly text: string;
  /** In a person's words. */
  readonly foreseen: string;
  readonly happened: "cached" | "ran";
}

/** Client → server, request: a build of this Dockerfile has ended, well or badly. */
export const buildFinishedRequest = "slipway/buildFinished";

export interface BuildFinishedParams {
  /** URI of the Dockerfile. */
  readonly uri: string;
  /** Its text when the build began. */
  readonly text: string;
  readonly target?: string;
  /** `os/architecture[/variant]`; the engine's own where absent. */
  readonly platform?: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** Everything ran, whatever the cache held. */
  readonly noCache?: boolean;
  /** Base images were looked up anew, so that the next build may begin with others. */
  readonly pulled?: boolean;
  readonly steps: readonly BuiltStep[];
  /** Milliseconds since 1970. */
  readonly finishedAt: number;
  /** It was cancelled: what it did counts for the next build, but is not shown. */
  readonly cancelled?: boolean;
  /** Under what it ran, where the client knows; without it, what the next build will do cannot be told. */
  readonly circumstances?: BuildCircumstances;
}

/** What decides about the layer cache besides the Dockerfile and the files. */
export interface BuildCircumstances {
  /** That of `BuildStartingParams`. */
  readonly id: string;
  /** Absolute path. */
  readonly contextFolder: string;
  readonly engine: BuildingEngine;
  /** Of those that `BuildStartingResult.images` asked for, the ones that the engine has, by that name. */
  readonly images: Readonly<Record<string, BaseImage>>;
}

export interface BuildingEngine {
  /** The same for the same engine, whatever its address. */
  readonly id: string;
  /** As `28.5.2`. */
  readonly version: string;
  /** Whether it keeps images in the containerd image store. */
  readonly containerdStore: boolean;
  /** `os/architecture` */
  readonly platform: string;
}

/** An image as the engine describes it, as far as steps built on it depend on it. */
export interface BaseImage {
  /** The digests of its layers. */
  readonly layers: readonly string[];
  /** `sha256:…` of the image. */
  readonly id: string;
  /** `os/architecture` */
  readonly platform: string;
  /** `NAME=value` */
  readonly environment?: readonly string[];
  readonly workingDirectory?: string;
  readonly user?: string;
  readonly shell?: readonly string[];
  /** Instructions of ONBUILD. */
  readonly onBuild?: readonly string[];
}

/** A step of a finished build, as BuildKit named it. */
export interface BuiltStep {
  /** Such as `[build 2/5] RUN npm ci`; expanded by BuildKit. */
  readonly name: string;
  readonly outcome: "cached" | "ran" | "failed" | "notReached";
  readonly seconds?: number;
  /** Bytes that its layer adds. */
  readonly bytes?: number;
}

/** Where each step of `BuildFinishedParams.steps` stands in the text; `null` for the builder's own work. Lines and characters as in LSP. */
export interface BuildFinishedResult {
  readonly ranges: readonly (StepRange | null)[];
}

export interface StepRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}
