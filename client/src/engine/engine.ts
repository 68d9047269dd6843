import type { BuildEvent, BuildRequest, BuildResult } from "./build.ts";
import type { DockerfileFrontend, DockerfileText } from "./dockerfileText.ts";
import type { DryRun } from "./dryRun.ts";
import type { Endpoint } from "./endpoint.ts";
import type { EngineError } from "./engineError.ts";
import type { BuildCacheRecord, BuildHistoryEvent, BuildProvenance } from "./pastBuild.ts";

export type ContainerState =
  | "created"
  | "running"
  | "paused"
  | "restarting"
  | "removing"
  | "exited"
  | "dead";
export type Health = "none" | "starting" | "healthy" | "unhealthy";

export interface PublishedPort {
  /** Address on the engine's host that the port is published on; absent for a port that is only exposed. */
  readonly ip?: string;
  readonly publicPort?: number;
  readonly privatePort: number;
  readonly protocol: string;
}

export interface Container {
  readonly kind: "container";
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  /** The image reference that the container was made from, as the engine shows it. */
  readonly image: string;
  readonly imageId: string;
  readonly command: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly state: ContainerState;
  readonly health: Health;
  /** The engine's own words, such as `Exited (0) 3 minutes ago`; they age, so show them only where they are fresh. */
  readonly status: string;
  readonly ports: readonly PublishedPort[];
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the volumes that are mounted in it, sorted. */
  readonly volumes: readonly string[];
  /** Names of the networks that it is on, or will be on when it starts, sorted. */
  readonly networks: readonly string[];
  /** From the labels that Compose sets. */
  readonly composeProject?: string;
  readonly composeService?: string;
}

export interface Image {
  readonly kind: "image";
  /** `sha256:…` */
  readonly id: string;
  /** `name:tag`, in the engine's order; empty for a dangling image. */
  readonly references: readonly string[];
  readonly digests: readonly string[];
  readonly createdAt: number;
  /** Bytes. */
  readonly size: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Volume {
  readonly kind: "volume";
  /** The name: volumes have no other id. */
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  /** `local` or `global`. */
  readonly scope: string;
  /** On the engine's machine. */
  readonly mountpoint: string;
  /** Milliseconds since 1970; 0 where the engine does not say. */
  readonly createdAt: number;
  /** Made for one container, without a name of its own. */
  readonly anonymous: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Of its driver, such as where it is mounted from. */
  readonly options: Readonly<Record<string, string>>;
}

export interface Network {
  readonly kind: "network";
  readonly id: string;
  /** Older engines allow several networks of one name. */
  readonly name: string;
  readonly driver: string;
  /** `local`, or `swarm` and `global` for networks that reach over several machines. */
  readonly scope: string;
  /** Milliseconds since 1970; 0 where the engine does not say. */
  readonly createdAt: number;
  /** Made by the engine, which never removes it. */
  readonly builtIn: boolean;
  /** Without a way to the outside. */
  readonly internal: boolean;
  /** A swarm's own network for published ports. */
  readonly ingress: boolean;
  readonly subnets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface VolumeRequest {
  /** The engine makes one up unless given. */
  readonly name?: string;
  /** `local` unless given. */
  readonly driver?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface NetworkRequest {
  readonly name: string;
  /** The engine's default, `bridge` on Linux, unless given. */
  readonly driver?: string;
  /** Without a way to the outside. */
  readonly internal?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}

/** An entry of an image's history: one instruction of its Dockerfile. */
export interface ImageLayer {
  /** The engine's `<missing>` for layers whose image is not here. */
  readonly id: string;
  /** As the engine words it, such as `RUN /bin/sh -c npm ci # buildkit`. */
  readonly createdBy: string;
  readonly createdAt: number;
  /** Bytes; 0 for an instruction that only changes metadata. */
  readonly size: number;
  readonly comment: string;
}

export interface EngineVersion {
  readonly version: string;
  readonly apiVersion: string;
  readonly operatingSystem: string;
  readonly architecture: string;
}

/** What tells how an engine's builder works. */
export interface EngineTraits {
  /** The engine's own name for itself: the same whatever its address; empty where it has none. */
  readonly id: string;
  readonly version: string;
  readonly operatingSystem: string;
  readonly architecture: string;
  /** Builds with BuildKit: Docker's own engine, not Podman. */
  readonly hasBuildKit: boolean;
  /** Images are kept in the containerd image store. */
  readonly containerdStore: boolean;
}

/** What is between us and the engine. */
export type EngineState =
  /** Nobody has asked for it yet; nothing is connected. */
  | { readonly kind: "idle" }
  | { readonly kind: "connecting" }
  | { readonly kind: "ready"; readonly version: EngineVersion }
  | { readonly kind: "unavailable"; readonly error: EngineError; readonly diagnosis: Diagnosis };

/** Why no engine answers, found out by looking at the machine, so that the view can offer the remedy that fits. */
export type Diagnosis =
  | "not-installed"
  | "not-running"
  /** The socket's file is there, and nobody listens on it any more. */
  | "stale-socket"
  /** The docker context leads nowhere, while this machine's own engine answers. */
  | "wrong-context"
  | "no-permission"
  | "bad-endpoint"
  /** The name in the address means nothing to this machine. */
  | "unknown-host"
  | "tls"
  /** Nobody has said yet that the host's key is the right one. */
  | "ssh-unknown-key"
  | "ssh-changed-key"
  | "ssh-login"
  /** The host answers, but its docker command does not. */
  | "ssh-no-docker"
  | "unknown";

/** Calling it ends what it stands for; calling it again does nothing. */
export type Unsubscribe = () => void;

/**
 * Everything that the engine holds, live: one list per kind when the first
 * watcher comes, then the engine's event stream. Nothing is connected while
 * nobody watches.
 */
export interface LiveModel {
  readonly state: EngineState;
  /** Empty unless the state is `ready`. Values are replaced, never changed; an unchanged object stays the same value. */
  readonly containers: readonly Container[];
  readonly images: readonly Image[];
  /** Empty too where somebody between us and the engine lets nobody list them. */
  readonly volumes: readonly Volume[];
  readonly networks: readonly Network[];
  /** Keeps the model connected until the returned function is called. */
  watch(): Unsubscribe;
  /** Called after every coalesced change, with what changed. */
  onDidChange(listener: (change: ModelChange) => void): Unsubscribe;
  /** Lists again, and connects again at once if the engine was away. Resolves when it has. Rejects with EngineError. */
  refresh(): Promise<void>;
}

export interface ModelChange {
  readonly state: boolean;
  /** Ids of containers that came, went or changed. */
  readonly containers: ReadonlySet<string>;
  readonly images: ReadonlySet<string>;
  readonly volumes: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
}

export interface CallOptions {
  /** Aborting rejects the call with reason `cancelled`. */
  readonly signal?: AbortSignal;
}

export interface LogOptions extends CallOptions {
  readonly follow: boolean;
  /** Last lines to begin with; all of them when absent. */
  readonly tail?: number;
  readonly timestamps?: boolean;
}

/** Whole UTF-8 characters; of a tty container everything is `stdout`. */
export interface OutputChunk {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

export interface RunRequest {
  readonly image: string;
  readonly name?: string;
  readonly command?: readonly string[];
  readonly environment?: readonly string[];
  /** As `docker run -p` takes them: `8080:80`, `127.0.0.1:8080:80/tcp`. */
  readonly ports?: readonly string[];
  /** Publishes every exposed port on a free port of the host. */
  readonly publishAllPorts?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly removeWhenStopped?: boolean;
  /** With a terminal attached; see `attach`. */
  readonly interactive?: boolean;
}

/** A terminal in a container: a shell started by exec, or the container's own. */
export interface TerminalSession {
  /** Called with each piece of output; whole UTF-8 characters. */
  onOutput(listener: (text: string) => void): Unsubscribe;
  /** Called once, when the process ended or the connection was lost. */
  onEnd(listener: (exitCode: number | undefined) => void): Unsubscribe;
  write(text: string): void;
  resize(columns: number, rows: number): Promise<void>;
  /** Closes our side; a process started by exec is told to hang up. */
  close(): void;
}

/** One kind of thing that prune removes; what goes is listed before it is asked for. */
export type PruneKind = "containers" | "images" | "buildCache" | "volumes" | "networks";

export interface PruneOptions extends CallOptions {
  /** Only objects that carry this label (`key` or `key=value`). */
  readonly label?: string;
  /** Images: every unused image, not only dangling ones. Build cache: also what is shared or internal. Volumes: every unused one, not only anonymous ones. */
  readonly all?: boolean;
  /** Volumes and networks: none but these ids, which a preview has named. */
  readonly only?: readonly string[];
}

/** What a prune would remove now. */
export interface PrunePreview {
  readonly kind: PruneKind;
  readonly items: readonly { readonly id: string; readonly name: string; readonly bytes: number }[];
  /** Bytes that become free, as well as the engine can tell before. */
  readonly bytes: number;
}

export interface PruneResult {
  readonly removed: number;
  readonly bytesFreed: number;
}

/** Progress of a pull or a push, by layer. */
export interface TransferProgress {
  readonly layers: number;
  readonly layersDone: number;
  /** Bytes over all layers that are under way or done; total 0 when unknown. */
  readonly current: number;
  readonly total: number;
  /** The engine's own words of the latest step. */
  readonly status: string;
}

/** For images on their way to or from a file. */
export interface ArchiveOptions extends CallOptions {
  /** Bytes so far; `total` is 0 where it is not known. */
  readonly onProgress?: (progress: { readonly bytes: number; readonly total: number }) => void;
}

/** What runs in a container, as `ps` on the engine's machine tells it. */
export interface ProcessTable {
  readonly titles: readonly string[];
  /** One per process, with a cell for each title. */
  readonly rows: readonly (readonly string[])[];
}

/** What a container has done to the files of its image. */
export interface FileChange {
  readonly kind: "added" | "changed" | "deleted";
  readonly path: string;
}

/**
 * One engine, in the words of this extension. Every method rejects with
 * EngineError and nothing else; objects are named by id or by name.
 */
export interface Engine {
  readonly endpoint: Endpoint;
  readonly model: LiveModel;

  /** Closes every connection; calls under way reject with reason `cancelled`. */
  dispose(): void;

  version(options?: CallOptions): Promise<EngineVersion>;
  traits(options?: CallOptions): Promise<EngineTraits>;

  startContainer(id: string, options?: CallOptions): Promise<void>;
  stopContainer(id: string, options?: CallOptions): Promise<void>;
  restartContainer(id: string, options?: CallOptions): Promise<void>;
  pauseContainer(id: string, options?: CallOptions): Promise<void>;
  unpauseContainer(id: string, options?: CallOptions): Promise<void>;
  killContainer(id: string, options?: CallOptions): Promise<void>;
  renameContainer(id: string, name: string, options?: CallOptions): Promise<void>;
  /** Never forces: a running container is refused with reason `conflict`. Anonymous volumes go with it. */
  removeContainer(id: string, options?: CallOptions): Promise<void>;
  /** The engine's own JSON. */
  inspectContainer(id: string, options?: CallOptions): Promise<Record<string, unknown>>;
  /** Ends when the container does (follow) or at the end of the log; bounded memory, back-pressure by the consumer's pace. */
  containerLogs(id: string, options: LogOptions): AsyncIterable<OutputChunk>;
  /** Creates and starts; returns the id. What was created is removed again when starting fails or the call is cancelled. */
  runContainer(request: RunRequest, options?: CallOptions): Promise<string>;
  /** Creates, attaches, then starts, so that no output is lost. */
  runInteractive(
    request: RunRequest,
    options?: CallOptions,
  ): Promise<{ readonly id: string; readonly session: TerminalSession }>;
  /** The best shell that the container has, of bash and sh (cmd in a Windows container). */
  openShell(id: string, options?: CallOptions): Promise<TerminalSession>;

  /** Of a running container; of any other it is refused with reason `conflict`. */
  containerProcesses(id: string, options?: CallOptions): Promise<ProcessTable>;
  /** By path. Volumes are no part of it. */
  containerChanges(id: string, options?: CallOptions): Promise<readonly FileChange[]>;
  /** Makes an image of the container's files as they are, without its volumes; the container goes on. Returns the id. */
  createImageFrom(id: string, reference: string, options?: CallOptions): Promise<string>;

  inspectImage(reference: string, options?: CallOptions): Promise<Record<string, unknown>>;
  /** Newest first, as the engine lists it. */
  imageHistory(reference: string, options?: CallOptions): Promise<readonly ImageLayer[]>;
  pullImage(
    reference: string,
    options?: CallOptions & { readonly onProgress?: (progress: TransferProgress) => void },
  ): Promise<void>;
  pushImage(
    reference: string,
    options?: CallOptions & { readonly onProgress?: (progress: TransferProgress) => void },
  ): Promise<void>;
  tagImage(reference: string, newReference: string, options?: CallOptions): Promise<void>;
  /** By reference removes the tag and, with the last one, the image. Never forces. */
  removeImage(reference: string, options?: CallOptions): Promise<void>;

  /** Writes images with their names into one archive, which appears when it is whole. */
  saveImages(references: readonly string[], file: string, options?: ArchiveOptions): Promise<void>;
  /** Returns the names, or ids, of what was in the archive. */
  loadImages(file: string, options?: ArchiveOptions): Promise<readonly string[]>;

  /** Returns the name. A volume of this name that is there already is taken as it is. */
  createVolume(request: VolumeRequest, options?: CallOptions): Promise<string>;
  inspectVolume(name: string, options?: CallOptions): Promise<Record<string, unknown>>;
  /** Never forces: a volume that a container uses, running or not, is refused with reason `conflict`. */
  removeVolume(name: string, options?: CallOptions): Promise<void>;
  /**
   * Bytes by volume, of those that the engine can tell. It counts them on its
   * disk, and before API 1.42 everything else too, which may take long.
   */
  volumeSizes(options?: CallOptions): Promise<ReadonlyMap<string, number>>;

  /** Returns the id. A name that is taken is refused with reason `conflict`. */
  createNetwork(request: NetworkRequest, options?: CallOptions): Promise<string>;
  inspectNetwork(id: string, options?: CallOptions): Promise<Record<string, unknown>>;
  /** A network that a running container is on is refused with reason `conflict`. */
  removeNetwork(id: string, options?: CallOptions): Promise<void>;
  /** Puts a container on a network, at once when it runs and otherwise with its start. */
  connectToNetwork(id: string, containerId: string, options?: CallOptions): Promise<void>;
  disconnectFromNetwork(id: string, containerId: string, options?: CallOptions): Promise<void>;

  previewPrune(kind: PruneKind, options?: PruneOptions): Promise<PrunePreview>;
  prune(kind: PruneKind, options?: PruneOptions): Promise<PruneResult>;

  /**
   * Builds with BuildKit. Rejects with reason `build-failed` (a `BuildFailure`,
   * which names the failing step) or `cancelled`; nothing is left behind by
   * either.
   */
  buildImage(
    request: BuildRequest,
    options?: CallOptions & { readonly onEvent?: (event: BuildEvent) => void },
  ): Promise<BuildResult>;

  /** What the engine's own frontend makes of a Dockerfile; over a connection that ends by itself soon after the last question. */
  readonly dockerfileFrontend: DockerfileFrontend;
  /**
   * What a build would take from the cache and what it would run, by the
   * engine itself; no command is run. Rejects with `unsupported` where the
   * engine cannot be asked so.
   */
  dryRun(text: DockerfileText, options?: CallOptions): Promise<DryRun>;

  /** What BuildKit keeps. Rejects with `unsupported` where the engine does not serve its interface. */
  buildCacheRecords(options?: CallOptions): Promise<readonly BuildCacheRecord[]>;
  /**
   * The engine's own record of builds, whoever started them; with `follow`
   * also what happens from then on. Rejects with `unsupported` before Docker
   * 24, as the five below do.
   */
  buildHistory(
    options: CallOptions & { readonly follow: boolean },
  ): AsyncIterable<BuildHistoryEvent>;
  /** What a build of the history did, replayed; one that still runs is followed to its end. */
  buildLog(ref: string, options?: CallOptions): AsyncIterable<BuildEvent>;
  /** What it was built from; `undefined` where the engine has not kept it, as of a build that failed. */
  buildProvenance(ref: string, options?: CallOptions): Promise<BuildProvenance | undefined>;
  /** Of the history alone: image and cache stay. */
  deleteBuild(ref: string, options?: CallOptions): Promise<void>;
  /** Whether the engine keeps it when it clears its history. */
  pinBuild(ref: string, pinned: boolean, options?: CallOptions): Promise<void>;
}
