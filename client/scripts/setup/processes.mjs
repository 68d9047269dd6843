import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Ends the commands that are running, for nothing outlives this process.
 *
 * @type {Set<() => void>}
 */
const running = new Set();
process.once("exit", () => {
  for (const end of running) end();
});

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {AbortSignal} [signal] ends the command and everything that it started
 * @property {number} [timeout] milliseconds after which it is ended
 */

/**
 * @typedef {object} Outcome
 * @property {number} code the exit code; 128 and more when a signal or the time limit ended it
 * @property {string} output standard output and standard error as they came
 */

/**
 * Runs a command to its end, in a process group of its own, with no standard input.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Outcome>} never rejects because of the command's failure
 */
export function attempt(command, args, { cwd, env, signal, timeout } = {}) {
  return new Promise((resolve) => {
    const windows = process.platform === "win32";
    const child = spawn(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      stdio: ["ignore", "pipe", "pipe"],
      detached: !windows,
      // Only a shell finds npm.cmd and npx.cmd.
      shell: windows,
    });
    let output = "";
    /** @param {string} text */
    const collect = (text) => (output += text);
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    const end = () => killGroup(child.pid);
    const timer = timeout === undefined ? undefined : setTimeout(endLate, timeout);
    function endLate() {
      output += `\n${command}: ended after ${(timeout ?? 0) / 1000} s\n`;
      end();
    }
    signal?.addEventListener("abort", end, { once: true });
    running.add(end);
    /** @param {number} code */
    const settle = (code) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      running.delete(end);
      resolve({ code, output });
    };
    child.once("error", (error) => {
      output += `${error.message}\n`;
      settle(127);
    });
    child.once("close", (code) => settle(code ?? 128));
    if (signal?.aborted) end();
  });
}

/**
 * As `attempt`, but the command must succeed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} what it printed
 */
export async function run(command, args, options) {
  const { code, output } = await attempt(command, args, options);
  if (code !== 0) {
    throw new Error(`${[command, ...args].join(" ")} failed (${code}):\n${output.slice(-4000)}`);
  }
  return output;
}

/**
 * Ends a process and all of its group at once; one that is gone already is no error.
 *
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} [signal]
 */
export function killGroup(pid, signal = "SIGKILL") {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // It has ended.
  }
}

/**
 * When a process was started, in clock ticks since boot: with its number this names it for good, for
 * numbers are used again. `undefined` when there is no such process, or it is a zombie. Linux only.
 *
 * @param {number} pid
 */
export function startTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name, in parentheses, may hold anything; the fields that count come after it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/**
 * Waits until a condition holds.
 *
 * @param {() => boolean | Promise<boolean>} condition
 * @param {number} deadline milliseconds
 * @param {number} [pause] milliseconds between two looks
 * @returns {Promise<boolean>} whether it came to hold in time
 */
export async function waitUntil(condition, deadline, pause = 50) {
  for (const end = performance.now() + deadline; performance.now() < end;) {
    if (await condition()) return true;
    await new Promise((done) => setTimeout(done, pause));
  }
  return condition();
}
