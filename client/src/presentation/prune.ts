import type { PruneKind, PrunePreview, PruneResult } from "../engine/engine.ts";
import type { Localize } from "./localize.ts";
import { formatBytes } from "./units.ts";
import { shortVolumeName } from "./volume.ts";

/** A question that has to be answered before something goes for good. */
export interface Confirmation {
  /** The docker context that it is about, where that is not the one in use. */
  readonly context?: string;
  readonly question: string;
  /** What goes, one per line. */
  readonly detail: string;
  /** The button: a verb and what it is done to. */
  readonly verb: string;
}

/** Longer lists are cut: a dialog has no scroll bar. */
const shownItems = 12;

/** What a prune would take away, for the dialog that asks. The preview must not be empty. */
export function presentPrune(preview: PrunePreview, localize: Localize): Confirmation {
  const count = preview.items.length;
  const bytes = formatBytes(preview.bytes);
  const items = preview.items.toSorted((a, b) => b.bytes - a.bytes);
  const lines = items.slice(0, shownItems).map((item) => line(preview.kind, item));
  if (count > shownItems) {
    const rest = items.slice(shownItems).reduce((sum, item) => sum + item.bytes, 0);
    lines.push(
      preview.kind === "networks"
        ? localize("… and {0} more", count - shownItems)
        : localize("… and {0} more ({1})", count - shownItems, formatBytes(rest)),
    );
  }
  const words = pruneWords(preview.kind, count, localize);
  return {
    question:
      preview.kind === "networks"
        ? localize("Remove {0}?", words.what)
        : localize("Remove {0}? {1} will be freed.", words.what, bytes),
    detail: [...lines, "", words.note].join("\n"),
    verb: words.verb,
  };
}

/** That there is nothing to prune. */
export function nothingToPrune(kind: PruneKind, localize: Localize): string {
  switch (kind) {
    case "containers":
      return localize("There are no stopped containers to remove.");
    case "images":
      return localize("There are no unused images to remove.");
    case "buildCache":
      return localize("There is no unused build cache to remove.");
    case "volumes":
      return localize("There are no unused volumes to remove.");
    case "networks":
      return localize("There are no unused networks to remove.");
  }
}

/** What a prune did. */
export function presentPruneResult(
  kind: PruneKind,
  { removed, bytesFreed }: PruneResult,
  localize: Localize,
): string {
  const { what } = pruneWords(kind, removed, localize);
  return kind === "networks"
    ? localize("Removed {0}.", what)
    : localize("Removed {0}: {1} freed.", what, formatBytes(bytesFreed));
}

/** A network weighs nothing, and an anonymous volume goes by the beginning of its name. */
function line(kind: PruneKind, { name, bytes }: PrunePreview["items"][number]): string {
  switch (kind) {
    case "networks":
      return name;
    case "volumes":
      return `${shortVolumeName(name)} (${formatBytes(bytes)})`;
    default:
      return `${name} (${formatBytes(bytes)})`;
  }
}

function pruneWords(
  kind: PruneKind,
  count: number,
  localize: Localize,
): { readonly what: string; readonly verb: string; readonly note: string } {
  switch (kind) {
    case "containers":
      return {
        what:
          count === 1 ? localize("1 stopped container") : localize("{0} stopped containers", count),
        verb: count === 1 ? localize("Remove Container") : localize("Remove {0} Containers", count),
        note: localize("What they wrote outside of volumes is lost."),
      };
    case "images":
      return {
        what: count === 1 ? localize("1 image") : localize("{0} images", count),
        verb: count === 1 ? localize("Remove Image") : localize("Remove {0} Images", count),
        note: localize("No container uses them. Images without a registry have to be built again."),
      };
    case "buildCache":
      return {
        what:
          count === 1
            ? localize("1 build cache record")
            : localize("{0} build cache records", count),
        verb: localize("Remove Build Cache"),
        note: localize("The next builds will run these steps again."),
      };
    case "volumes":
      return {
        what: count === 1 ? localize("1 unused volume") : localize("{0} unused volumes", count),
        verb: count === 1 ? localize("Remove Volume") : localize("Remove {0} Volumes", count),
        note:
          count === 1
            ? localize("No container uses it. What is in it is lost for good.")
            : localize("No container uses them. What is in them is lost for good."),
      };
    case "networks":
      return {
        what: count === 1 ? localize("1 unused network") : localize("{0} unused networks", count),
        verb: count === 1 ? localize("Remove Network") : localize("Remove {0} Networks", count),
        note:
          count === 1
            ? localize("No container is on it, running or stopped.")
            : localize("No container is on them, running or stopped."),
      };
  }
}
