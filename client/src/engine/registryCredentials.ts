import { readDockerConfig } from "./dockerConfig.ts";
import type { DockerAuth } from "./dockerConfig.ts";
import { realMachine } from "./machine.ts";
import type { Machine } from "./machine.ts";

/** What to log in with at a registry. With a token the name is empty. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
  readonly identityToken?: string;
}

/** The name under which the docker CLI keeps what it knows of Docker Hub. */
const hubKey = "https://index.docker.io/v1/";

/**
 * What the docker CLI would log in with: the host's own helper, else the
 * common store, else what stands in config.json. `undefined` for anonymous.
 * `host` is as in an image reference; Docker Hub is `docker.io`. Never throws:
 * a helper that fails leaves one anonymous, and the registry says so.
 */
export async function registryCredentials(
  host: string,
  machine: Machine = realMachine,
): Promise<RegistryCredentials | undefined> {
  const config = await readDockerConfig(machine);
  const key = isHub(host) ? hubKey : host;
  const helper = config.credHelpers[key] ?? config.credHelpers[host] ?? config.credsStore;
  const stored = helper === undefined ? undefined : await askHelper(machine, helper, key);
  return stored ?? fromAuths(config.auths, key, host);
}

/** The value of the header `X-Registry-Auth`. Engines want base64 for urls with its padding, and the header even from the anonymous. */
export function registryAuthHeader(
  host: string,
  credentials: RegistryCredentials | undefined,
): string {
  const serveraddress = isHub(host) ? hubKey : host;
  const auth =
    credentials === undefined
      ? {}
      : credentials.identityToken === undefined
        ? { username: credentials.username, password: credentials.password, serveraddress }
        : { identitytoken: credentials.identityToken, serveraddress };
  return Buffer.from(JSON.stringify(auth))
    .toString("base64")
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

function isHub(host: string): boolean {
  return host === "docker.io" || host === "index.docker.io" || host === "registry-1.docker.io";
}

/** Protocol: github.com/docker/docker-credential-helpers; a name of `<token>` marks an identity token. */
async function askHelper(
  machine: Machine,
  helper: string,
  key: string,
): Promise<RegistryCredentials | undefined> {
  // The name comes from a file; it must not name a program elsewhere.
  if (!/^[\w.-]+$/.test(helper)) {
    return undefined;
  }
  try {
    const { code, output } = await machine.run(`docker-credential-${helper}`, ["get"], key);
    const answer: unknown = code === 0 ? JSON.parse(output) : undefined;
    if (typeof answer !== "object" || answer === null) {
      return undefined;
    }
    const { Username: username, Secret: secret } = answer as Record<string, unknown>;
    if (typeof username !== "string" || typeof secret !== "string" || secret === "") {
      return undefined;
    }
    return username === "<token>"
      ? { username: "", password: "", identityToken: secret }
      : { username, password: secret };
  } catch {
    return undefined;
  }
}

function fromAuths(
  auths: Readonly<Record<string, DockerAuth>>,
  key: string,
  host: string,
): RegistryCredentials | undefined {
  const found =
    auths[key] ?? Object.entries(auths).find(([name]) => hostOf(name) === hostOf(host))?.[1];
  if (found === undefined) {
    return undefined;
  }
  if (found.identitytoken !== undefined && found.identitytoken !== "") {
    return { username: "", password: "", identityToken: found.identitytoken };
  }
  const [username = "", ...password] = Buffer.from(found.auth ?? "", "base64")
    .toString("utf8")
    .split(":");
  const credentials = {
    username: found.username ?? username,
    // Old clients padded the password with zero bytes.
    password: found.password ?? password.join(":").replaceAll("\0", ""),
  };
  return credentials.username === "" ? undefined : credentials;
}

/** Keys were urls once, such as `https://registry.example/v1/`. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}
