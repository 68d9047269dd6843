#!/usr/bin/env node
// Runs the editor suite against the source tree, or against a packaged extension:
//   node client/test/editor/run.mjs [FILE.vsix] [--desktop]
// DOCKER_HOST names the engine that the extension finds. Build first: node esbuild.mjs, and with --tests.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { root, sampleFolder } from "../../scripts/setup/paths.mjs";
import { testFiles } from "../../scripts/suites/testFiles.mjs";

/** @typedef {import("./inEditor.ts").EditorEvent} EditorEvent */

const inEditor = join(root, "client", "dist", "test", "client", "test", "editor", "inEditor.js");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    desktop: { type: "boolean", default: false },
    /** Prints what VS Code's server and page say. */
    verbose: { type: "boolean", default: false },
    /** One JSON event in each line, for client/scripts/test.mjs. */
    json: { type: "boolean", default: false },
  },
});

const scratch = mkdtempSync(join(tmpdir(), "slipway-editor-"));
const ended = new AbortController();
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => ended.abort(new Error(`ended by ${signal}`)));
}
let failed = 0;
let finished = false;
try {
  if (!existsSync(inEditor))
    throw new Error("The tests are not built; run: node esbuild.mjs --tests");
  const folder = join(scratch, "sample");
  cpSync(sampleFolder, folder, { recursive: true });
  const socket = await listen((event) => {
    if (event.event === "failed") failed++;
    if (event.event === "finished") finished = true;
    print(event);
  });
  const files = testFiles("editor").map((file) => join(root, file));
  const env = {
    SLIPWAY_EDITOR_SOCKET: socket.path,
    SLIPWAY_EDITOR_TESTS: JSON.stringify(files),
    SLIPWAY_ROOT: root,
    // The contexts of whoever runs the tests are none of theirs.
    DOCKER_CONFIG: join(scratch, "docker"),
  };
  const development = positionals[0] === undefined ? root : emptyExtension();
  const code = await (values.desktop ? inDesktop : inServer)({ folder, env, development });
  await socket.drained();
  if (!finished) throw new Error(`The extension host ended (code ${code}) before the tests did.`);
} catch (error) {
  failed++;
  print({
    event: "failed",
    name: "VS Code runs the editor suite",
    milliseconds: 0,
    error: String(error),
  });
  print({ event: "finished" });
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(failed > 0 ? 1 : 0);

/**
 * @typedef {object} Place
 * @property {string} folder the workspace
 * @property {Record<string, string>} env
 * @property {string} development the folder of the extension under development
 */

/**
 * @param {Place} place
 * @returns {Promise<number>} the exit code that VS Code gives
 */
async function inServer({ folder, env, development }) {
  const { launchBrowser, newWorkbenchPage } = await import("../host/browser.mjs");
  const { startHost } = await import("../host/host.mjs");
  const host = await startHost({
    folder,
    env,
    extensions: positionals,
    testing: true,
    onOutput: (text) => values.verbose && process.stderr.write(text),
  });
  const browser = await launchBrowser();
  try {
    const page = await newWorkbenchPage(browser, host.origin);
    if (values.verbose)
      page.on("console", (message) =>
        process.stderr.write(`[${message.type()}] ${message.text()}\n`),
      );
    /** @type {Promise<number>} */
    const exit = new Promise((done, fail) => {
      page.once("crash", () => fail(new Error("The workbench's page crashed.")));
      ended.signal.addEventListener("abort", () => fail(ended.signal.reason));
      // VS Code calls this when the extension host has ended.
      page.exposeFunction("codeAutomationExit", done).catch(fail);
    });
    await page.goto(
      host.url({
        extensionDevelopmentPath: host.remote(development),
        extensionTestsPath: host.remote(inEditor),
        skipWelcome: "true",
        skipReleaseNotes: "true",
      }),
    );
    return await Promise.race([exit, host.ended]);
  } finally {
    await browser.close();
    await host.stop();
  }
}

/** @param {Place} place */
async function inDesktop({ folder, env, development }) {
  const { runTests } = await import("@vscode/test-electron");
  const { VSCODE_PATH: vscodeExecutablePath } = process.env;
  return runTests({
    ...(vscodeExecutablePath === undefined ? {} : { vscodeExecutablePath }),
    extensionDevelopmentPath: development,
    extensionTestsPath: inEditor,
    extensionTestsEnv: env,
    launchArgs: [folder, "--disable-workspace-trust", "--user-data-dir", join(scratch, "data")],
  });
}

/** VS Code runs tests only for an extension under development; beside a packaged one, this is an empty one. */
function emptyExtension() {
  const folder = join(scratch, "empty");
  mkdirSync(folder);
  const manifest = {
    name: "slipway-tests",
    publisher: "slipway",
    version: "0.0.0",
    engines: { vscode: "*" },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  return folder;
}

/**
 * Takes in what the tests tell.
 *
 * @param {(event: EditorEvent) => void} onEvent
 */
async function listen(onEvent) {
  const path =
    process.platform === "win32" ? `\\\\.\\pipe\\slipway-${process.pid}` : join(scratch, "socket");
  /** @type {Promise<void>[]} */
  const connections = [];
  const server = createServer((socket) => {
    const lines = createInterface({ input: socket });
    lines.on("line", (line) => onEvent(JSON.parse(line)));
    connections.push(new Promise((done) => lines.once("close", done)));
    // A killed extension host ends its connection roughly; that it did not finish is told elsewhere.
    socket.on("error", () => lines.close());
  });
  await new Promise((done) => server.listen(path, () => done(undefined)));
  return {
    path: resolve(path),
    async drained() {
      await Promise.all(connections);
      server.close();
    },
  };
}

/** @param {EditorEvent} event */
function print(event) {
  if (values.json) console.log(JSON.stringify(event));
  else if (event.event === "log") console.log(event.text);
  else if (event.event !== "finished") {
    console.log(`${event.event === "passed" ? "✔" : "✖"} ${event.name} (${event.milliseconds} ms)`);
    if (event.event === "failed") console.log(event.error);
  }
}
