import type { Instruction } from "../dockerfile/syntax.ts";
import type { Span } from "../text/span.ts";
import type { EngineRules } from "./engineRules.ts";
import type { Operation } from "./operation.ts";

/** What a build is asked for. */
export interface BuildOptions {
  readonly engine: EngineRules;
  /** Name or number of the stage to build; the last one when absent. */
  readonly target?: string;
  /** `os/architecture[/variant]` of the image. */
  readonly platform: string;
  /** `os/architecture[/variant]` of the builder; that of the image when absent. */
  readonly buildPlatform?: string;
  readonly buildArguments?: ReadonlyMap<string, string>;
  /** What is known of an image, by its name after expansion and its platform. */
  readonly baseImages: (reference: string, platform: string) => ImageConfig | undefined;
  /** `--build-context`, by lower-cased name. */
  readonly namedContexts?: ReadonlyMap<string, NamedContext>;
  readonly network?: string;
  readonly extraHosts?: readonly string[];
  readonly ulimits?: readonly string[];
  /** In bytes. */
  readonly shmSize?: number;
  readonly cgroupParent?: string;
  /** `--no-cache`, or the stages of `--no-cache-filter`. */
  readonly noCache?: boolean | readonly string[];
  /** `--pull`: base images are looked up anew. */
  readonly pull?: boolean;
}

/** What the engine tells of an image, as far as steps built on it depend on it. */
export interface ImageConfig {
  /** The same exactly for images with the same layers: the layers' digests, or their chain. */
  readonly layers: string;
  /**
   * Digest of the manifest, for engines with the containerd image store: there another manifest with the
   * same layers may or may not find what was built on the first.
   */
  readonly manifest?: string;
  /** `NAME=value` */
  readonly environment?: readonly string[];
  readonly workingDirectory?: string;
  readonly user?: string;
  readonly shell?: readonly string[];
  /** Instructions of ONBUILD, each one as text. */
  readonly onBuild?: readonly string[];
}

export type NamedContext =
  | { readonly kind: "local"; readonly name: string }
  | { readonly kind: "image"; readonly reference: string }
  | { readonly kind: "other" };

/**
 * The steps of a build, as BuildKit's Dockerfile frontend makes them for one target, platform and set of
 * arguments.
 */
export interface BuildGraph {
  readonly engine: EngineRules;
  /** Every step refers to earlier ones only. */
  readonly steps: readonly BuildStep[];
  /** Index of the stage that is built; absent when there is none of that name. */
  readonly target?: number;
  /** The stages that this target does not need. */
  readonly unneeded: readonly number[];
  /** Instructions of needed stages that set metadata only: they never break the cache. */
  readonly metadata: readonly Instruction[];
  /** Images of which nothing is known, so that no step above them can be told. */
  readonly unknownImages: readonly string[];
  /** The value of `# syntax`: another frontend than the engine's own makes the steps. */
  readonly frontend?: string;
}

export interface BuildStep {
  /** Its place in `BuildGraph.steps`. */
  readonly index: number;
  /** Index of the stage. */
  readonly stage: number;
  readonly keyword: "FROM" | "RUN" | "COPY" | "ADD" | "WORKDIR";
  /** The instruction in the file; the FROM for what an image's ONBUILD brings. */
  readonly instruction: Instruction;
  readonly span: Span;
  /** It comes from an ONBUILD of the base. */
  readonly trigger: boolean;
  /** The instruction without its keyword, as the frontend shows it. */
  readonly text: string;
  readonly operation: Operation;
  /** The file system it starts from. */
  readonly parent: Origin;
  /** What else it reads; compared by content. */
  readonly reads: readonly Read[];
  /** `COPY --link` where the engine heeds it: made beside `parent` and laid over it. */
  readonly linked: boolean;
  /** `--no-cache` is on for it: it runs whatever the cache holds. */
  readonly ignoresCache: boolean;
}

/** Where a file system comes from. */
export type Origin =
  | { readonly kind: "scratch" }
  /** `layers` is absent when nothing is known of the image. */
  | {
      readonly kind: "image";
      readonly reference: string;
      readonly layers?: string;
      readonly manifest?: string;
    }
  /** What the step leaves. */
  | { readonly kind: "step"; readonly step: number }
  /** What the linked step makes, over what lies below. */
  | { readonly kind: "merge"; readonly lower: Origin; readonly step: number }
  /** A stage that a named context of an unknown kind replaces. */
  | { readonly kind: "unknown"; readonly name: string };

export type Read = ContextRead | OriginRead | InlineRead | RemoteRead;

/** Files of the build context (`context` empty), or of a named one. */
export interface ContextRead {
  readonly kind: "context";
  readonly context: string;
  readonly selections: readonly Selection[];
}

/** Files of another stage or of an image. */
export interface OriginRead {
  readonly kind: "origin";
  readonly origin: Origin;
  /** The stage or image as it is written. */
  readonly name: string;
  readonly selections: readonly Selection[];
}

/** A heredoc: the content stands in the Dockerfile. */
export interface InlineRead {
  readonly kind: "inline";
  readonly name: string;
  readonly content: string;
  /** The file's permissions; 0o755 for scripts that RUN starts. */
  readonly mode: number;
}

/** ADD from a URL or a repository. */
export interface RemoteRead {
  readonly kind: "remote";
  readonly url: string;
  /** The checksum or commit that makes its content certain. */
  readonly pinned?: string;
}

/** Which files of a source: a path and how it is meant. */
export interface Selection {
  /** Absolute in the source and clean. */
  readonly path: string;
  /** `*`, `?` and `[…]` in the path are patterns. */
  readonly wildcard: boolean;
  readonly includes: readonly string[];
  readonly excludes: readonly string[];
}
