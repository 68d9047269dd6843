import { dirname } from "node:path";
import { parseEndpointUrl } from "./dial.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Diagnosis } from "./engine.ts";
import type { EngineError } from "./engineError.ts";
import { realMachine } from "./machine.ts";
import type { Machine } from "./machine.ts";

/** Why the engine does not answer, from the failure and from what is there on the machine. Never throws. */
export async function diagnose(
  endpoint: Endpoint,
  error: EngineError,
  machine: Machine = realMachine,
): Promise<Diagnosis> {
  switch (error.reason) {
    case "no-permission":
    case "bad-endpoint":
    case "tls":
      return error.reason;
    case "unreachable":
      return await diagnoseSilence(endpoint, machine);
    default:
      return "unknown";
  }
}

async function diagnoseSilence(endpoint: Endpoint, machine: Machine): Promise<Diagnosis> {
  const address = parseEndpointUrl(endpoint.url);
  if (address.kind !== "path") {
    // Something else refuses: an engine that does not run there, as far as we can tell.
    return "not-running";
  }
  if (await machine.exists(address.path)) {
    return "not-running";
  }
  // A folder that is not there either was never an engine's; a default is nobody's mistake.
  const isPipe = address.path.startsWith("\\\\");
  if (
    endpoint.source !== "wellKnownSocket" &&
    !isPipe &&
    !(await machine.exists(dirname(address.path)))
  ) {
    return "bad-endpoint";
  }
  return (await isInstalled(machine)) ? "not-running" : "not-installed";
}

const programs = ["dockerd", "docker", "podman", "colima", "rdctl", "orbctl"];
const applications = [
  "/Applications/Docker.app",
  "/Applications/OrbStack.app",
  "/Applications/Rancher Desktop.app",
  "/opt/docker-desktop",
  "C:\\Program Files\\Docker\\Docker\\Docker Desktop.exe",
  "C:\\Program Files\\RedHat\\Podman\\podman.exe",
];

async function isInstalled(machine: Machine): Promise<boolean> {
  const found = await Promise.all([
    ...programs.map((program) => machine.hasProgram(program)),
    // A service's PATH may lack sbin, where Debian keeps dockerd.
    ...["/usr/sbin/dockerd", "/usr/bin/dockerd", ...applications].map((path) =>
      machine.exists(path),
    ),
  ]);
  return found.includes(true);
}
