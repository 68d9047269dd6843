import { asObject } from "./dockerConfig.ts";
import type { Volume } from "./engine.ts";

/** The label that engines since version 23 put on a volume that was made without a name. */
const anonymousLabel = "com.docker.volume.anonymous";

/** An entry of the engine's list of volumes in our words. Total: what an engine leaves out is empty. */
export function toVolume(entry: unknown): Volume {
  const volume = asObject(entry);
  const name = textOf(volume["Name"]);
  const labels = textsOf(volume["Labels"]);
  return {
    kind: "volume",
    id: name,
    name,
    driver: textOf(volume["Driver"]),
    scope: textOf(volume["Scope"]),
    mountpoint: textOf(volume["Mountpoint"]),
    createdAt: timeOf(volume["CreatedAt"]),
    // Older engines tell it only by the name that they made up.
    anonymous: anonymousLabel in labels || /^[0-9a-f]{64}$/.test(name),
    labels,
    options: textsOf(volume["Options"]),
  };
}

/** Text of an answer, empty where the engine left it out. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Labels or options; engines say null for none. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(asObject(value)).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
}

/** Milliseconds since 1970 of a time in RFC 3339; 0 where there is none. */
export function timeOf(value: unknown): number {
  const time = Date.parse(textOf(value));
  return Number.isNaN(time) ? 0 : time;
}
