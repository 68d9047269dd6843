import type { ImageGroup } from "./imageGroups.ts";
import type { Localize } from "./localize.ts";
import type { TreeRow } from "./treeRow.ts";

/** The flag of a group's context value. */
export const imageGroupFlag = "imageGroup";

/** The row of images that have something in common. */
export function presentImageGroup({ name, images }: ImageGroup, localize: Localize): TreeRow {
  const count = images.length === 1 ? localize("1 image") : localize("{0} images", images.length);
  return {
    label: name,
    description: count,
    icon: { id: "folder" },
    contextValue: imageGroupFlag,
    accessibilityLabel: [localize("Group {0}", name), count].join(", "),
  };
}
