import { parseImageName } from "../engine/imageName.ts";

/** The parts of an image's name that rows are grouped by; all empty for an id. */
export function imageNameParts(reference: string): {
  /** With the registry where the name has one. */
  readonly repository: string;
  readonly registry: string;
  readonly tag: string;
} {
  if (reference === "" || reference.startsWith("sha256:") || /^[0-9a-f]{64}$/.test(reference)) {
    return { repository: "", registry: "", tag: "" };
  }
  const { repository, registry, tag } = parseImageName(reference);
  return { repository, registry, tag: tag.startsWith("sha256:") ? "" : tag };
}
