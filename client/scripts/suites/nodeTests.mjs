// Runs test files by Node's own runner and prints one JSON event in each line, for eventProcess.mjs:
//   node client/scripts/suites/nodeTests.mjs CONCURRENCY FILE…
import { resolve } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";

const [concurrency = "1", ...names] = process.argv.slice(2);
const files = names.map((name) => resolve(name));
const stream = run({ files, concurrency: Number(concurrency), timeout: 300_000 });

stream.on("test:pass", ({ name, skip, details }) => {
  // Node counts a file without a test as a test that passed.
  if (files.includes(name)) return tell("failed", name, "The file has no test.");
  if (details.type === "suite") return undefined;
  return tell(skip === undefined || skip === false ? "passed" : "skipped", name);
});
stream.on("test:fail", ({ name, details }) => {
  const { error } = details;
  // A parent fails because of its children, which have told of themselves.
  if (details.type === "suite" && "failureType" in error && error.failureType === "subtestsFailed")
    return;
  tell("failed", name, describe(error));
});
stream.on("test:stdout", ({ message }) => process.stderr.write(message));
stream.on("test:stderr", ({ message }) => process.stderr.write(message));
// The runner stops when nobody takes its results.
stream.resume();
stream.once("end", () => console.log(JSON.stringify({ event: "finished" })));

/**
 * @param {"passed" | "failed" | "skipped"} event
 * @param {string} name
 * @param {string} [error]
 */
function tell(event, name, error) {
  console.log(JSON.stringify({ event, name, error }));
}

/** @param {Error} error */
function describe(error) {
  const cause = error.cause ?? error;
  return cause instanceof Error && cause.stack !== undefined ? cause.stack : inspect(cause);
}
