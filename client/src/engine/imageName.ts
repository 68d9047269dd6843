import { EngineError } from "./engineError.ts";

/** An image reference as the engine's pull, push and tag want it. */
export interface ImageName {
  /** With the registry, as it was written. */
  readonly repository: string;
  /** A tag, or a digest such as `sha256:…`; `latest` where none was given. */
  readonly tag: string;
  /** The registry's host; `docker.io` where none was given. */
  readonly registry: string;
}

/** Takes a reference apart. Throws EngineError `bad-request` for one that cannot be. */
export function parseImageName(reference: string): ImageName {
  const text = reference.trim();
  if (text === "" || /\s/.test(text)) {
    throw new EngineError("bad-request", `“${reference}” is not the name of an image.`);
  }
  const [named = "", digest] = text.split("@", 2);
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const repository = hasTag ? named.slice(0, colon) : named;
  const first = repository.includes("/") ? (repository.split("/", 1)[0] ?? "") : "";
  const isHost =
    first.includes(".") ||
    first.includes(":") ||
    first === "localhost" ||
    first !== first.toLowerCase();
  return {
    repository,
    tag: digest ?? (hasTag ? named.slice(colon + 1) : "latest"),
    registry: isHost ? first : "docker.io",
  };
}
