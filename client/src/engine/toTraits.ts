import { asObject } from "./dockerConfig.ts";
import type { EngineTraits } from "./engine.ts";

/** Reads the answers of `/version` and `/info`. What they do not say counts as not there. */
export function toTraits(
  version: Readonly<Record<string, unknown>>,
  info: Readonly<Record<string, unknown>>,
): EngineTraits {
  const components = listOf(version["Components"]).map((each) => textOf(asObject(each)["Name"]));
  const number = textOf(version["Version"]);
  return {
    id: textOf(info["ID"]),
    version: number,
    operatingSystem: textOf(version["Os"]),
    architecture: textOf(version["Arch"]),
    // Podman numbers its versions in its own way, and says who it is in its components.
    hasBuildKit:
      Number.parseInt(number, 10) >= 19 && !components.some((name) => name.includes("Podman")),
    // https://docs.docker.com/engine/storage/containerd/ shows how an engine says so.
    containerdStore: listOf(info["DriverStatus"]).some(
      (pair) => Array.isArray(pair) && pair.includes("io.containerd.snapshotter.v1"),
    ),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
