/**
 * What a step does, as far as it decides about the cache: everything that BuildKit's frontend hands to the
 * solver and that enters the key of the step, and nothing else. Two steps with equal operations, equal
 * parents and equal contents read are the same step to BuildKit.
 */
export type Operation = ImageOperation | ExecOperation | CopyOperation | DirectoryOperation;

/** FROM with an image. */
export interface ImageOperation {
  readonly kind: "image";
  readonly reference: string;
  readonly platform: string;
}

/** RUN */
export interface ExecOperation {
  readonly kind: "exec";
  /** The shell and the text it gets, or the words of the exec form. */
  readonly command: readonly string[];
  /** In the order in which the variables were last set, which counts. */
  readonly environment: readonly (readonly [name: string, value: string])[];
  /** As it was written: `/app` and `/app/` are two things here. */
  readonly directory: string;
  readonly user: string;
  readonly platform: string;
  readonly network: string;
  readonly security: string;
  readonly hostname: string;
  /** Host names only: the addresses do not count. */
  readonly extraHosts: readonly string[];
  readonly ulimits: readonly string[];
  readonly cgroupParent: string;
  readonly devices: readonly string[];
  readonly mounts: readonly MountFacts[];
}

/** A mount without what does not count: no sources, no contents of secrets. */
export interface MountFacts {
  readonly target: string;
  readonly type: "bind" | "cache" | "tmpfs" | "secret" | "ssh" | "inline" | "secret env";
  /** Each field that counts, as `name=value`, in a fixed order. */
  readonly fields: readonly string[];
  /** Which of the step's `reads` it shows. */
  readonly read?: number;
}

/** COPY and ADD */
export interface CopyOperation {
  readonly kind: "copy";
  /** Absolute and clean, with the slash at the end if one was written. */
  readonly destination: string;
  readonly sources: readonly CopiedSource[];
  /** Each half a number or a name. */
  readonly owner: string;
  readonly mode: string;
  readonly excludes: readonly string[];
}

export interface CopiedSource {
  readonly kind: "local" | "inline" | "http" | "git";
  /** The last part of the path: where the rest of it points does not count. */
  readonly name: string;
  /** The pattern of `COPY --parents`. */
  readonly include?: string;
  readonly unpack: boolean;
}

/** WORKDIR */
export interface DirectoryOperation {
  readonly kind: "directory";
  readonly path: string;
  readonly user: string;
  /** SOURCE_DATE_EPOCH in seconds; empty without. */
  readonly epoch: string;
}
