import { EngineError } from "../engineError.ts";
import type { BuildCacheRecord, BuildHistoryEvent } from "../pastBuild.ts";
import { writeFields } from "../protobuf.ts";
import type { ProtobufValue } from "../protobuf.ts";
import type { Transport } from "../transport.ts";
import { openGrpc } from "./grpcConnection.ts";
import type { GrpcCallOptions, GrpcConnection } from "./grpcConnection.ts";
import { ProtobufMessage } from "./protobufMessage.ts";
import { readBuildHistoryEvent } from "./readBuildHistoryEvent.ts";

type Signal = Pick<GrpcCallOptions, "signal">;

/** What BuildKit says of itself. */
export interface BuilderVersion {
  readonly module: string;
  /** Such as `v0.25.2`; a distribution's own build may say `v0.0.0+unknown`. */
  readonly version: string;
  readonly revision: string;
}

/** What runs the steps of a builder. */
export interface BuilderWorker {
  readonly id: string;
  readonly labels: ReadonlyMap<string, string>;
  /** `os/architecture[/variant]`, its own first. */
  readonly platforms: readonly string[];
  /** What is removed by itself, in the order in which it is looked at. */
  readonly garbageCollection: readonly GarbageCollectionRule[];
}

export interface GarbageCollectionRule {
  readonly all: boolean;
  /** Milliseconds that something must have been unused; 0 for any. */
  readonly unusedFor: number;
  readonly filters: readonly string[];
  /** Bytes that are always left to the cache. */
  readonly reservedBytes: number;
  /** 0 for no limit. */
  readonly mostBytes: number;
  readonly leastFreeBytes: number;
}

export interface BuildHistoryOptions extends Signal {
  /** Goes on with what happens; otherwise ends after what is there. */
  readonly follow: boolean;
  /** Only this build. */
  readonly ref?: string;
}

/** What to do with a build of the history. */
export interface BuildHistoryUpdate {
  readonly pinned?: boolean;
  readonly delete?: boolean;
}

/**
 * BuildKit's control service, on one connection to an engine. Rejects with
 * EngineError only, of reason `unsupported` where the engine is too old for
 * what is asked. Messages:
 * https://github.com/moby/buildkit/blob/v0.25.2/api/services/control/control.proto
 */
export class BuilderClient {
  readonly connection: GrpcConnection;

  constructor(connection: GrpcConnection) {
    this.connection = connection;
  }

  close(): void {
    this.connection.close();
  }

  /** Needs Docker 23 or later. */
  async version({ signal }: Signal = {}): Promise<BuilderVersion> {
    const version = (await this.#ask("Info", [], signal)).message(1);
    return {
      module: version?.text(1) ?? "",
      version: version?.text(2) ?? "",
      revision: version?.text(3) ?? "",
    };
  }

  async workers({ signal }: Signal = {}): Promise<readonly BuilderWorker[]> {
    return (await this.#ask("ListWorkers", [], signal)).messages(1).map((worker) => ({
      id: worker.text(1),
      labels: worker.textMap(2),
      platforms: worker.messages(3).map(platformText),
      garbageCollection: worker.messages(4).map(readCollectionRule),
    }));
  }

  async cacheRecords({ signal }: Signal = {}): Promise<readonly BuildCacheRecord[]> {
    return (await this.#ask("DiskUsage", [], signal)).messages(1).map(readCacheRecord);
  }

  /** Removes these records, as far as nothing is built on them or uses them. Resolves with what went. */
  async pruneCacheRecords(
    ids: readonly string[],
    { signal }: Signal = {},
  ): Promise<readonly BuildCacheRecord[]> {
    // Without a filter everything would go.
    if (ids.length === 0) {
      return [];
    }
    const filters = ids.map((id) => [1, `id==${id}`] as const);
    const removed: BuildCacheRecord[] = [];
    for await (const message of this.#follow("Prune", [...filters, [2, true]], signal)) {
      removed.push(readCacheRecord(message));
    }
    return removed;
  }

  /** Needs Docker 24 or later. */
  async *history(options: BuildHistoryOptions): AsyncGenerator<BuildHistoryEvent> {
    const request = [
      [2, options.ref ?? ""],
      [3, !options.follow],
    ] as const;
    for await (const message of this.#follow("ListenBuildHistory", request, options.signal)) {
      yield readBuildHistoryEvent(message);
    }
  }

  /** The digest of what the engine has kept of a build's source; `undefined` when there is none. */
  async provenanceDigest(ref: string, { signal }: Signal = {}): Promise<string | undefined> {
    const request = [
      [2, ref],
      [3, true],
    ] as const;
    for await (const event of this.#follow("ListenBuildHistory", request, signal)) {
      const record = event.message(2);
      if (record?.text(1) === ref) {
        const results = [record.bytes(10), ...record.map(11).values()];
        const attestations = results.flatMap((result) =>
          result === undefined ? [] : new ProtobufMessage(result).messages(2),
        );
        const provenance = attestations.find((attestation) =>
          attestation.textMap(5).get("in-toto.io/predicate-type")?.startsWith(provenanceType),
        );
        return provenance?.text(2);
      }
    }
    throw notInHistory(ref);
  }

  /** What the engine keeps under a digest. */
  async content(digest: string, { signal }: Signal = {}): Promise<Buffer> {
    const parts: Buffer[] = [];
    const method = "/containerd.services.content.v1.Content/Read";
    const request = writeFields([[1, digest]]);
    for await (const part of this.connection.stream(method, request, { signal })) {
      parts.push(new ProtobufMessage(part).bytes(2) ?? Buffer.alloc(0));
    }
    return Buffer.concat(parts);
  }

  async updateHistory(
    ref: string,
    { pinned = false, delete: remove = false }: BuildHistoryUpdate,
    { signal }: Signal = {},
  ): Promise<void> {
    const request = [
      [1, ref],
      [2, pinned],
      [3, remove],
    ] as const;
    try {
      await this.#ask("UpdateBuildHistory", request, signal);
    } catch (error) {
      // BuildKit has no code for it.
      throw error instanceof EngineError && /file does not exist|not found/.test(error.message)
        ? notInHistory(ref, error)
        : error;
    }
  }

  /** The trace of a build, as `TraceDecoder` reads it: replayed, or followed to its end when it still runs. */
  status(ref: string, { signal }: Signal = {}): AsyncGenerator<Buffer> {
    return this.connection.stream(control("Status"), writeFields([[1, ref]]), { signal });
  }

  async #ask(
    method: string,
    request: Fields,
    signal: AbortSignal | undefined,
  ): Promise<ProtobufMessage> {
    return new ProtobufMessage(
      await this.connection.unary(control(method), writeFields(request), {
        signal,
        timeoutMs: questionTimeoutMs,
      }),
    );
  }

  async *#follow(
    method: string,
    request: Fields,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ProtobufMessage> {
    for await (const message of this.connection.stream(control(method), writeFields(request), {
      signal,
    })) {
      yield new ProtobufMessage(message);
    }
  }
}

/** Opens a client, lets it be used, and closes it whatever happens. */
export async function withBuilder<T>(
  transport: Pick<Transport, "endpoint" | "hijack">,
  signal: AbortSignal | undefined,
  use: (builder: BuilderClient) => Promise<T>,
): Promise<T> {
  const builder = new BuilderClient(await openGrpc(transport, signal));
  try {
    return await use(builder);
  } finally {
    builder.close();
  }
}

type Fields = readonly (readonly [field: number, value: ProtobufValue])[];

/** Questions are answered out of memory or a small database. */
const questionTimeoutMs = 60_000;

const provenanceType = "https://slsa.dev/provenance/";

function notInHistory(ref: string, cause?: unknown): EngineError {
  return new EngineError("not-found", `The build ${ref} is not in the engine's history.`, {
    cause,
  });
}

function control(method: string): string {
  return `/moby.buildkit.v1.Control/${method}`;
}

function platformText(platform: ProtobufMessage): string {
  const parts = [platform.text(2), platform.text(1), platform.text(3)];
  return parts.filter((part) => part !== "").join("/");
}

function readCollectionRule(rule: ProtobufMessage): GarbageCollectionRule {
  return {
    all: rule.flag(1),
    unusedFor: rule.number(2) / 1e6,
    reservedBytes: rule.number(3),
    filters: rule.texts(4),
    mostBytes: rule.number(5),
    leastFreeBytes: rule.number(6),
  };
}

function readCacheRecord(record: ProtobufMessage): BuildCacheRecord {
  const lastUsedAt = record.time(7);
  // Before BuildKit 0.10 a record had one parent, in a field of its own.
  const parents = [record.text(5), ...record.texts(12)].filter((id) => id !== "");
  return {
    id: record.text(1),
    parents: [...new Set(parents)],
    type: record.text(10),
    description: record.text(9),
    bytes: record.number(4),
    inUse: record.flag(3),
    shared: record.flag(11),
    createdAt: record.time(6) ?? 0,
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    uses: record.number(8),
  };
}
