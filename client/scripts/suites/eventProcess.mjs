import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { root } from "../setup/paths.mjs";
import { killGroup } from "../setup/processes.mjs";
import { SuiteResult } from "./suiteResult.mjs";

/**
 * Runs a script that prints one JSON event in each line: `{"event": "passed" | "failed" | "skipped", name, error?}`,
 * and `{"event": "finished"}` as the last. What else it prints is shown when a test fails.
 *
 * @param {string} suite
 * @param {readonly string[]} args of Node
 * @param {object} options
 * @param {Readonly<Record<string, string>>} options.env on top of our own
 * @param {AbortSignal} options.signal
 * @param {number} options.timeout milliseconds
 * @returns {Promise<SuiteResult>}
 */
export async function runEventProcess(suite, args, { env, signal, timeout }) {
  const result = new SuiteResult(suite);
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, SLIPWAY_ROOT: root, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
  /** @type {string | undefined} */
  let trouble;
  let finished = false;
  let noise = "";
  const stop = (/** @type {string} */ reason) => {
    trouble ??= reason;
    killGroup(child.pid);
  };
  const timer = setTimeout(() => stop(`It was ended after ${timeout / 1000} s.`), timeout);
  const onAbort = () => stop("The run was ended.");
  const onExit = () => killGroup(child.pid);
  signal.addEventListener("abort", onAbort);
  process.once("exit", onExit);

  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    const event = parseEvent(line);
    if (event === undefined) noise += `${line}\n`;
    else if (event.event === "finished") finished = true;
    else if (event.event === "log") noise += `${event.text}\n`;
    else result.add({ ...event, outcome: event.event });
  });
  child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => (noise += text));
  const code = await new Promise((done) => {
    child.once("error", (error) => done(error.message));
    child.once("close", (exitCode, killedBy) => done(exitCode ?? killedBy));
  });
  clearTimeout(timer);
  signal.removeEventListener("abort", onAbort);
  process.removeListener("exit", onExit);
  // A script may leave processes behind in its group when it crashes.
  killGroup(child.pid);
  if (!finished) trouble ??= `It ended (${code}) before its tests did.`;
  result.close(trouble);
  if (result.failed > 0 && noise.trim() !== "")
    result.messages.push(`Output of ${suite}:\n${noise.trim().slice(-6000)}`);
  return result;
}

/**
 * @param {string} line
 * @returns {any} `undefined` for a line that is no event
 */
function parseEvent(line) {
  if (!line.startsWith('{"event":')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
