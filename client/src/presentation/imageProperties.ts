import { imageName, type NamedImage, shortImageId } from "./namedImage.ts";
import { imageNameParts } from "./imageNameParts.ts";
import type { Property } from "./property.ts";
import { formatAge, formatBytes } from "./units.ts";

export const imagePropertyNames = [
  "name",
  "id",
  "repository",
  "registry",
  "tag",
  "size",
  "created",
  "use",
] as const;

export type ImageProperty = (typeof imagePropertyNames)[number];

export const defaultImageDescription: readonly ImageProperty[] = ["size", "created", "use"];

/** An image with how many containers were made of it. */
export interface UsedImage {
  readonly named: NamedImage;
  readonly users: number;
}

/** Everything that is said of images beside their names. */
export const imageProperties: Readonly<Record<ImageProperty, Property<UsedImage>>> = {
  name: { text: ({ named }) => imageName(named) },
  id: { text: ({ named }) => shortImageId(named.image.id) },
  repository: { text: ({ named }) => imageNameParts(named.reference ?? "").repository },
  registry: { text: ({ named }) => imageNameParts(named.reference ?? "").registry },
  tag: { text: ({ named }) => imageNameParts(named.reference ?? "").tag },
  size: {
    text: ({ named }) => formatBytes(named.image.size),
    order: ({ named }) => -named.image.size,
  },
  created: {
    text: ({ named }, { now, localize }) => formatAge(named.image.createdAt, now, localize),
    order: ({ named }) => -named.image.createdAt,
  },
  use: {
    text: ({ users }, { localize }) => (users > 0 ? localize("in use") : ""),
    order: ({ users }) => -users,
  },
};
