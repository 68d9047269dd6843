import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scratch } from "./paths.mjs";
import { waitUntil } from "./processes.mjs";

/**
 * Does something that only one process of this checkout may do at a time. A process that ended without
 * giving the lock back does not keep it.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, work) {
  mkdirSync(scratch, { recursive: true });
  const file = join(scratch, `${name}.lock`);
  if (!(await waitUntil(() => take(file), 10 * 60_000, 300))) {
    throw new Error(`Another process holds ${file}.`);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    if (!isHeld(file)) rmSync(file, { force: true });
    return false;
  }
}

/** @param {string} file */
function isHeld(file) {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    // Empty for the moment between its making and its writing.
    return pid === 0 || process.kill(pid, 0);
  } catch {
    return false;
  }
}
