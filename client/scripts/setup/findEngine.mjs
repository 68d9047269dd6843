import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { engineAnswers } from "../../test/engines/engineApi.mjs";

/**
 * The engine that the extension will find by itself, looking where it looks and in the same order:
 * DOCKER_HOST, the docker context, the sockets that engines usually have.
 *
 * @returns {Promise<{ host: string, source: string } | undefined>} `undefined` when none answers
 */
export async function findEngine() {
  const { DOCKER_HOST, DOCKER_CONTEXT } = process.env;
  // A named engine that does not answer is the user's wish all the same: the extension says so.
  if (DOCKER_HOST) return { host: DOCKER_HOST, source: "DOCKER_HOST" };
  const context = DOCKER_CONTEXT || currentContext();
  if (context !== undefined && context !== "default") {
    return { host: contextHost(context) ?? "", source: `the docker context "${context}"` };
  }
  for (const host of usualHosts()) {
    if (await answers(host)) return { host, source: "its usual socket" };
  }
  return undefined;
}

function usualHosts() {
  if (process.platform === "win32")
    return ["npipe:////./pipe/docker_engine", "npipe:////./pipe/dockerDesktopLinuxEngine"];
  const home = homedir();
  const runtime = process.env["XDG_RUNTIME_DIR"] ?? `/run/user/${process.getuid?.() ?? 0}`;
  return [
    "/var/run/docker.sock",
    join(runtime, "docker.sock"),
    join(home, ".docker", "run", "docker.sock"),
    join(home, ".docker", "desktop", "docker.sock"),
    join(home, ".colima", "default", "docker.sock"),
    join(home, ".rd", "docker.sock"),
    join(runtime, "podman", "podman.sock"),
    "/run/podman/podman.sock",
  ].map((path) => `unix://${path}`);
}

/** @param {string} host */
async function answers(host) {
  if (host.startsWith("unix://"))
    return existsSync(host.slice("unix://".length)) && engineAnswers(host);
  const pipe = host.replace(/^npipe:/, "").replaceAll("/", "\\");
  return new Promise((resolve) => {
    const socket = connect(pipe, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function dockerFolder() {
  return process.env["DOCKER_CONFIG"] || join(homedir(), ".docker");
}

/** @returns {string | undefined} */
function currentContext() {
  return readJson(join(dockerFolder(), "config.json"))?.["currentContext"];
}

/**
 * @param {string} name
 * @returns {string | undefined}
 */
function contextHost(name) {
  const id = createHash("sha256").update(name).digest("hex");
  return readJson(join(dockerFolder(), "contexts", "meta", id, "meta.json"))?.["Endpoints"]?.docker
    ?.Host;
}

/**
 * @param {string} file
 * @returns {Record<string, any> | undefined}
 */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
