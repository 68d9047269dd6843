/**
 * In what the engines' builders differ as far as the layer cache is concerned. All of it was measured on
 * Docker 20.10.24 (BuildKit 0.8) and Docker 28.5.2 (BuildKit 0.25.2) with both image stores.
 */
export interface EngineRules {
  /** `COPY --link` is an operation of its own, independent of what lies below (containerd image store). */
  readonly mergesLinks: boolean;
  /** `--shm-size`, `--ulimit`, `--cgroup-parent` and the sandbox's host name reach RUN. */
  readonly limitsReachRun: boolean;
  /** WORKDIR makes its directory with the time that SOURCE_DATE_EPOCH gives. */
  readonly epochInWorkdir: boolean;
  /** The id and sharing of a cache mount count only when they are the default ones. */
  readonly ignoresCacheMountIds: boolean;
  /** The uid, gid and mode of a cache mount count. */
  readonly countsCacheMountOwner: boolean;
  /**
   * Of files taken by patterns only the last part of the path is compared, so that a file that has moved
   * from one directory to another may go unnoticed (moby/buildkit#6238, mended in BuildKit 0.26).
   */
  readonly comparesNamesOnly: boolean;
  /** A mount of all files goes unheeded beside a mount of some of the same source (BuildKit 0.8). */
  readonly forgetsWholeMounts: boolean;
  /** Any prune makes every later look-up miss (containerd image store). */
  readonly pruneForgetsAll: boolean;
}

/** What one has to know of an engine to know its rules. */
export interface EngineTraits {
  /** The engine's version, as `28.5.2`. */
  readonly version: string;
  /** Whether images are kept in the containerd image store. */
  readonly containerdStore: boolean;
  /** BuildKit's own version, as `0.25.2`, where it is known. */
  readonly buildkit?: string;
}

/** The rules of BuildKit inside of an engine. Versions that were not measured get those of a neighbor. */
export function engineRules({ version, containerdStore, buildkit }: EngineTraits): EngineRules {
  // Docker 23 came with BuildKit 0.10, which has what 0.8 lacked here.
  const modern = !(Number.parseInt(version, 10) < 23);
  // Docker 29.0 still came with BuildKit 0.25.
  const [major = 0, minor = 0] = (buildkit ?? "").replace(/^v/, "").split(".").map(Number);
  const comparesPaths =
    buildkit === undefined ? Number.parseInt(version, 10) >= 30 : major > 0 || minor >= 26;
  return {
    comparesNamesOnly: !comparesPaths,
    mergesLinks: modern && containerdStore,
    limitsReachRun: modern,
    epochInWorkdir: modern,
    ignoresCacheMountIds: modern,
    countsCacheMountOwner: modern,
    forgetsWholeMounts: !modern,
    pruneForgetsAll: containerdStore,
  };
}
