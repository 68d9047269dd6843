import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { attempt, startTime, waitUntil } from "../../scripts/setup/processes.mjs";
import { scratch } from "../../scripts/setup/paths.mjs";
import {
  engineBinaries,
  engineKinds,
  engineVersion,
  installEngines,
  whyNoPrivateEngine,
} from "./binaries.mjs";
import { askEngine, engineAnswers } from "./engineApi.mjs";
import { addBridge, bridgesOf, removeBridge, removeControlGroups } from "./machine.mjs";

/**
 * @typedef {import("./binaries.mjs").EngineKind} EngineKind
 *
 * @typedef {{ pid: number, started: string }} ProcessName
 *
 * What is written down of an engine in its folder, so that another process can end it.
 * @typedef {object} EngineRecord
 * @property {EngineKind} kind
 * @property {string} sockets a short folder, for a socket's path must stay under 108 characters
 * @property {string} bridge
 * @property {number} network the engine's networks are in 10.N.0.0/16
 * @property {string} driver
 * @property {boolean} kept whether its data outlives `stop`
 * @property {readonly string[]} [flags] of dockerd, beside those that every private engine has
 * @property {ProcessName} [process] the first process of its namespace, while it runs
 * @property {ProcessName} [owner] the engine must not outlive this process
 *
 * @typedef {object} PrivateEngine
 * @property {EngineKind} kind
 * @property {string} folder
 * @property {string} host as in DOCKER_HOST
 * @property {() => Promise<void>} halt ends the engine and its containers and keeps its data
 * @property {() => Promise<void>} resume starts a halted engine again at the same address
 * @property {() => Promise<void>} stop ends it and removes everything that it made; of an engine in a folder
 *   of its own the data stays
 */

/** Where engines live that are given no folder. */
const instances = join(scratch, "engines", "running");

/**
 * Starts a private Docker engine beside any other engine of this machine. It runs in a process and a mount
 * namespace of its own, so that ending one process ends all of it, and leaves no mount.
 *
 * @param {EngineKind} kind
 * @param {object} [options]
 * @param {string} [options.folder] keeps its data there, for the next time
 * @param {boolean} [options.owned] the engine goes when this process is gone, at the latest with the next
 *   run of any script; `true` unless told otherwise
 * @param {readonly string[]} [options.flags] of dockerd, beside those that every private engine has
 * @returns {Promise<PrivateEngine>}
 */
export async function startEngine(kind, { folder, owned = true, flags = [] } = {}) {
  const reason = whyNoPrivateEngine();
  if (reason !== undefined) throw new Error(`No private engine can be started, because ${reason}.`);
  if (!engineKinds.includes(kind))
    throw new Error(`There is no engine "${kind}"; choose one of ${engineKinds.join(", ")}.`);
  await installEngines([kind]);

  const place =
    folder === undefined
      ? join(instances, `${kind}-${randomBytes(4).toString("hex")}`)
      : resolve(folder);
  mkdirSync(place, { recursive: true });
  const former = readRecord(place);
  if (former !== undefined && isRunning(former))
    throw new Error(`An engine is running already in ${place}.`);
  if (former !== undefined && former.kind !== kind)
    throw new Error(`${place} holds the data of an engine ${former.kind}.`);

  const owner = owned ? { owner: nameProcess(process.pid) } : {};
  const oldSockets = former?.sockets ?? "";
  writeRecord(place, {
    kind,
    kept: folder !== undefined,
    sockets: existsSync(oldSockets) ? oldSockets : mkdtempSync(join(tmpdir(), "slipway-")),
    bridge: former?.bridge ?? `slip-${randomBytes(4).toString("hex")}`,
    network: former?.network ?? 0,
    driver: former?.driver ?? (await storageDriver(kind, place)),
    flags,
    ...owner,
  });
  const engine = privateEngine(place);
  try {
    await engine.resume();
  } catch (error) {
    await engine.stop();
    throw error;
  }
  return engine;
}

/**
 * The engine that another process has started in a folder, running or halted.
 *
 * @param {string} folder
 * @returns {PrivateEngine}
 */
export function privateEngine(folder) {
  const place = resolve(folder);
  const { kind, sockets } = requireRecord(place);
  return {
    kind,
    folder: place,
    host: `unix://${join(sockets, "docker.sock")}`,
    halt: () => halt(place),
    resume: () => resume(place),
    stop: () => stop(place),
  };
}

/**
 * Stops this checkout's engines that nobody else will stop: those of this process, and those whose owner
 * has ended without stopping them.
 */
export async function stopOwnEngines() {
  if (whyNoPrivateEngine() !== undefined || !existsSync(instances)) return;
  for (const name of readdirSync(instances)) {
    const folder = join(instances, name);
    const owner = readRecord(folder)?.owner;
    const abandoned = owner !== undefined && startTime(owner.pid) !== owner.started;
    if (owner?.pid === process.pid || abandoned) await stop(folder);
  }
}

/** Where the engine of `npm start` keeps its images from one time to the next. */
export const lastingEngine = join(instances, "start");

/**
 * Whether an engine runs in a folder.
 *
 * @param {string} folder
 */
export function engineRunsIn(folder) {
  const record = readRecord(folder);
  return record !== undefined && isRunning(record);
}

/** @param {string} folder */
async function resume(folder) {
  const record = requireRecord(folder);
  if (isRunning(record)) return;
  const { kind, sockets, bridge, driver } = record;
  const { programs, tools, busybox } = engineBinaries(kind);
  const temporary = join(sockets, "tmp");
  for (const place of [join(sockets, "exec"), temporary]) mkdirSync(place, { recursive: true });
  // A restart of the machine takes the bridge away, not the folder.
  const network = existsSync(join("/sys/class/net", bridge))
    ? record.network
    : await addBridge(busybox, bridge, record.network);
  const configuration = join(folder, "daemon.json");
  writeFileSync(
    configuration,
    JSON.stringify({
      "default-address-pools": [{ base: `10.${network}.0.0/16`, size: 24 }],
      features: kind === "28c" ? { "containerd-snapshotter": true } : {},
      // Docker 20.10 would write this file under /etc/docker.
      ...(kind === "20.10" ? { "deprecated-key-path": join(folder, "key.json") } : {}),
    }),
  );
  const log = openSync(join(folder, "dockerd.log"), "a");
  const socket = join(sockets, "docker.sock");
  rmSync(socket, { force: true });
  rmSync(join(sockets, "dockerd.pid"), { force: true });
  const namespaces = [
    "--mount",
    "--propagation=private",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
  ];
  const init = fileURLToPath(new URL("init.sh", import.meta.url));
  const flags = {
    "config-file": configuration,
    "data-root": join(folder, "data"),
    "exec-root": join(sockets, "exec"),
    pidfile: join(sockets, "dockerd.pid"),
    host: `unix://${socket}`,
    "storage-driver": driver,
    bridge,
    // Nothing outside of the bridge is changed; published ports work through docker-proxy.
    iptables: false,
    "ip-masq": false,
    "ip-forward": false,
    "exec-opt": "native.cgroupdriver=cgroupfs",
    "cgroup-parent": `/${bridge}`,
  };
  const engineArgs = [
    ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    ...(record.flags ?? []),
  ];
  const path = `${programs}:${tools}:${process.env["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin"}`;
  const child = spawn(
    "unshare",
    [...namespaces, "sh", init, join(programs, "dockerd"), ...engineArgs],
    {
      detached: true,
      stdio: ["ignore", log, log],
      // The socket of a forwarded SSH agent is made in there, and the path of a checkout may be long.
      env: { ...process.env, PATH: path, LD_LIBRARY_PATH: tools, DOCKER_TMPDIR: temporary },
    },
  );
  closeSync(log);
  child.unref();
  if (child.pid === undefined) throw new Error("The engine's process cannot be started.");
  writeRecord(folder, { ...record, network, process: nameProcess(child.pid) });

  const host = `unix://${socket}`;
  const { pid } = child;
  const ready = () => existsSync(socket) && engineAnswers(host);
  await waitUntil(async () => startTime(pid) === undefined || (await ready()), 60_000, 100);
  if (!(await ready())) {
    const said = readFileSync(join(folder, "dockerd.log"), "utf8").slice(-3000);
    throw new Error(`The engine ${kind} does not answer (${await engineVersion(kind)}):\n${said}`);
  }
}

/** @param {string} folder */
async function halt(folder) {
  const record = requireRecord(folder);
  if (record.process !== undefined && isRunning(record)) {
    const { pid } = record.process;
    const host = `unix://${join(record.sockets, "docker.sock")}`;
    await killContainers(host).catch(() => {});
    // The process itself is `unshare`; the first process in the namespace is its child.
    const [first] = childrenOf(pid);
    if (first !== undefined) process.kill(first, "SIGTERM");
    await waitUntil(() => startTime(pid) === undefined, 10_000);
  }
  await clear(folder, record);
}

/**
 * What is being stopped, for a suite's own end and the end of the program may come together.
 *
 * @type {Map<string, Promise<void>>}
 */
const stopping = new Map();

/**
 * @param {string} folder
 * @returns {Promise<void>}
 */
function stop(folder) {
  const stopped = stopping.get(folder) ?? stopOnce(folder).finally(() => stopping.delete(folder));
  stopping.set(folder, stopped);
  return stopped;
}

/** @param {string} folder */
async function stopOnce(folder) {
  const record = readRecord(folder);
  if (record !== undefined) {
    await clear(folder, record);
    rmSync(record.sockets, { recursive: true, force: true });
  }
  if (record?.kept !== true) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * Ends an engine and takes away what outlives its namespace: bridges and control groups.
 *
 * @param {string} folder
 * @param {EngineRecord} record
 */
async function clear(folder, record) {
  await kill(record);
  const { busybox } = engineBinaries(record.kind);
  for (const bridge of [record.bridge, ...bridgesOf(join(folder, "data"))])
    removeBridge(busybox, bridge);
  await removeControlGroups(record.bridge);
  const { process: _ended, ...halted } = record;
  writeRecord(folder, halted);
}

/**
 * Ends an engine at once. The kernel then ends every process of its namespace: containerd, the shims and
 * the containers.
 *
 * @param {EngineRecord} record
 */
async function kill(record) {
  if (record.process === undefined || !isRunning(record)) return;
  const { pid } = record.process;
  const inside = childrenOf(pid);
  process.kill(pid, "SIGKILL");
  await waitUntil(
    () => [pid, ...inside].every((each) => startTime(each) === undefined),
    10_000,
    20,
  );
}

/** @param {string} host */
async function killContainers(host) {
  const { text } = await askEngine(host, "GET", "/containers/json", { timeout: 5000 });
  /** @type {{ Id: string }[]} */
  const containers = JSON.parse(text);
  await Promise.all(
    containers.map(({ Id }) =>
      askEngine(host, "POST", `/containers/${Id}/kill`, { timeout: 5000 }),
    ),
  );
}

/**
 * The best storage driver that works on the file system of a folder.
 *
 * @param {EngineKind} kind
 * @param {string} folder
 */
async function storageDriver(kind, folder) {
  const trial = mkdtempSync(join(folder, "overlay-"));
  for (const name of ["lower", "upper", "work", "merged"]) mkdirSync(join(trial, name));
  const layers = `lowerdir=${trial}/lower,upperdir=${trial}/upper,workdir=${trial}/work`;
  const mount = ["mount", "-t", "overlay", "overlay", "-o", layers, join(trial, "merged")];
  const { code } = await attempt("unshare", ["--mount", "--propagation", "private", ...mount]);
  rmSync(trial, { recursive: true });
  if (kind === "28c") return code === 0 ? "overlayfs" : "native";
  return code === 0 ? "overlay2" : "vfs";
}

/** @param {number} pid */
function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
      .split(" ")
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

/**
 * @param {number} pid
 * @returns {ProcessName}
 */
function nameProcess(pid) {
  return { pid, started: startTime(pid) ?? "" };
}

/** @param {EngineRecord} record */
function isRunning({ process: named }) {
  return named !== undefined && startTime(named.pid) === named.started;
}

/**
 * @param {string} folder
 * @returns {EngineRecord | undefined}
 */
function readRecord(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, "engine.json"), "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {string} folder */
function requireRecord(folder) {
  const record = readRecord(folder);
  if (record === undefined)
    throw new Error(`There is no engine in ${basename(folder)} (${folder}).`);
  return record;
}

/**
 * @param {string} folder
 * @param {EngineRecord} record
 */
function writeRecord(folder, record) {
  writeFileSync(join(folder, "engine.json"), JSON.stringify(record, undefined, 2));
}
