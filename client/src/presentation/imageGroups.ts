import { type ImageProperty, imageProperties, type UsedImage } from "./imageProperties.ts";
import { byProperty, groupObjects, matchesFilter, type PropertyContext } from "./property.ts";

/** How the view of images is arranged. */
export interface ImageArrangement {
  readonly groupBy: ImageProperty | "none";
  readonly sortBy: ImageProperty;
  readonly description: readonly ImageProperty[];
  /** Words that have to be found in an image; all of them where empty. */
  readonly filter: string;
  readonly onlyTagged: boolean;
}

export interface ImageGroup {
  readonly name: string;
  readonly images: readonly UsedImage[];
}

/** The images that are to be seen, in their groups and in order. `images` come by name, dangling ones last. */
export function arrangeImages(
  images: readonly UsedImage[],
  { groupBy, sortBy, filter, onlyTagged }: ImageArrangement,
  context: PropertyContext,
): { readonly groups: readonly ImageGroup[]; readonly others: readonly UsedImage[] } {
  const properties = [imageProperties.name, imageProperties.id];
  const seen = images.filter(
    (image) =>
      (!onlyTagged || image.named.reference !== undefined) &&
      matchesFilter(image, filter, properties, context),
  );
  const sorted = sortBy === "name" ? seen : seen.sort(byProperty(imageProperties[sortBy], context));
  if (groupBy === "none") {
    return { groups: [], others: sorted };
  }
  const { groups, others } = groupObjects(sorted, imageProperties[groupBy], context);
  return { groups: groups.map(({ title, objects }) => ({ name: title, images: objects })), others };
}
