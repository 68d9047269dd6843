import { join, posix } from "node:path";
import { contextFolders, defaultContext, readContext } from "./contextStore.ts";
import { parseEndpointUrl } from "./dial.ts";
import { dockerFolder, readDockerConfig } from "./dockerConfig.ts";
import type { Endpoint, EndpointSource, EndpointTls } from "./endpoint.ts";
import { EngineError } from "./engineError.ts";
import { realMachine } from "./machine.ts";
import type { Machine } from "./machine.ts";

export interface FindOptions {
  /** The user's own choice: an url or the name of a docker context; empty for none. */
  readonly setting?: string;
  readonly machine?: Machine;
}

/**
 * Where the engine is, looked for in the order of the docker CLI, with the
 * setting before it and the sockets of well-known products after it. Reads
 * everything afresh. When nothing is found the platform's default is returned,
 * so that connecting to it tells what is wrong. Rejects with EngineError
 * `bad-endpoint` for an url that makes no sense or a context that is not there.
 */
export async function findEndpoint({
  setting = "",
  machine = realMachine,
}: FindOptions = {}): Promise<Endpoint> {
  const { environment } = machine;
  const chosen = setting.trim();
  if (chosen !== "") {
    return looksLikeUrl(chosen)
      ? checked({ url: chosen, source: "setting", ...(await environmentTls(machine, chosen)) })
      : await contextEndpoint(machine, chosen, "setting");
  }
  const host = environment["DOCKER_HOST"]?.trim() ?? "";
  if (host !== "") {
    const url = looksLikeUrl(host) ? host : `tcp://${host}`;
    return checked({ url, source: "DOCKER_HOST", ...(await environmentTls(machine, url)) });
  }
  const named = environment["DOCKER_CONTEXT"]?.trim() ?? "";
  if (named !== "") {
    return await contextEndpoint(machine, named, "DOCKER_CONTEXT");
  }
  const { currentContext } = await readDockerConfig(machine);
  if (currentContext !== undefined && currentContext !== defaultContext) {
    return await contextEndpoint(machine, currentContext, "currentContext");
  }
  return await wellKnownEndpoint(machine);
}

/** Paths of sockets and pipes of well-known engines, the likeliest first. */
export function wellKnownSockets({ platform, environment, home }: Machine): readonly string[] {
  const runtime = environment["XDG_RUNTIME_DIR"];
  // posix.join, so that a test on Windows sees what Linux does.
  const atHome = (...parts: string[]): string => posix.join(home, ...parts);
  switch (platform) {
    case "win32":
      return [
        "docker_engine",
        "dockerDesktopLinuxEngine",
        "podman-machine-default",
        "rancher_desktop",
      ].map((name) => `\\\\.\\pipe\\${name}`);
    case "darwin":
      return [
        "/var/run/docker.sock",
        atHome(".docker/run/docker.sock"),
        atHome(".colima/default/docker.sock"),
        atHome(".config/colima/default/docker.sock"),
        atHome(".orbstack/run/docker.sock"),
        atHome(".rd/docker.sock"),
        atHome(".local/share/containers/podman/machine/podman.sock"),
        atHome(".local/share/containers/podman/machine/podman-machine-default/podman.sock"),
      ];
    default:
      return [
        "/var/run/docker.sock",
        ...(runtime ? [posix.join(runtime, "docker.sock")] : []),
        atHome(".docker/desktop/docker.sock"),
        atHome(".docker/run/docker.sock"),
        atHome(".colima/default/docker.sock"),
        atHome(".config/colima/default/docker.sock"),
        atHome(".rd/docker.sock"),
        ...(runtime ? [posix.join(runtime, "podman/podman.sock")] : []),
        "/run/podman/podman.sock",
      ];
  }
}

async function wellKnownEndpoint(machine: Machine): Promise<Endpoint> {
  const paths = wellKnownSockets(machine);
  const states = await Promise.all(paths.map((path) => machine.probe(path)));
  // A socket that listens is best; one that we may not open says more than one that nobody serves.
  const best = (["listening", "no-permission", "silent"] as const)
    .map((wanted) => states.indexOf(wanted))
    .find((index) => index >= 0);
  const path = paths[best ?? 0] ?? "/var/run/docker.sock";
  const url = path.startsWith("\\\\") ? `npipe://${path.replaceAll("\\", "/")}` : `unix://${path}`;
  return { url, source: "wellKnownSocket" };
}

async function contextEndpoint(
  machine: Machine,
  name: string,
  source: EndpointSource,
): Promise<Endpoint> {
  if (name === defaultContext) {
    return { ...(await wellKnownEndpoint(machine)), source, context: name };
  }
  const meta = await readContext(machine, name);
  if (meta === undefined) {
    throw new EngineError("bad-endpoint", `There is no docker context “${name}” on this machine.`);
  }
  const tls = await readCertificates(
    machine,
    join(contextFolders(machine, name).tls, "docker"),
    !meta.skipVerify,
  );
  const wanted = tls !== undefined || meta.skipVerify;
  return checked({
    url: meta.url,
    source,
    context: name,
    ...(wanted && isTcp(meta.url) ? { tls: tls ?? { verify: false } } : {}),
  });
}

/** As the docker CLI: any DOCKER_TLS_VERIFY asks for TLS that is verified, DOCKER_TLS for TLS that is not. */
async function environmentTls(
  machine: Machine,
  url: string,
): Promise<{ readonly tls?: EndpointTls }> {
  const { environment } = machine;
  const verify = (environment["DOCKER_TLS_VERIFY"] ?? "") !== "";
  if (
    !isTcp(url) ||
    (!verify && (environment["DOCKER_TLS"] ?? "") === "" && !url.startsWith("https:"))
  ) {
    return {};
  }
  const certificates = environment["DOCKER_CERT_PATH"];
  const folder =
    certificates === undefined || certificates === "" ? dockerFolder(machine) : certificates;
  const checks = verify || url.startsWith("https:");
  return { tls: (await readCertificates(machine, folder, checks)) ?? { verify: checks } };
}

async function readCertificates(
  machine: Machine,
  folder: string,
  verify: boolean,
): Promise<EndpointTls | undefined> {
  const [ca, certificate, key] = await Promise.all(
    ["ca.pem", "cert.pem", "key.pem"].map((name) => machine.readText(join(folder, name))),
  );
  return ca === undefined && certificate === undefined && key === undefined
    ? undefined
    : {
        ...(ca === undefined ? {} : { ca }),
        ...(certificate === undefined ? {} : { certificate }),
        ...(key === undefined ? {} : { key }),
        verify,
      };
}

function looksLikeUrl(text: string): boolean {
  return text.includes("://");
}

function isTcp(url: string): boolean {
  return /^(?:tcp|https?):/i.test(url);
}

function checked(endpoint: Endpoint): Endpoint {
  parseEndpointUrl(endpoint.url);
  return endpoint;
}
