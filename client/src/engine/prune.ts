import type { ContainerInfo, ImageInfo } from "dockerode";
import { asObject } from "./dockerConfig.ts";
import type { PruneKind, PruneOptions, PrunePreview, PruneResult } from "./engine.ts";
import { pruneNetworks, pruneVolumes, unusedNetworks, unusedVolumes } from "./pruneUnused.ts";
import type { QueryValue } from "./requestQuery.ts";
import { compareVersions } from "./transport.ts";
import type { Transport } from "./transport.ts";

type Items = PrunePreview["items"];

/** What the engine's own prune would remove now, worked out from its lists. */
export async function previewPrune(
  transport: Transport,
  kind: PruneKind,
  options: PruneOptions,
): Promise<PrunePreview> {
  const items = await preview[kind](transport, options);
  return { kind, items, bytes: totalOf(items) };
}

/** Lets the engine prune where it does what the preview says. dockerode drops some of these queries, so they are sent beneath it. */
export async function prune(
  transport: Transport,
  kind: PruneKind,
  options: PruneOptions,
): Promise<PruneResult> {
  switch (kind) {
    case "containers": {
      const answer = await post(
        transport,
        "/containers/prune",
        { filters: labelFilter(options) },
        options,
      );
      return result(countOf(answer["ContainersDeleted"]), answer);
    }
    case "images": {
      const known = new Set((await listImages(transport, {}, options)).map(({ Id }) => Id));
      const filters = { ...labelFilter(options), dangling: [String(options.all !== true)] };
      const answer = await post(transport, "/images/prune", { filters }, options);
      // The engine also names the layers that went; only what was in the list is an image.
      const deleted = listOf(answer["ImagesDeleted"]).map((each) => asObject(each)["Deleted"]);
      return result(
        new Set(deleted.filter((id) => typeof id === "string" && known.has(id))).size,
        answer,
      );
    }
    case "buildCache": {
      if (options.label !== undefined) {
        return { removed: 0, bytesFreed: 0 };
      }
      const records = await buildCacheRecords(transport, options);
      const answer = await post(
        transport,
        "/build/prune",
        { all: options.all === true ? true : undefined },
        options,
      );
      const deleted = new Set(listOf(answer["CachesDeleted"]));
      const { removed, bytesFreed } = result(deleted.size, answer);
      // The engine counts what images share as reclaimed, though it stays with them.
      const kept = records.filter(({ id, shared }) => shared && deleted.has(id));
      return { removed, bytesFreed: Math.max(0, bytesFreed - totalOf(kept)) };
    }
    case "volumes":
      return pruneVolumes(transport, options);
    case "networks":
      return pruneNetworks(transport, options);
  }
}

const preview: Record<PruneKind, (transport: Transport, options: PruneOptions) => Promise<Items>> =
  {
    async containers(transport, options) {
      const filters = { ...labelFilter(options), status: ["created", "exited", "dead"] };
      const query = { all: true, size: true, filters };
      const list = (await get(transport, "/containers/json", query, options)) as ContainerInfo[];
      return list.map((each) => ({
        id: each.Id,
        name: (each.Names?.[0] ?? each.Id.slice(0, 12)).replace(/^\//, ""),
        bytes: sizeIn(each),
      }));
    },

    async images(transport, options) {
      const filters = {
        ...labelFilter(options),
        ...(options.all === true ? {} : { dangling: ["true"] }),
      };
      const [images, containers, shared] = await Promise.all([
        listImages(transport, filters, options),
        get(transport, "/containers/json", { all: true }, options) as Promise<ContainerInfo[]>,
        sharedSizes(transport, options),
      ]);
      const used = new Set(containers.map(({ ImageID }) => ImageID));
      return images
        .filter(({ Id }) => !used.has(Id))
        .map((each) => ({
          id: each.Id,
          name: nameOf(each),
          // Layers that another image has too stay.
          bytes: Math.max(0, each.Size - (shared.get(each.Id) ?? 0)),
        }));
    },

    async buildCache(transport, options) {
      // The records carry no labels, so a label picks none of them.
      return options.label === undefined
        ? prunableRecords(await buildCacheRecords(transport, options), options)
        : [];
    },

    volumes: unusedVolumes,
    networks: unusedNetworks,
  };

/** A record of BuildKit's cache, as `GET /system/df` lists it. */
export interface CacheRecord {
  readonly id: string;
  readonly parents: readonly string[];
  readonly type: string;
  readonly description: string;
  readonly inUse: boolean;
  readonly shared: boolean;
  readonly bytes: number;
}

/**
 * The records that BuildKit's prune takes: none in use, without `all` none
 * that images share or that are the builder's own, and none that a record
 * which stays is built on.
 */
export function prunableRecords(
  records: readonly CacheRecord[],
  { all }: Pick<PruneOptions, "all">,
): Items {
  const byId = new Map(records.map((each) => [each.id, each]));
  const kept = new Set<string>();
  const keep = (id: string): void => {
    const unseen = [id];
    for (let each = unseen.pop(); each !== undefined; each = unseen.pop()) {
      if (!kept.has(each)) {
        kept.add(each);
        unseen.push(...(byId.get(each)?.parents ?? []));
      }
    }
  };
  for (const { id, inUse, shared, type } of records) {
    const isSpared = all !== true && (shared || type === "internal" || type === "frontend");
    if (inUse || isSpared) {
      keep(id);
    }
  }
  return (
    records
      .filter(({ id }) => !kept.has(id))
      // What an image shares is not freed by forgetting it.
      .map(({ id, description, bytes, shared }) => ({
        id,
        name: description,
        bytes: shared ? 0 : bytes,
      }))
  );
}

async function buildCacheRecords(
  transport: Transport,
  options: PruneOptions,
): Promise<readonly CacheRecord[]> {
  const usage = await diskUsage(transport, "build-cache", options);
  return listOf(usage["BuildCache"]).map((each) => {
    const record = asObject(each);
    const { ID, Parent, Parents, Type, Description, InUse, Shared, Size } = record;
    // API 1.42 and later name all parents, older ones the first.
    const parents = Array.isArray(Parents) ? Parents : [Parent];
    return {
      id: textOf(ID),
      parents: parents.filter(
        (parent): parent is string => typeof parent === "string" && parent !== "",
      ),
      type: textOf(Type),
      description: textOf(Description),
      inUse: InUse === true,
      shared: Shared === true,
      bytes: typeof Size === "number" ? Math.max(0, Size) : 0,
    };
  });
}

async function sharedSizes(
  transport: Transport,
  options: PruneOptions,
): Promise<ReadonlyMap<string, number>> {
  const usage = await diskUsage(transport, "image", options);
  return new Map(
    (listOf(usage["Images"]) as ImageInfo[]).map(({ Id, SharedSize }) => [
      Id,
      Math.max(0, SharedSize ?? 0),
    ]),
  );
}

/** Engines before API 1.42 ignore the type and count everything, which takes them longer. */
async function diskUsage(
  transport: Transport,
  type: "image" | "build-cache",
  options: PruneOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const knowsTypes = compareVersions(await transport.apiVersion(options.signal), "1.42") >= 0;
  return asObject(await get(transport, "/system/df", knowsTypes ? { type } : {}, options));
}

async function listImages(
  transport: Transport,
  filters: Readonly<Record<string, readonly string[]>>,
  options: PruneOptions,
): Promise<ImageInfo[]> {
  return (await get(transport, "/images/json", { filters }, options)) as ImageInfo[];
}

function labelFilter({ label }: PruneOptions): Readonly<Record<string, readonly string[]>> {
  return label === undefined ? {} : { label: [label] };
}

function nameOf(image: ImageInfo): string {
  const reference = image.RepoTags?.find((each) => !each.startsWith("<none>"));
  return reference ?? image.Id.replace(/^sha256:/, "").slice(0, 12);
}

function sizeIn(entry: ContainerInfo): number {
  const { SizeRw: size } = entry as { SizeRw?: unknown };
  return typeof size === "number" ? Math.max(0, size) : 0;
}

function result(removed: number, answer: Readonly<Record<string, unknown>>): PruneResult {
  const { SpaceReclaimed: bytes } = answer;
  return { removed, bytesFreed: typeof bytes === "number" ? bytes : 0 };
}

function totalOf(items: readonly { readonly bytes: number }[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes, 0);
}

function countOf(value: unknown): number {
  return listOf(value).length;
}

/** Engines say null for an empty list. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Milliseconds; sizes are counted on the engine's disk, and pruning deletes there. */
const patienceMs = 600_000;

async function get(
  transport: Transport,
  path: string,
  query: Readonly<Record<string, QueryValue>>,
  { signal }: PruneOptions,
): Promise<unknown> {
  return await transport.json({ method: "GET", path, query, signal, timeoutMs: patienceMs });
}

async function post(
  transport: Transport,
  path: string,
  query: Readonly<Record<string, QueryValue>>,
  { signal }: PruneOptions,
): Promise<Readonly<Record<string, unknown>>> {
  return asObject(
    await transport.json({ method: "POST", path, query, signal, timeoutMs: patienceMs }),
  );
}
