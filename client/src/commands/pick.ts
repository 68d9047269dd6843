import * as vscode from "vscode";
import type { Container, Image, Network, Volume } from "../engine/engine.ts";
import { volumeUsers, networkMembers } from "../engine/attachments.ts";
import type { ContainerGroup } from "../presentation/containerGroups.ts";
import { stateText } from "../presentation/containerState.ts";
import type { ImageGroup } from "../presentation/imageGroups.ts";
import { presentImage } from "../presentation/image.ts";
import { imageName, nameImages, type NamedImage } from "../presentation/namedImage.ts";
import { presentNetwork, sortNetworks } from "../presentation/network.ts";
import { formatPorts } from "../presentation/ports.ts";
import { compareNames } from "../presentation/treeRow.ts";
import { presentVolume, sortVolumes } from "../presentation/volume.ts";
import type { CurrentEngine } from "../views/currentEngine.ts";
import { CommandFailure, type Services } from "./command.ts";

interface PickOptions<T> {
  readonly title: string;
  /** Which ones the command makes sense for. */
  readonly filter?: (candidate: T) => boolean;
  /** What to say where there is none. */
  readonly none: string;
  /** One at most is wanted. */
  readonly single?: boolean;
}

/**
 * The containers that a command is meant for: those that the menu was opened
 * on, otherwise what the user picks from a list. Empty when the user backs out.
 */
export async function pickContainers(
  services: Services,
  item: unknown,
  selection: unknown,
  options: PickOptions<Container>,
): Promise<readonly Container[]> {
  const filter = options.filter ?? (() => true);
  const given = unique(meant(item, selection).flatMap(containersOf));
  if (given.length > 0) {
    return suitable(given, filter, options.none);
  }
  const containers = await listed(services.engine, () => services.engine.containers);
  const candidates = containers.filter(filter).sort((a, b) => compareNames(a.name, b.name));
  return choose(
    services,
    candidates.map((container) => ({
      label: container.name,
      description: stateText(container, vscode.l10n.t),
      detail: [container.image, formatPorts(container.ports)]
        .filter((text) => text !== "")
        .join(" · "),
      value: container,
    })),
    options,
  );
}

/** The images that a command is meant for, each by the reference that it was shown with. */
export async function pickImages(
  services: Services,
  item: unknown,
  selection: unknown,
  options: PickOptions<NamedImage>,
): Promise<readonly NamedImage[]> {
  const filter = options.filter ?? (() => true);
  const given = meant(item, selection).flatMap(imagesOf);
  if (given.length > 0) {
    return suitable(given, filter, options.none);
  }
  const images = await listed(services.engine, () => nameImages(services.engine.images));
  const now = Date.now();
  return choose(
    services,
    images.filter(filter).map((named) => ({
      label: imageName(named),
      description: presentImage(named, { usedBy: [], now, localize: vscode.l10n.t }).description,
      value: named,
    })),
    options,
  );
}

/** The volumes that a command is meant for. */
export async function pickVolumes(
  services: Services,
  item: unknown,
  selection: unknown,
  options: PickOptions<Volume>,
): Promise<readonly Volume[]> {
  const filter = options.filter ?? (() => true);
  const given = meant(item, selection).flatMap(volumesOf);
  if (given.length > 0) {
    return suitable(given, filter, options.none);
  }
  const { engine } = services;
  const { volumes, containers } = await listed(engine, () => ({
    volumes: sortVolumes(engine.volumes),
    containers: engine.containers,
  }));
  const localize = vscode.l10n.t;
  return choose(
    services,
    volumes.filter(filter).map((volume) => {
      const usedBy = volumeUsers(volume, containers);
      const { description } = presentVolume(volume, { usedBy, size: undefined, localize });
      return { label: volume.name, description, value: volume };
    }),
    options,
  );
}

/** The networks that a command is meant for. */
export async function pickNetworks(
  services: Services,
  item: unknown,
  selection: unknown,
  options: PickOptions<Network>,
): Promise<readonly Network[]> {
  const filter = options.filter ?? (() => true);
  const given = meant(item, selection).flatMap(networksOf);
  if (given.length > 0) {
    return suitable(given, filter, options.none);
  }
  const { engine } = services;
  const { networks, containers } = await listed(engine, () => ({
    networks: sortNetworks(engine.networks),
    containers: engine.containers,
  }));
  const localize = vscode.l10n.t;
  return choose(
    services,
    networks.filter(filter).map((network) => {
      const members = networkMembers(network, containers);
      const { label, description } = presentNetwork(network, { members, localize });
      return { label, description, value: network };
    }),
    options,
  );
}

/** Reads the engine's lists, which are there only while somebody watches. */
export async function listed<T>(engine: CurrentEngine, read: () => T): Promise<T> {
  const unwatch = engine.watch();
  try {
    if (engine.state.kind !== "ready") {
      await engine.refresh();
    }
    return read();
  } finally {
    unwatch();
  }
}

async function choose<T>(
  { prompts }: Services,
  items: readonly (vscode.QuickPickItem & { readonly value: T })[],
  options: PickOptions<T>,
): Promise<readonly T[]> {
  if (items.length === 0) {
    void prompts.showInformation(options.none);
    return [];
  }
  const quickPick = { title: options.title, matchOnDescription: true, matchOnDetail: true };
  if (options.single === true) {
    const picked = await prompts.pick(items, quickPick);
    return picked ? [picked.value] : [];
  }
  return (await prompts.pickMany(items, quickPick)).map(({ value }) => value);
}

/** Of a mixed selection the command takes what it makes sense for; of nothing it says so. */
function suitable<T>(
  given: readonly T[],
  filter: (candidate: T) => boolean,
  none: string,
): readonly T[] {
  const chosen = given.filter(filter);
  if (chosen.length === 0) {
    throw new CommandFailure(none);
  }
  return chosen;
}

/** VS Code passes the selection only if the item is part of it; else the item alone is meant. */
function meant(item: unknown, selection: unknown): readonly unknown[] {
  if (Array.isArray(selection) && selection.length > 0) {
    return selection;
  }
  return item === undefined || item === null ? [] : [item];
}

/** From a node of the tree (a group stands for its containers), or from the engine's own value. */
function containersOf(item: unknown): readonly Container[] {
  if (typeof item !== "object" || item === null || !("kind" in item)) {
    return [];
  }
  if (item.kind === "container") {
    return [item as Container];
  }
  // Below a volume or a network stand the containers that use it.
  if ((item.kind === "containerNode" || item.kind === "userNode") && "container" in item) {
    return containersOf(item.container);
  }
  if (item.kind === "groupNode" && "group" in item) {
    return (item.group as ContainerGroup).containers;
  }
  return [];
}

function imagesOf(item: unknown): readonly NamedImage[] {
  if (typeof item !== "object" || item === null || !("kind" in item)) {
    return [];
  }
  if (item.kind === "image") {
    const image = item as Image;
    return [{ image, reference: image.references[0] }];
  }
  if (item.kind === "imageNode" && "named" in item) {
    return [item.named as NamedImage];
  }
  if (item.kind === "imageGroupNode" && "group" in item) {
    return (item.group as ImageGroup).images.map(({ named }) => named);
  }
  return [];
}

function volumesOf(item: unknown): readonly Volume[] {
  const object = usedObject(item);
  return object?.kind === "volume" ? [object] : [];
}

function networksOf(item: unknown): readonly Network[] {
  const object = usedObject(item);
  return object?.kind === "network" ? [object] : [];
}

/** From a node of the trees of volumes and networks, or the engine's own value. */
function usedObject(item: unknown): Volume | Network | undefined {
  if (typeof item !== "object" || item === null || !("kind" in item)) {
    return undefined;
  }
  if (item.kind === "usedNode" && "object" in item) {
    return usedObject(item.object);
  }
  return item.kind === "volume" || item.kind === "network" ? (item as Volume | Network) : undefined;
}

function unique(containers: readonly Container[]): readonly Container[] {
  return [...new Map(containers.map((container) => [container.id, container])).values()];
}
