#!/usr/bin/env node
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { version } from "../../package.json";
import { findDiskBuildContext } from "./buildContext/diskBuildContext.ts";
import { findDiskConfiguration } from "./configuration/diskConfiguration.ts";
import { recordsFolder } from "./forecast/recordsFolder.ts";
import type { Rule } from "./lint/rule.ts";
import { rules } from "./lint/rules/index.ts";
import { serve } from "./server.ts";
import { bundledShellCheck } from "./shellcheck/bundledShellCheck.ts";
import { ShellChecks } from "./shellcheck/shellChecks.ts";

const usage = `slipway-language-server ${version}: language server for Dockerfiles

Usage: slipway-language-server --stdio

  --stdio             speak the Language Server Protocol over standard input and output
  --node-ipc          the same over the IPC channel of the Node process that started this one
  --socket=PORT       the same over a TCP connection to this port of the local host
  --pipe=NAME         the same over a named pipe or Unix domain socket
  --clientProcessId=N exit when the process with this id is gone
  --help              show this
  --version           show the version
`;

const exitCodeOfWrongUse = 2;

/** Channels that `createConnection` finds in the arguments by itself. */
const channel = /^--(?:stdio|node-ipc|socket(?:=\d+)?|pipe(?:=.+)?)$/;

/** The rules with the addresses of their pages, where these lie beside the program. */
function documented(all: readonly Rule[], pages: string): readonly Rule[] {
  return existsSync(pages)
    ? all.map((rule) => ({ page: pathToFileURL(join(pages, `${rule.name}.md`)).href, ...rule }))
    : all;
}

function main(args: readonly string[]): void {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(usage);
    return;
  }
  if (args.includes("--version")) {
    process.stdout.write(`${version}\n`);
    return;
  }
  if (args.includes("--node-ipc") && process.send === undefined) {
    refuse("--node-ipc: no Node process with an IPC channel has started this one.");
    return;
  }
  if (!args.some((arg) => channel.test(arg))) {
    refuse(`Say how to reach the editor.\n\n${usage}`);
    return;
  }
  serve(createConnection(ProposedFeatures.all), {
    rules: documented(rules, join(__dirname, "..", "..", "docs", "rules")),
    findBuildContext: findDiskBuildContext,
    shellChecks: new ShellChecks(bundledShellCheck(__dirname), process.env),
    findConfiguration: findDiskConfiguration(rules),
    recordsFolder: recordsFolder({
      platform: process.platform,
      home: homedir(),
      environment: process.env,
    }),
    version,
  });
}

function refuse(reason: string): void {
  process.stderr.write(`${reason.trimEnd()}\n`);
  process.exitCode = exitCodeOfWrongUse;
}

main(process.argv.slice(2));
