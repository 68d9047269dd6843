import { readdirSync, readFileSync } from "node:fs";
import { startTime } from "./processes.mjs";

const variable = "SLIPWAY_RUN";

/**
 * Marks every process that this one will start, and that those start, however far they go: browsers and
 * servers leave their parent's process group.
 */
export function markDescendants() {
  process.env[variable] = `${process.pid}-${startTime(process.pid) ?? ""}`;
}

/**
 * Ends the marked processes of this run, and those of runs that were ended too roughly to do it themselves.
 * Linux only.
 */
export function endDescendants() {
  if (process.platform !== "linux") return;
  for (const pid of readdirSync("/proc").map(Number)) {
    if (Number.isNaN(pid) || pid === process.pid) continue;
    const [runner, started] = markOf(pid);
    if (runner === undefined) continue;
    if (runner === process.pid || startTime(runner) !== started) kill(pid);
  }
}

/**
 * @param {number} pid
 * @returns {[number, string] | []} the process that has marked it
 */
function markOf(pid) {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
    const mark = environment.find((entry) => entry.startsWith(`${variable}=`));
    const [runner = "", started = ""] = mark?.slice(variable.length + 1).split("-") ?? [];
    return runner === "" ? [] : [Number(runner), started];
  } catch {
    // It has ended, or belongs to somebody else.
    return [];
  }
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
