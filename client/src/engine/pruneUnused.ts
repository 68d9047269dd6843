import type { ContainerInfo } from "dockerode";
import { networkMembers } from "./attachments.ts";
import { asObject } from "./dockerConfig.ts";
import type { PruneOptions, PrunePreview, PruneResult } from "./engine.ts";
import { EngineError } from "./engineError.ts";
import { removeNetwork } from "./networks.ts";
import type { QueryValue } from "./requestQuery.ts";
import { toContainer } from "./toContainer.ts";
import { toNetwork } from "./toNetwork.ts";
import { toVolume } from "./toVolume.ts";
import type { Transport } from "./transport.ts";
import { removeVolume, volumeSizes } from "./volumes.ts";

type Items = PrunePreview["items"];

/** Milliseconds; an engine may have to ask other machines. */
const patienceMs = 120_000;

/** A swarm's own, on which there are no containers that the list names. */
const swarmGateway = "docker_gwbridge";

/**
 * Volumes that no container uses, running or not. As the engine's own prune
 * does it, volumes of other drivers and those that are mounted from elsewhere
 * stay.
 */
export async function unusedVolumes(transport: Transport, options: PruneOptions): Promise<Items> {
  const filters = { ...labelFilter(options), dangling: ["true"] };
  const [answer, sizes] = await Promise.all([
    get(transport, "/volumes", { filters }, options),
    volumeSizes(transport, options),
  ]);
  return only(
    listOf(asObject(answer)["Volumes"])
      .map(toVolume)
      .filter(
        ({ driver, anonymous, options: driverOptions }) =>
          driver === "local" &&
          Object.keys(driverOptions).length === 0 &&
          (anonymous || options.all === true),
      )
      .map(({ id, name }) => ({ id, name, bytes: sizes.get(name) ?? 0 })),
    options,
  );
}

/**
 * Networks of this machine that no container is on. The engine's own prune
 * takes also those that a stopped container needs, which then cannot start
 * any more; here they stay.
 */
export async function unusedNetworks(transport: Transport, options: PruneOptions): Promise<Items> {
  const [networks, containers] = await Promise.all([
    get(transport, "/networks", { filters: labelFilter(options) }, options),
    get(transport, "/containers/json", { all: true }, options),
  ]);
  const known = (listOf(containers) as ContainerInfo[]).map(toContainer);
  return only(
    listOf(networks)
      .filter((each) => asObject(each)["ConfigOnly"] !== true)
      .map(toNetwork)
      .filter(
        (network) =>
          !network.builtIn &&
          !network.ingress &&
          network.name !== swarmGateway &&
          network.scope === "local" &&
          networkMembers(network, known).length === 0,
      )
      .map(({ id, name }) => ({ id, name, bytes: 0 })),
    options,
  );
}

/**
 * Removes unused volumes one by one and never by force, because the engine's
 * own prune cannot be held to what a preview has named, and means other
 * volumes before API 1.42 than after it.
 */
export async function pruneVolumes(
  transport: Transport,
  options: PruneOptions,
): Promise<PruneResult> {
  const items = await unusedVolumes(transport, options);
  return removeEach(items, (id) => removeVolume(transport, id, options));
}

/** Removes unused networks in the same way. */
export async function pruneNetworks(
  transport: Transport,
  options: PruneOptions,
): Promise<PruneResult> {
  const items = await unusedNetworks(transport, options);
  return removeEach(items, (id) => removeNetwork(transport, id, options));
}

/** What somebody began to use or removed meanwhile is left alone. */
async function removeEach(
  items: Items,
  remove: (id: string) => Promise<void>,
): Promise<PruneResult> {
  let removed = 0;
  let bytesFreed = 0;
  for (const { id, bytes } of items) {
    try {
      await remove(id);
      removed += 1;
      bytesFreed += bytes;
    } catch (error) {
      const isTaken =
        error instanceof EngineError &&
        (error.reason === "conflict" || error.reason === "not-found");
      if (!isTaken) {
        throw error;
      }
    }
  }
  return { removed, bytesFreed };
}

function only(items: Items, options: PruneOptions): Items {
  return options.only === undefined
    ? items
    : items.filter(({ id }) => options.only?.includes(id) === true);
}

function labelFilter({ label }: PruneOptions): Readonly<Record<string, readonly string[]>> {
  return label === undefined ? {} : { label: [label] };
}

/** Engines say null for an empty list. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

async function get(
  transport: Transport,
  path: string,
  query: Readonly<Record<string, QueryValue>>,
  { signal }: PruneOptions,
): Promise<unknown> {
  return await transport.json({ method: "GET", path, query, signal, timeoutMs: patienceMs });
}
