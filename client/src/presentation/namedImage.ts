import type { Image } from "../engine/engine.ts";
import { compareNames } from "./treeRow.ts";

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
