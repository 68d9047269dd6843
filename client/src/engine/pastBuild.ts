import type { LineRange } from "./dockerfileText.ts";

/** A build in the engine's own history, whoever started it: Slipway, the docker CLI, Compose or Bake. */
export interface PastBuild {
  /** Names it to the engine. */
  readonly ref: string;
  readonly state: "running" | "succeeded" | "failed" | "cancelled";
  /** What the builder says of the failure. */
  readonly error?: string;
  /** Milliseconds since 1970, by the engine's clock. */
  readonly startedAt: number;
  readonly completedAt?: number;
  /** The Dockerfile's name as the client told it: a base name, or a path relative to a remote context. */
  readonly dockerfile: string;
  /** Where the context came from, when that was an address and not a folder of the client. */
  readonly remoteContext?: string;
  readonly target?: string;
  /** `os/architecture[/variant]`, several with commas; absent for the engine's own. */
  readonly platform?: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Complete references, such as `docker.io/library/shop:latest`. */
  readonly tags: readonly string[];
  /** `sha256:…` of the image that it made, which may be gone since. */
  readonly imageId?: string;
  /** Steps of the builder itself are counted too. */
  readonly steps: { readonly total: number; readonly completed: number; readonly cached: number };
  readonly warnings: number;
  /** Kept by the engine when it clears its history. */
  readonly pinned: boolean;
  /** Whatever else the client told the Dockerfile frontend, by BuildKit's names, such as `vcs:revision`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What the engine has kept of a build's source. */
export interface BuildProvenance {
  /** The Dockerfile as it was built. */
  readonly dockerfile: string;
  /** Where each step of the build's log stands in it, by the step's digest; those of the builder itself are left out. */
  readonly lines: ReadonlyMap<string, readonly LineRange[]>;
  /** What it was built from. */
  readonly materials: readonly BuildMaterial[];
  /** `os/architecture[/variant]` of the builder. */
  readonly platform: string;
}

/** An image, a repository or a file that a build has read, as a package URL or an address. */
export interface BuildMaterial {
  /** Such as `pkg:docker/alpine@3.20?platform=linux%2Famd64`. */
  readonly uri: string;
  /** `sha256:…` where it has one. */
  readonly digest?: string;
}

export type BuildHistoryEvent =
  /** It is in the history: once for each that is there, then whenever one begins, ends or is changed. */
  | { readonly type: "build"; readonly build: PastBuild }
  | { readonly type: "removed"; readonly ref: string };

/** A record of the engine's build cache. */
export interface BuildCacheRecord {
  readonly id: string;
  readonly parents: readonly string[];
  /** BuildKit's own word: `regular`, `source.local`, `exec.cachemount`, `source.git.checkout`, `frontend` or `internal`. */
  readonly type: string;
  /** BuildKit's own words of the step that made it. */
  readonly description: string;
  readonly bytes: number;
  readonly inUse: boolean;
  /** An image has it too, so that removing the record frees nothing. */
  readonly shared: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly lastUsedAt?: number;
  readonly uses: number;
}
