import type { Container, Image } from "../engine/engine.ts";
import type { Localize } from "./localize.ts";
import { escapeMarkdown, inlineCode } from "./markdown.ts";
import { compareNames, type TreeRow } from "./treeRow.ts";
import { formatAge, formatBytes } from "./units.ts";

/** Every flag that the context value of an image can carry. */
export const imageFlags = ["image", "tagged", "dangling", "inUse"] as const;

/** An image under one of its references, as `docker image ls` lists them; under none for a dangling image. */
export interface NamedImage {
  readonly image: Image;
  readonly reference: string | undefined;
}

/** Every image under every reference, by name; dangling images last, newest first. */
export function nameImages(images: readonly Image[]): readonly NamedImage[] {
  const tagged: { readonly image: Image; readonly reference: string }[] = [];
  const dangling: NamedImage[] = [];
  for (const image of images) {
    if (image.references.length === 0) {
      dangling.push({ image, reference: undefined });
    }
    for (const reference of image.references) {
      tagged.push({ image, reference });
    }
  }
  tagged.sort((a, b) => compareNames(a.reference, b.reference));
  dangling.sort(
    (a, b) => b.image.createdAt - a.image.createdAt || compareNames(a.image.id, b.image.id),
  );
  return [...tagged, ...dangling];
}

/** What users call the image: its reference, or the beginning of its id. */
export function imageName({ image, reference }: NamedImage): string {
  return reference ?? shortImageId(image.id);
}

/** The twelve digits that docker shows of an id. */
export function shortImageId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}

/** The row of an image; `usedBy` are the containers that were made from it, running or not. */
export function presentImage(
  named: NamedImage,
  options: {
    readonly usedBy: readonly Container[];
    readonly now: number;
    readonly localize: Localize;
  },
): TreeRow {
  const { usedBy, now, localize } = options;
  const { image, reference } = named;
  const size = formatBytes(image.size);
  const inUse = usedBy.length > 0;
  const name = reference ?? localize("<none> {0}", shortImageId(image.id));
  return {
    label: name,
    description: [
      size,
      formatAge(image.createdAt, now, localize),
      ...(inUse ? [localize("in use")] : []),
    ].join(" · "),
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
