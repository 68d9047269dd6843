import type { Container } from "../engine/engine.ts";
import { defaultImageDescription, imageProperties, type ImageProperty } from "./imageProperties.ts";
import type { Localize } from "./localize.ts";
import { escapeMarkdown, inlineCode } from "./markdown.ts";
import { type NamedImage, shortImageId } from "./namedImage.ts";
import { describeObject } from "./property.ts";
import type { TreeRow } from "./treeRow.ts";
import { formatBytes } from "./units.ts";

/** Every flag that the context value of an image can carry. */
export const imageFlags = ["image", "tagged", "dangling", "inUse"] as const;

/** The row of an image; `usedBy` are the containers that were made from it, running or not. */
export function presentImage(
  named: NamedImage,
  options: {
    readonly usedBy: readonly Container[];
    readonly now: number;
    readonly localize: Localize;
    /** Its name unless given. */
    readonly label?: string;
    /** What the description says, in this order. */
    readonly description?: readonly ImageProperty[];
  },
): TreeRow {
  const { usedBy, localize, description = defaultImageDescription } = options;
  const { image, reference } = named;
  const size = formatBytes(image.size);
  const inUse = usedBy.length > 0;
  return {
    label: options.label ?? reference ?? localize("<none> {0}", shortImageId(image.id)),
    description: describeObject(
      { named, users: usedBy.length },
      description.map((name) => imageProperties[name]),
      options,
    ),
    icon: {
      id: "package",
      ...(reference === undefined ? { color: "disabledForeground" } : {}),
    },
    contextValue: [
      "image",
      reference === undefined ? "dangling" : "tagged",
      ...(inUse ? ["inUse"] : []),
    ].join(";"),
    accessibilityLabel: [
      reference === undefined
        ? localize("Dangling image {0}", shortImageId(image.id))
        : localize("Image {0}", reference),
      size,
      ...(inUse ? [localize("in use")] : []),
    ].join(", "),
  };
}

/** Details of an image in Markdown. */
export function imageTooltip(
  { image, reference }: NamedImage,
  usedBy: readonly Container[],
  localize: Localize,
): string {
  const title = reference ?? localize("<none> {0}", shortImageId(image.id));
  const others = image.references.filter((other) => other !== reference);
  return [
    `**${escapeMarkdown(title)}**`,
    `${localize("ID")}: ${inlineCode(shortImageId(image.id))}`,
    `${localize("Size")}: ${escapeMarkdown(formatBytes(image.size))}`,
    `${localize("Created")}: ${escapeMarkdown(new Date(image.createdAt).toLocaleString())}`,
    ...(others.length > 0 ? [`${localize("Also")}: ${others.map(inlineCode).join(", ")}`] : []),
    ...(usedBy.length > 0
      ? [`${localize("Used by")}: ${usedBy.map(({ name }) => inlineCode(name)).join(", ")}`]
      : []),
  ].join("  \n");
}
