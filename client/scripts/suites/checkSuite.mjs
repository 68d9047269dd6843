import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup/paths.mjs";
import { attempt } from "../setup/processes.mjs";
import { SuiteResult } from "./suiteResult.mjs";

/**
 * The steps of the script `check:quick`: types, lint, format, unused code, generated files. Each is one test.
 *
 * @param {AbortSignal} signal
 */
export async function runCheckSuite(signal) {
  const result = new SuiteResult("check");
  /** @type {{ scripts: Record<string, string> }} */
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const step of (scripts["check:quick"] ?? "").split(" && ")) {
    // `npm exec` without a package finds the project's own programs, on every system.
    const [program = "", ...args] = step.split(" ");
    const command =
      program === "node"
        ? [process.execPath, ...args]
        : ["npm", "exec", "--offline", "--", program, ...args];
    const [executable = "", ...rest] = command;
    const { code, output } = await attempt(executable, rest, {
      cwd: root,
      signal,
      timeout: 120_000,
    });
    result.add({
      name: step,
      ...(code === 0 ? { outcome: "passed" } : { outcome: "failed", error: output.slice(-4000) }),
    });
  }
  return result.close(signal.aborted ? "The run was ended." : undefined);
}
