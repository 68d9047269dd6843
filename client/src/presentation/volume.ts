import type { Container, Volume } from "../engine/engine.ts";
import type { Localize } from "./localize.ts";
import { escapeMarkdown, inlineCode } from "./markdown.ts";
import { compareNames, type TreeRow } from "./treeRow.ts";
import { formatBytes } from "./units.ts";

/** Every flag that the context value of a volume can carry. */
export const volumeFlags = ["volume", "anonymous", "inUse"] as const;

/** By name; anonymous volumes last, newest first. */
export function sortVolumes(volumes: readonly Volume[]): readonly Volume[] {
  return volumes.toSorted(
    (a, b) =>
      Number(a.anonymous) - Number(b.anonymous) ||
      (a.anonymous ? b.createdAt - a.createdAt : 0) ||
      compareNames(a.name, b.name),
  );
}

/** The name, or the first twelve digits of one that the engine made up. */
export function shortVolumeName(name: string): string {
  return /^[0-9a-f]{64}$/.test(name) ? `${name.slice(0, 12)}…` : name;
}

/** The row of a volume; `usedBy` are the containers that it is mounted in, running or not. */
export function presentVolume(
  volume: Volume,
  options: {
    readonly usedBy: readonly Container[];
    /** Bytes, where they are known. */
    readonly size: number | undefined;
    readonly localize: Localize;
  },
): TreeRow {
  const { usedBy, size, localize } = options;
  const name = shortVolumeName(volume.name);
  const use = useText(usedBy.length, localize);
  const sizes = size === undefined ? [] : [formatBytes(size)];
  return {
    label: name,
    // A narrow sidebar cuts the end off.
    description: [...sizes, use, volume.driver].filter((part) => part !== "").join(" · "),
    icon: {
      id: "database",
      ...(usedBy.length === 0 ? { color: "disabledForeground" } : {}),
    },
    contextValue: [
      "volume",
      ...(volume.anonymous ? ["anonymous"] : []),
      ...(usedBy.length > 0 ? ["inUse"] : []),
    ].join(";"),
    accessibilityLabel: [
      volume.anonymous ? localize("Anonymous volume {0}", name) : localize("Volume {0}", name),
      localize("driver {0}", volume.driver),
      ...sizes,
      use,
    ].join(", "),
  };
}

/** Details of a volume in Markdown. */
export function volumeTooltip(
  volume: Volume,
  usedBy: readonly Container[],
  size: number | undefined,
  localize: Localize,
): string {
  const { name, driver, mountpoint, createdAt } = volume;
  const driverOptions = Object.entries(volume.options).map(([key, value]) => `${key}=${value}`);
  return [
    `**${escapeMarkdown(name)}**`,
    `${localize("Driver")}: ${escapeMarkdown(driver)}`,
    ...(size === undefined ? [] : [`${localize("Size")}: ${escapeMarkdown(formatBytes(size))}`]),
    ...(createdAt === 0
      ? []
      : [`${localize("Created")}: ${escapeMarkdown(new Date(createdAt).toLocaleString())}`]),
    ...(mountpoint === "" ? [] : [`${localize("Mountpoint")}: ${inlineCode(mountpoint)}`]),
    ...(driverOptions.length > 0
      ? [`${localize("Options")}: ${driverOptions.map(inlineCode).join(", ")}`]
      : []),
    ...(usedBy.length > 0
      ? [`${localize("Used by")}: ${usedBy.map((each) => inlineCode(each.name)).join(", ")}`]
      : []),
  ].join("  \n");
}

function useText(count: number, localize: Localize): string {
  if (count === 0) {
    return localize("unused");
  }
  return count === 1
    ? localize("in use by 1 container")
    : localize("in use by {0} containers", count);
}
