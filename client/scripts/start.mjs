// Opens VS Code with Slipway on a sample workspace; installs and builds what that needs.
//   npm start -- [--browser] [--port N] [--base-image]
//     --browser      VS Code in the browser, even where there is a desktop VS Code
//     --port N       the port of VS Code in the browser, a free one unless given
//     --base-image   makes the sample's base image on the engine that is found
// Where no engine answers, a private one is started (Debian, root). Ctrl+C ends all that was started.
import { cpSync, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { importBaseImage, baseImage } from "../test/engines/baseImage.mjs";
import { installEngines, whyNoPrivateEngine } from "../test/engines/binaries.mjs";
import { askEngine } from "../test/engines/engineApi.mjs";
import {
  engineRunsIn,
  lastingEngine,
  startEngine,
  stopOwnEngines,
} from "../test/engines/engine.mjs";
import { endDescendants, markDescendants } from "./setup/descendants.mjs";
import { findEngine } from "./setup/findEngine.mjs";
import { installHost, installProject } from "./setup/install.mjs";
import { atEnd, end, endSignal, endWellOnSignals } from "./setup/lifetime.mjs";
import { withLock } from "./setup/lock.mjs";
import { root, sampleFolder, scratch } from "./setup/paths.mjs";
import { run } from "./setup/processes.mjs";
import { report, seconds } from "./setup/progress.mjs";

const began = performance.now();
const { values } = parseArgs({
  options: {
    browser: { type: "boolean", default: false },
    port: { type: "string", default: "0" },
    "base-image": { type: "boolean", default: false },
  },
});

endWellOnSignals(0);
atEnd(endDescendants);
atEnd(stopOwnEngines);
try {
  await start();
} catch (error) {
  if (!endSignal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    await end(1);
  }
}

async function start() {
  console.log("Slipway is being made ready.");
  await stopOwnEngines();
  endDescendants();
  const desktop = findDesktop();
  // A desktop window is the user's from the moment that it is open.
  if (desktop === undefined) markDescendants();
  const found = await findEngine();
  const privateEngine = found === undefined && whyNoPrivateEngine() === undefined;
  const [engine] = await Promise.all([
    privateEngine ? startPrivateEngine() : undefined,
    report("npm packages", installProject(endSignal)).then(() =>
      report("the extension is built", build()),
    ),
    desktop === undefined ? report("VS Code for the browser", installHost(endSignal)) : undefined,
  ]);
  const workspace = copySample();
  await tellAboutEngine(found, engine);
  if (desktop === undefined) await openBrowserHost(workspace, engine?.host);
  else await openDesktop(desktop, workspace, engine?.host);
}

function build() {
  return run(process.execPath, ["esbuild.mjs"], { cwd: root, signal: endSignal });
}

/** The engine keeps its images from one time to the next, unless another `npm start` has it. */
async function startPrivateEngine() {
  await report("the engine's programs", installEngines(["28"]));
  const engine = await withLock("start", () =>
    startEngine("28", engineRunsIn(lastingEngine) ? {} : { folder: lastingEngine }),
  );
  await importBaseImage(engine.host, [baseImage]);
  return engine;
}

/**
 * @param {{ host: string, source: string } | undefined} found
 * @param {{ host: string } | undefined} engine
 */
async function tellAboutEngine(found, engine) {
  if (engine !== undefined) {
    console.log(`  Docker 28 runs privately at ${engine.host}; it is stopped at the end`);
  } else if (found === undefined) {
    console.log(
      `  no engine answers, and none can be started here, because ${whyNoPrivateEngine()}`,
    );
  } else {
    console.log(`  the engine at ${found.host}, found by ${found.source}, is used as it is`);
    await offerBaseImage(found.host);
  }
}

/** @param {string} host */
async function offerBaseImage(host) {
  if (!host.startsWith("unix://")) return;
  const path = `/images/${encodeURIComponent(baseImage)}/json`;
  const present = await askEngine(host, "GET", path).catch(() => undefined);
  if (present?.status !== 404) return;
  if (values["base-image"]) {
    await importBaseImage(host, [baseImage]);
    console.log(`  made the image ${baseImage} on it`);
  } else {
    const pull = `docker pull busybox && docker tag busybox ${baseImage}`;
    console.log(`  the sample builds on the image ${baseImage}, which is not there. To make it:`);
    console.log(`    npm start -- --base-image    or    ${pull}`);
  }
}

/** The workspace is a copy, so that trying things out changes nothing in the repository. */
function copySample() {
  const workspace = join(scratch, "sample");
  if (!existsSync(workspace)) cpSync(sampleFolder, workspace, { recursive: true });
  return workspace;
}

/**
 * @param {string} workspace
 * @param {string | undefined} dockerHost
 */
async function openBrowserHost(workspace, dockerHost) {
  const { startHost } = await import("../test/host/host.mjs");
  const dataFolder = join(scratch, "vscode");
  const host = await startHost({
    folder: workspace,
    extensions: [root],
    dataFolder,
    port: Number(values.port),
    env: {
      ...(dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost }),
      SLIPWAY_STATE_FOLDER: join(scratch, "state"),
    },
  });
  atEnd(host.stop);
  console.log(
    `\nReady after ${seconds(began)}. Open this in a browser:\n\n  ${host.url()}\n\nCtrl+C ends it.`,
  );
  await host.ended;
}

/**
 * @param {string} command
 * @param {string} workspace
 * @param {string | undefined} dockerHost
 */
async function openDesktop(command, workspace, dockerHost) {
  const env = dockerHost === undefined ? process.env : { ...process.env, DOCKER_HOST: dockerHost };
  await run(command, ["--new-window", `--extensionDevelopmentPath=${root}`, workspace], { env });
  console.log(
    `\nReady after ${seconds(began)}: ${command} has opened a window with Slipway in it.`,
  );
  if (dockerHost === undefined) return;
  console.log("Ctrl+C stops the private engine.");
  await new Promise((done) => endSignal.addEventListener("abort", done));
}

/**
 * A desktop VS Code that can be used. It refuses to start as root, and in a remote terminal `code` only
 * talks to the window around it.
 */
function findDesktop() {
  if (values.browser || process.env["VSCODE_IPC_HOOK_CLI"] || process.getuid?.() === 0)
    return undefined;
  const names =
    process.platform === "win32"
      ? ["code.cmd", "code-insiders.cmd", "codium.cmd"]
      : ["code", "code-insiders", "codium"];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}
