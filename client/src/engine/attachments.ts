import type { Container, Network, Volume } from "./engine.ts";

/** The containers that a volume is mounted in, running or not. */
export function volumeUsers(
  volume: Pick<Volume, "name">,
  containers: readonly Container[],
): readonly Container[] {
  return containers.filter(({ volumes }) => volumes.includes(volume.name));
}

/** The containers on a network, and those that will be when they start; a few engines name it by its id. */
export function networkMembers(
  network: Pick<Network, "id" | "name">,
  containers: readonly Container[],
): readonly Container[] {
  return containers.filter(
    ({ networks }) => networks.includes(network.name) || networks.includes(network.id),
  );
}
