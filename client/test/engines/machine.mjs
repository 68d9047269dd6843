import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { run, waitUntil } from "../../scripts/setup/processes.mjs";

/**
 * Makes a bridge in a network that nothing on this machine uses.
 *
 * @param {string} busybox
 * @param {string} name at most 15 characters
 * @param {number} wanted the number that it should have if that is free; 0 when any will do
 * @returns {Promise<number>} the second number of the network 10.N.0.0/16
 */
export async function addBridge(busybox, name, wanted) {
  const number = freeNetwork(wanted);
  await run(busybox, ["brctl", "addbr", name]);
  await run(busybox, ["ifconfig", name, `10.${number}.0.1`, "netmask", "255.255.255.0", "up"]);
  return number;
}

/**
 * Removes a bridge; one that is not there is no error.
 *
 * @param {string} busybox
 * @param {string} name
 */
export function removeBridge(busybox, name) {
  if (!existsSync(join("/sys/class/net", name))) return;
  spawnSync(busybox, ["ifconfig", name, "down"]);
  spawnSync(busybox, ["brctl", "delbr", name]);
}

/**
 * The bridges of the networks that an engine has made, also when it can no longer be asked.
 *
 * @param {string} dataRoot
 */
export function bridgesOf(dataRoot) {
  const store = join(dataRoot, "network", "files", "local-kv.db");
  if (!existsSync(store)) return [];
  // The engine names a bridge after the first twelve digits of its network's id.
  const ids = readFileSync(store, "latin1").matchAll(/[0-9a-f]{64}/g);
  const names = new Set([...ids].map(([id]) => `br-${id.slice(0, 12)}`));
  return readdirSync("/sys/class/net").filter((name) => names.has(name));
}

/**
 * Removes the control groups under a parent once their processes have ended.
 *
 * @param {string} parent a name directly under the root of each hierarchy
 */
export async function removeControlGroups(parent) {
  const top = "/sys/fs/cgroup";
  if (!existsSync(top)) return;
  const folders = [
    join(top, parent),
    ...readdirSync(top).map((hierarchy) => join(top, hierarchy, parent)),
  ];
  await waitUntil(() => folders.filter(existsSync).every(removeControlGroup), 5000);
}

/**
 * @param {string} folder
 * @returns {boolean} whether it is gone
 */
function removeControlGroup(folder) {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) removeControlGroup(join(folder, entry.name));
    }
    rmdirSync(folder);
  } catch {
    // Busy while a process in it is still ending.
  }
  return !existsSync(folder);
}

/** @param {number} wanted */
function freeNetwork(wanted) {
  const used = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address);
  for (let attempts = 0; attempts < 100; attempts++) {
    const number = attempts === 0 && wanted > 0 ? wanted : randomInt(128, 250);
    if (!used.some((address) => address.startsWith(`10.${number}.`))) return number;
  }
  throw new Error("No free network 10.N.0.0/16 is left for a private engine's bridge.");
}
