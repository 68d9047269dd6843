import type { Localize } from "./localize.ts";

/**
 * A name for the image that a folder builds: what docker allows in a
 * repository's name is kept, the rest becomes a dash.
 */
export function defaultTag(folderName: string, target?: string): string {
  const name = repositoryName(folderName) || "image";
  const suffix = target === undefined ? "" : repositoryName(target);
  return `${suffix === "" ? name : `${name}-${suffix}`}:latest`;
}

function repositoryName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/[._-]{2,}/g, "-")
    .replace(/^[._-]+|[._-]+$/g, "");
}

/** https://pkg.go.dev/github.com/distribution/reference, without digests. */
const referencePattern =
  /^(?:(?:localhost|[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+|\[[0-9a-fA-F:]+\]|[a-zA-Z0-9-]+(?=:\d))(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?$/;

/** Why the text cannot name an image, or undefined if it can. */
export function referenceProblem(
  text: string,
  localize: Localize,
  options: { readonly digestAllowed?: boolean } = {},
): string | undefined {
  const name = options.digestAllowed === true ? text.replace(/@sha256:[0-9a-f]{64}$/, "") : text;
  if (name === "") {
    return localize("Name an image, such as shop:latest.");
  }
  if (referencePattern.test(name)) {
    return undefined;
  }
  if (/[A-Z]/.test(name.replace(/:[^/]*$/, "").replace(/^[^/]*\//, ""))) {
    return localize("The name of an image has no capital letters.");
  }
  return localize("This is no image reference. Write name:tag or registry/name:tag.");
}

/** Why the text cannot name a container, a volume or a network, or undefined if it can. */
export function containerNameProblem(text: string, localize: Localize): string | undefined {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(text)
    ? undefined
    : localize(
        "Use two or more letters, digits, dots, dashes and underscores; begin with a letter or digit.",
      );
}
