import { asObject } from "./dockerConfig.ts";
import type { Settling } from "./settling.ts";

/** What the next update of the model has to ask for. */
export interface Stale {
  readonly containers: Set<string>;
  allContainers: boolean;
  images: boolean;
  volumes: boolean;
  networks: boolean;
}

export function nothingStale(): Stale {
  return {
    containers: new Set(),
    allContainers: false,
    images: false,
    volumes: false,
    networks: false,
  };
}

export function makeAllStale(stale: Stale): void {
  stale.allContainers = true;
  stale.images = true;
  stale.volumes = true;
  stale.networks = true;
}

/** Kinds of events that `noteEvent` knows. */
export const eventTypes: readonly string[] = ["container", "image", "volume", "network"];

/**
 * Events that change nothing which the lists show; health checks alone make
 * three of them every few seconds, and a volume is mounted with every start.
 */
const quietActions =
  /^(?:exec_|attach|detach|resize|top|export|copy|archive-path|extract-to-dir|save|mount|unmount)/;

/** Notes what an event of the engine makes stale; returns whether it is anything. */
export function noteEvent(
  stale: Stale,
  settling: Settling,
  event: Readonly<Record<string, unknown>>,
): boolean {
  const { Type: type, Action: action } = event;
  if (typeof action !== "string" || quietActions.test(action)) {
    return false;
  }
  const { ID: id, Attributes: attributes } = asObject(event["Actor"]);
  switch (type) {
    case "container":
      if (typeof id === "string" && id !== "") {
        stale.containers.add(id);
        settling.note(id, action);
      } else {
        stale.allContainers = true;
      }
      stale.images ||= action === "commit";
      return true;
    case "volume":
      stale.volumes = true;
      return true;
    case "network": {
      const { container } = asObject(attributes);
      if (action !== "connect" && action !== "disconnect") {
        stale.networks = true;
      } else if (typeof container === "string" && container !== "") {
        // The list of networks names no members; that of containers names their networks.
        stale.containers.add(container);
      } else {
        stale.allContainers = true;
      }
      return true;
    }
    default:
      stale.images = true;
      // The list of containers names images by their tags.
      stale.allContainers ||= action === "tag" || action === "untag" || action === "delete";
      return true;
  }
}
