import { dirname } from "node:path";
import { defaultContext } from "./contextStore.ts";
import { parseEndpointUrl } from "./dial.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Diagnosis } from "./engine.ts";
import type { EngineError } from "./engineError.ts";
import { wellKnownSockets } from "./findEndpoint.ts";
import { realMachine } from "./machine.ts";
import type { Machine } from "./machine.ts";
import { SshFailure } from "./sshFailure.ts";
import type { SshTrouble } from "./sshFailure.ts";

/** Why the engine does not answer, from the failure and from what is there on the machine. Never throws. */
export async function diagnose(
  endpoint: Endpoint,
  error: EngineError,
  machine: Machine = realMachine,
): Promise<Diagnosis> {
  if (error instanceof SshFailure && error.trouble !== "no-connection") {
    return sshDiagnoses[error.trouble];
  }
  switch (error.reason) {
    case "no-permission":
    case "tls":
      return error.reason;
    case "bad-endpoint":
      return parseEndpointUrl(endpoint.url).kind === "tcp" ? "unknown-host" : "bad-endpoint";
    case "unreachable":
      return await diagnoseSilence(endpoint, machine);
    default:
      return "unknown";
  }
}

const sshDiagnoses = {
  "unknown-host-key": "ssh-unknown-key",
  "changed-host-key": "ssh-changed-key",
  "login-refused": "ssh-login",
  "unknown-host": "unknown-host",
  "no-docker": "ssh-no-docker",
} as const satisfies Readonly<Record<Exclude<SshTrouble, "no-connection">, Diagnosis>>;

async function diagnoseSilence(endpoint: Endpoint, machine: Machine): Promise<Diagnosis> {
  const address = parseEndpointUrl(endpoint.url);
  const { context = defaultContext } = endpoint;
  if (context !== defaultContext && (await ownEngineAnswers(machine))) {
    return "wrong-context";
  }
  if (address.kind !== "path") {
    // Something else refuses: an engine that does not run there, as far as we can tell.
    return "not-running";
  }
  if (await machine.exists(address.path)) {
    return "stale-socket";
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

async function ownEngineAnswers(machine: Machine): Promise<boolean> {
  const states = await Promise.all(wellKnownSockets(machine).map((path) => machine.probe(path)));
  return states.includes("listening");
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
