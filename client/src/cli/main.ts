#!/usr/bin/env node
import { version } from "../../../package.json";
import { check, checkUsage } from "./check.ts";
import { exitCodes } from "./exitCodes.ts";

const usage = `slipway ${version}: what Slipway knows about Dockerfiles, on the command line

Usage: slipway COMMAND …

  check FILE…    report what is wrong in Dockerfiles
  --help         show this, or with a command what it takes
  --version      show the version
`;

async function main([command, ...args]: readonly string[]): Promise<number> {
  switch (command) {
    case "check":
      return await check(args, {
        out: (text) => process.stdout.write(text),
        complain: (text) => process.stderr.write(text),
        isTerminal: process.stdout.isTTY,
      });
    case "--version":
      process.stdout.write(`${version}\n`);
      return exitCodes.fine;
    case "--help":
    case "-h":
    case "help":
      process.stdout.write(args[0] === "check" ? checkUsage : usage);
      return exitCodes.fine;
    case undefined:
      process.stderr.write(usage);
      return exitCodes.wrongUse;
    default:
      process.stderr.write(`slipway: there is no command "${command}".\n\n${usage}`);
      return exitCodes.wrongUse;
  }
}

async function run(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2));
}

void run();
