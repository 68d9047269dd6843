import type { CallOptions } from "./engine.ts";

/** A Dockerfile as it would be built, saved or not; what the engine's own frontend is asked about. */
export interface DockerfileText {
  readonly text: string;
  /** Its name without the folder, which goes into messages. */
  readonly name: string;
  /** The text of the ignore file that belongs to it alone (`Dockerfile.dockerignore`), if there is one. */
  readonly ignoreText?: string;
  /** Absolute path. */
  readonly contextFolder: string;
  readonly target?: string;
  readonly buildArguments?: Readonly<Record<string, string>>;
  /** `os/architecture[/variant]`; the engine's own when absent. */
  readonly platform?: string;
}

/** Lines of a Dockerfile, 1-based and inclusive, as BuildKit counts. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** The steps that the engine's own frontend makes of a Dockerfile. */
export interface EngineGraph {
  /** Every step comes after what it is built on. */
  readonly steps: readonly EngineStep[];
}

export interface EngineStep {
  /** Of the operation. It is the same in another build only where no files of the context are below it. */
  readonly digest: string;
  readonly kind: "source" | "command" | "files" | "merge" | "diff" | "other";
  /** As a build shows it, such as `[build 2/5] RUN npm ci`; what the frontend names nothing has an empty one. */
  readonly name: string;
  /** Digests of the steps that it is built on or reads from. */
  readonly inputs: readonly string[];
  /** Where it stands in the Dockerfile; empty where the frontend does not say. */
  readonly lines: readonly LineRange[];
  /** Of a source: what it reads, such as `local://context` or `docker-image://docker.io/library/alpine:3`. */
  readonly source?: string;
}

/** A warning of BuildKit's own checks. */
export interface EngineWarning {
  /** Such as `StageNameCasing`. */
  readonly rule: string;
  /** What the rule is about. */
  readonly description: string;
  /** What it finds here. */
  readonly detail: string;
  readonly url: string;
  readonly lines: readonly LineRange[];
}

/** What a Dockerfile may be given. */
export interface DockerfileOutline {
  readonly arguments: readonly OutlineArgument[];
  readonly secrets: readonly OutlineNeed[];
  readonly ssh: readonly OutlineNeed[];
}

export interface OutlineArgument {
  readonly name: string;
  /** From the comment above it. */
  readonly description: string;
  /** Its default, or what it was given. */
  readonly value: string;
  readonly lines: readonly LineRange[];
}

export interface OutlineNeed {
  readonly id: string;
  readonly required: boolean;
  readonly lines: readonly LineRange[];
}

export interface DockerfileTarget {
  readonly name: string;
  /** It is built when no target is named. */
  readonly isDefault: boolean;
  /** From the comment above it. */
  readonly description: string;
  readonly base: string;
  readonly platform: string;
  readonly lines: readonly LineRange[];
}

/**
 * The engine's own Dockerfile frontend. Nothing is executed: it reads the text
 * and asks for the configurations of base images. Rejects with EngineError: of
 * reason `bad-request` with the frontend's words where the text is refused, of
 * reason `unsupported` where the engine is too old for the question.
 */
export interface DockerfileFrontend {
  graph(text: DockerfileText, options?: CallOptions): Promise<EngineGraph>;
  warnings(text: DockerfileText, options?: CallOptions): Promise<readonly EngineWarning[]>;
  outline(text: DockerfileText, options?: CallOptions): Promise<DockerfileOutline>;
  targets(text: DockerfileText, options?: CallOptions): Promise<readonly DockerfileTarget[]>;
}
