/** What to build; every path is absolute. */
export interface BuildRequest {
  readonly contextFolder: string;
  /** May lie outside of the context folder. */
  readonly dockerfile: string;
  /** Image references that the result gets, such as `shop:latest`. */
  readonly tags: readonly string[];
  readonly target?: string;
  readonly buildArguments?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly platform?: string;
  readonly noCache?: boolean;
  readonly pull?: boolean;
  /** What steps without a network of their own reach: `default`, `none` or `host`; the last one only where the engine allows it. */
  readonly network?: string;
  /** Addresses of hosts that steps know by name, beside those of DNS; `host-gateway` stands for the engine's own machine. */
  readonly extraHosts?: Readonly<Record<string, string>>;
  /** Images in registries whose cache is looked into, each made with `inlineCache` or pushed by buildx. */
  readonly cacheFrom?: readonly string[];
  /** Whether the image carries what `cacheFrom` of a later build needs. */
  readonly inlineCache?: boolean;
  /** What `RUN --mount=type=secret` may ask for, by id. Read when it is asked for; no value is kept, logged or part of the image. */
  readonly secrets?: Readonly<Record<string, SecretSource>>;
  /** Sockets (or named pipes) of SSH agents that `RUN --mount=type=ssh` may talk to, by id; a mount without an id means `default`. */
  readonly sshAgents?: Readonly<Record<string, string>>;
}

/** Where a secret is: in a file, by its absolute path, or in a variable of this process's environment. */
export type SecretSource = { readonly file: string } | { readonly variable: string };

export type StepState = "waiting" | "running" | "cached" | "done" | "failed" | "cancelled";

/** A step as BuildKit reports it (a vertex): an instruction, or work of the builder itself (`[internal] load …`). */
export interface BuildStep {
  readonly digest: string;
  /** BuildKit's own name, such as `[build 2/5] RUN npm ci`. */
  readonly name: string;
  /** Digests of the steps that it builds on; absent where the engine names none. */
  readonly inputs?: readonly string[];
  readonly state: StepState;
  /** Milliseconds since 1970; the first start and the last end, since BuildKit may start a step twice. */
  readonly startedAt?: number;
  readonly completedAt?: number;
  /** What BuildKit says of the failure. */
  readonly error?: string;
  /** Transfer, pull or extraction under way: bytes, total 0 when unknown. */
  readonly progress?: { readonly what: string; readonly current: number; readonly total: number };
}

export type BuildEvent =
  | { readonly type: "step"; readonly step: BuildStep }
  /** Output of a step; whole UTF-8 characters, not necessarily whole lines. */
  | {
      readonly type: "log";
      readonly digest: string;
      readonly stream: "stdout" | "stderr";
      readonly text: string;
    }
  /** A warning of BuildKit's own checks; lines are 1-based, as BuildKit counts. */
  | {
      readonly type: "warning";
      readonly message: string;
      readonly url?: string;
      readonly startLine?: number;
      readonly endLine?: number;
    };

export interface BuildResult {
  readonly imageId: string;
  /** In the order in which BuildKit first named them. */
  readonly steps: readonly BuildStep[];
  readonly seconds: number;
  /**
   * Bytes that the step's layer adds, by step digest, as far as the engine
   * tells: from the image's history and from the build cache's records.
   */
  readonly layerBytes: ReadonlyMap<string, number>;
}
