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
