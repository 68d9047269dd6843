#!/usr/bin/env node
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { version } from "../../../package.json";
import { bundledShellCheck } from "../../../server/src/shellcheck/bundledShellCheck.ts";
import { ShellChecks } from "../../../server/src/shellcheck/shellChecks.ts";
import { build, buildUsage } from "./build.ts";
import { cache, cacheUsage } from "./cache.ts";
import { check } from "./check.ts";
import { checkUsage } from "./checkOptions.ts";
import { exitCodes } from "./exitCodes.ts";
import { forecast, forecastUsage } from "./forecast.ts";

const usage = `slipway ${version}: Dockerfiles checked and built, on the command line

Usage: slipway COMMAND …

  check [FILE|FOLDER]…  report what is wrong in Dockerfiles, and mend it
  build [CONTEXT]       build an image with BuildKit
  cache [CONTEXT]       say what the next build takes from the layer cache, and what runs again
  forecast [CONTEXT]    say how often the last commits would have run each instruction again
  help COMMAND          show what a command takes
  --version             show the version
`;

const usages: ReadonlyMap<string, string> = new Map([
  ["check", checkUsage],
  ["build", buildUsage],
  ["cache", cacheUsage],
  ["forecast", forecastUsage],
]);

const output = {
  out: (text: string): void => void process.stdout.write(text),
  complain: (text: string): void => void process.stderr.write(text),
  isTerminal: process.stdout.isTTY,
  isComplaintTerminal: process.stderr.isTTY,
};

async function main([command, ...args]: readonly string[]): Promise<number> {
  switch (command) {
    case "check":
      return await check(args, output, undefined, shellChecks());
    case "build":
      return await build(args, output, endOfUse());
    case "cache":
      return await cache(args, output, endOfUse());
    case "forecast":
      return await forecast(args, output, endOfUse());
    case "--version":
      process.stdout.write(`${version}\n`);
      return exitCodes.fine;
    case "--help":
    case "-h":
    case "help":
      process.stdout.write(usages.get(args[0] ?? "") ?? usage);
      return exitCodes.fine;
    case undefined:
      process.stderr.write(usage);
      return exitCodes.wrongUse;
    default:
      process.stderr.write(`slipway: there is no command "${command}".\n\n${usage}`);
      return exitCodes.wrongUse;
  }
}

/** ShellCheck as it lies beside the language server, on as many cores as are of use. */
function shellChecks(): ShellChecks {
  const server = join(__dirname, "..", "..", "server", "dist");
  return new ShellChecks(
    bundledShellCheck(server),
    process.env,
    Math.min(availableParallelism(), 4),
  );
}

/** Aborted by Ctrl+C, so that a command can end what it has begun; a second one ends it as it is. */
function endOfUse(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => ending.abort());
  }
  return ending.signal;
}

async function run(): Promise<void> {
  // Whoever read the output has seen enough of it, as in `slipway build --progress json | head`.
  process.stdout.on("error", () => process.exit(exitCodes.cancelled));
  process.exitCode = await main(process.argv.slice(2));
}

void run();
