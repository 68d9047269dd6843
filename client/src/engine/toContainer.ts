import type { ContainerInfo, Port } from "dockerode";
import type { Container, ContainerState, Health, PublishedPort } from "./engine.ts";

/** An entry of the engine's list of containers in our words. Total: what an engine leaves out is empty. */
export function toContainer(entry: ContainerInfo): Container {
  const labels = entry.Labels ?? {};
  const composeProject =
    labels["com.docker.compose.project"] ?? labels["io.podman.compose.project"];
  const composeService = labels["com.docker.compose.service"];
  const status = entry.Status ?? "";
  return {
    kind: "container",
    id: entry.Id,
    name: nameOf(entry.Names ?? [], entry.Id),
    image: entry.Image ?? "",
    imageId: entry.ImageID ?? "",
    command: entry.Command ?? "",
    createdAt: (entry.Created ?? 0) * 1000,
    state: stateOf(entry.State ?? ""),
    health: healthOf(status),
    status,
    ports: (entry.Ports ?? []).map(toPort),
    labels,
    volumes: volumesOf(entry.Mounts ?? []),
    networks: Object.keys(entry.NetworkSettings?.Networks ?? {}).sort(),
    ...(composeProject === undefined ? {} : { composeProject }),
    ...(composeService === undefined ? {} : { composeService }),
  };
}

/** A volume may be mounted at several places. */
function volumesOf(mounts: ContainerInfo["Mounts"]): readonly string[] {
  const names = mounts.flatMap(({ Type, Name }) =>
    Type === "volume" && Name !== undefined && Name !== "" ? [Name] : [],
  );
  return [...new Set(names)].sort();
}

/** A legacy link adds a name with a second slash, such as `/web/db`. */
function nameOf(names: readonly string[], id: string): string {
  const own = names.find((name) => name.lastIndexOf("/") <= 0) ?? names[0];
  return own === undefined ? id.slice(0, 12) : own.replace(/^\//, "");
}

/** Podman has more words than Docker. */
function stateOf(word: string): ContainerState {
  switch (word) {
    case "created":
    case "running":
    case "paused":
    case "restarting":
    case "removing":
    case "exited":
    case "dead":
      return word;
    case "configured":
    case "initialized":
      return "created";
    case "stopping":
      return "running";
    default:
      return "exited";
  }
}

/** The list tells of health only inside of the status, such as `Up 3 minutes (health: starting)`. */
function healthOf(status: string): Health {
  if (status.includes("(healthy)")) {
    return "healthy";
  }
  if (status.includes("(unhealthy)")) {
    return "unhealthy";
  }
  return status.includes("(health: starting)") || status.includes("(starting)")
    ? "starting"
    : "none";
}

function toPort(port: Port): PublishedPort {
  return {
    privatePort: port.PrivatePort,
    protocol: port.Type,
    ...(port.IP ? { ip: port.IP } : {}),
    ...(port.PublicPort ? { publicPort: port.PublicPort } : {}),
  };
}
