import type { ImageInfo } from "dockerode";
import type { Image } from "./engine.ts";

/** An entry of the engine's list of images in our words. */
export function toImage(entry: ImageInfo): Image {
  return {
    kind: "image",
    id: entry.Id,
    references: named(entry.RepoTags),
    digests: named(entry.RepoDigests),
    createdAt: entry.Created * 1000,
    size: entry.Size,
    labels: entry.Labels ?? {},
  };
}

/** Older engines list an image without a name as `<none>:<none>`. */
function named(references: readonly string[] | null | undefined): readonly string[] {
  return (references ?? []).filter((reference) => !reference.startsWith("<none>"));
}
