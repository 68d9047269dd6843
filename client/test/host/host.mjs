import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { killGroup } from "../../scripts/setup/processes.mjs";
import { provideExtensions } from "./extensions.mjs";
import { quietSettings, trustSettings } from "./quietSettings.mjs";
import { linkModules, serverMain, serverNode } from "./vscode.mjs";

/**
 * @typedef {object} HostOptions
 * @property {string} [folder] the workspace folder to open
 * @property {readonly string[]} [extensions] extension folders, used where they lie, and `.vsix` files
 * @property {Readonly<Record<string, unknown>>} [settings] user settings on top of the quiet ones
 * @property {string} [dataFolder] kept when given; otherwise a temporary folder, which `stop` removes
 * @property {number} [port] a free one unless given
 * @property {boolean} [testing] lets the page's payload name an extension under development and its tests;
 *   VS Code then shows no notifications
 * @property {boolean} [workspaceTrust] leaves workspace trust on, so that a folder opens in Restricted Mode
 * @property {Readonly<Record<string, string>>} [env] for the server and the extension host
 * @property {(text: string) => unknown} [onOutput]
 *
 * @typedef {object} Host
 * @property {string} origin
 * @property {string} dataFolder
 * @property {(path: string) => string} remote a path as the address that the workbench knows it by
 * @property {(payload?: Readonly<Record<string, string>>) => string} url the workbench's address; `payload`
 *   holds VS Code's own start-up parameters
 * @property {Promise<never>} ended rejects when the server ends before `stop`
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a real VS Code: its web workbench and its remote extension host, out of the registry package
 * `code-server` but without code-server's own wrapper, so that no native module has to be compiled.
 *
 * @param {HostOptions} [options]
 * @returns {Promise<Host>}
 */
export async function startHost(options = {}) {
  linkModules();
  const temporary = options.dataFolder === undefined;
  const dataFolder = resolve(options.dataFolder ?? mkdtempSync(join(tmpdir(), "slipway-code-")));
  const user = join(dataFolder, "data", "User");
  mkdirSync(user, { recursive: true });
  const settingsFile = join(user, "settings.json");
  if (temporary || !existsSync(settingsFile)) {
    const trust = options.workspaceTrust === true ? trustSettings : {};
    writeFileSync(
      settingsFile,
      JSON.stringify({ ...quietSettings, ...trust, ...options.settings }, undefined, 2),
    );
  }
  const extensionsFolder = join(dataFolder, "extensions");
  await provideExtensions(extensionsFolder, dataFolder, options.extensions ?? []);

  const token = randomBytes(16).toString("hex");
  const flags = {
    host: "127.0.0.1",
    port: options.port ?? 0,
    "connection-token": token,
    "server-data-dir": dataFolder,
    "user-data-dir": join(dataFolder, "data"),
    "extensions-dir": extensionsFolder,
    "telemetry-level": "off",
  };
  const args = [
    serverMain,
    ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    "--accept-server-license-terms",
    "--disable-telemetry",
    "--disable-experiments",
    "--disable-getting-started-override",
    ...(options.workspaceTrust === true ? [] : ["--disable-workspace-trust"]),
    // Without it VS Code 1.139 ignores the payload.
    ...(options.testing === true ? ["--enable-smoke-test-driver"] : []),
  ];
  const server = spawn(serverNode(), args, {
    env: { ...environment(temporary ? dataFolder : undefined), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
  let text = "";
  /** @type {Promise<number>} */
  const listening = new Promise((settle) => {
    const read = (/** @type {string} */ chunk) => {
      options.onOutput?.(chunk);
      text = (text + chunk).slice(-8000);
      const port = /Extension host agent listening on (\d+)/.exec(text)?.[1];
      if (port !== undefined) settle(Number(port));
    };
    server.stdout.setEncoding("utf8").on("data", read);
    server.stderr.setEncoding("utf8").on("data", read);
  });
  const ended = once(server, "exit").then(() => {
    const how = server.exitCode ?? server.signalCode ?? "";
    throw new Error(`VS Code's server ended early (${how}):\n${text.slice(-2000)}`);
  });
  // Whoever waits for it is told; nobody has to.
  ended.catch(() => {});
  const onExit = () => killGroup(server.pid);
  process.once("exit", onExit);
  const stop = async () => {
    process.removeListener("exit", onExit);
    if (server.exitCode === null && server.signalCode === null) {
      killGroup(server.pid, "SIGTERM");
      await Promise.race([
        once(server, "exit"),
        new Promise((done) => setTimeout(done, 3000).unref()),
      ]);
    }
    killGroup(server.pid);
    if (temporary)
      rmSync(dataFolder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  const port = await Promise.race([listening, ended]).catch(async (error) => {
    await stop();
    throw error;
  });
  const authority = `127.0.0.1:${port}`;
  return {
    origin: `http://${authority}`,
    dataFolder,
    remote: (path) => `vscode-remote://${authority}${pathToFileURL(resolve(path)).pathname}`,
    url(payload = {}) {
      const query = new URLSearchParams({ tkn: token });
      if (options.folder === undefined) query.set("ew", "true");
      else query.set("folder", pathToFileURL(resolve(options.folder)).pathname);
      if (Object.keys(payload).length > 0)
        query.set("payload", JSON.stringify(Object.entries(payload)));
      return `http://${authority}/?${query.toString()}`;
    },
    ended,
    stop,
  };
}

/**
 * The environment without what an outer VS Code or Node has put there, and without the extensions' gallery.
 *
 * @param {string | undefined} temporaryFolder VS Code leaves sockets and caches behind in TMPDIR; with this
 *   they go when the folder goes
 * @returns {NodeJS.ProcessEnv}
 */
function environment(temporaryFolder) {
  const foreign = /^(?:VSCODE_|ELECTRON_|CODE_SERVER_|NODE_OPTIONS$|NODE_TEST_CONTEXT$)/;
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  const env = { ...Object.fromEntries(inherited), EXTENSIONS_GALLERY: "null" };
  if (temporaryFolder === undefined || process.platform !== "linux") return env;
  const TMPDIR = join(temporaryFolder, "tmp");
  mkdirSync(TMPDIR, { recursive: true });
  return { ...env, TMPDIR };
}
