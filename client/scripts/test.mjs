// Runs all tests, or some of the suites; installs, builds and starts what they need.
//   npm test -- [--suite check,unit,lsp,engine,editor,packaged,ui] [--kind 28,20.10]
//     --suite   the suites to run, all of these unless given; `packaged` is `editor` with the .vsix installed,
//               and `desktop`, for which one has to ask, is `editor` in a downloaded desktop VS Code or in VSCODE_PATH
//     --kind    the engines for the suite `engine`
// The last line is `N passed, N failed`. Nothing of the machine's own engine is touched.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { importBaseImage } from "../test/engines/baseImage.mjs";
import { installEngines, whyNoPrivateEngine } from "../test/engines/binaries.mjs";
import { startEngine, stopOwnEngines } from "../test/engines/engine.mjs";
import { installServices } from "../test/engines/services.mjs";
import { endDescendants, markDescendants } from "./setup/descendants.mjs";
import { installChromium, installHost, installProject } from "./setup/install.mjs";
import { atEnd, end, endSignal, endWellOnSignals } from "./setup/lifetime.mjs";
import { root } from "./setup/paths.mjs";
import { run, waitUntil } from "./setup/processes.mjs";
import { report, seconds } from "./setup/progress.mjs";
import { runCheckSuite } from "./suites/checkSuite.mjs";
import { runEventProcess } from "./suites/eventProcess.mjs";
import { counts, SuiteResult } from "./suites/suiteResult.mjs";
import { testFiles } from "./suites/testFiles.mjs";

/** @typedef {import("../test/engines/binaries.mjs").EngineKind} EngineKind */

const suites = ["check", "unit", "lsp", "engine", "editor", "packaged", "ui"];
const minute = 60_000;

const began = performance.now();
const { values } = parseArgs({
  options: {
    suite: { type: "string", default: suites.join(",") },
    kind: { type: "string", default: "28,20.10" },
  },
});
const chosen = values.suite.split(",");
const kinds = /** @type {EngineKind[]} */ (values.kind.split(","));
const unknown = chosen.find((suite) => ![...suites, "desktop"].includes(suite));
if (unknown !== undefined) {
  console.error(`There is no suite "${unknown}"; choose from ${suites.join(", ")}.`);
  process.exit(2);
}

endWellOnSignals(undefined);
await stopOwnEngines();
endDescendants();
markDescendants();
// What the suites leave in the folder for temporary files goes at the end, even when they are killed.
const temporary = mkdtempSync(join(tmpdir(), "slipway-"));
// Tests of what permissions forbid are somebody else for a moment, who has to get in there.
chmodSync(temporary, 0o711);
atEnd(() => waitUntil(removeTemporary, 3000));
// What is learned of the tests' builds is nobody else's.
process.env["SLIPWAY_STATE_FOLDER"] = join(temporary, "state");
atEnd(endDescendants);
atEnd(stopOwnEngines);

const inBrowser = wants("editor", "packaged", "ui");
const project = report("npm packages", installProject(endSignal));
const built = project.then(build);
/** @type {Set<EngineKind>} */
const neededKinds = new Set(wants("engine") ? kinds : []);
if (inBrowser || (wants("desktop") && whyNoPrivateEngine() === undefined)) neededKinds.add("28");
const enginePrograms =
  neededKinds.size > 0
    ? report("the engines' programs", installEngines([...neededKinds]))
    : undefined;
const services = wants("engine") ? report("ssh and Podman", installServices()) : undefined;
const host = inBrowser
  ? Promise.all([
      report("VS Code", installHost(endSignal)),
      report("Chromium", installChromium(endSignal)),
    ])
  : undefined;
// Whoever needs one of these waits for it, perhaps later than it fails.
for (const preparation of [built, enginePrograms, services, host]) preparation?.catch(() => {});

// Two lanes for two cores: one has the suites without an engine and the editor's, the other has the engines'.
const results = (
  await Promise.all([
    lane([
      ["check", () => project.then(() => runCheckSuite(endSignal))],
      ["unit", () => nodeSuite("unit", testFiles("unit"), 2, {})],
      ["lsp", () => nodeSuite("lsp", testFiles("lsp"), 2, {})],
      ["editor", () => editorSuite("editor", [])],
      ["desktop", () => editorSuite("desktop", ["--desktop"])],
      ["packaged", async () => editorSuite("packaged", [await packageExtension()])],
    ]),
    lane([
      ["engine", () => Promise.all(kinds.map(engineSuite))],
      ["ui", uiSuite],
    ]),
  ])
).flat();

/** @type {Set<string>} */
const explained = new Set();
for (const message of results.flatMap(({ messages }) => messages)) {
  const [headline = "", ...explanation] = message.split("\n");
  const known = explained.has(explanation.join());
  console.log(`\n${known ? `${headline} (as above)` : message}`);
  explained.add(explanation.join());
}
console.log("");
for (const result of results) console.log(result.summary());
const total = { passed: 0, failed: 0, skipped: 0 };
for (const { passed, failed, skipped } of results) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}
const said = `\nThat took ${seconds(began)}.\n${counts(total)}`;
await end(total.failed > 0 ? 1 : 0, said);

/** @returns {boolean} whether it is gone; a browser that is just ending may still write there */
function removeTemporary() {
  try {
    rmSync(temporary, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

/** @param {readonly string[]} names */
function wants(...names) {
  return names.some((name) => chosen.includes(name));
}

/**
 * Runs suites one after another. One that cannot be run at all has failed.
 *
 * @param {readonly [string, () => Promise<SuiteResult | readonly SuiteResult[]>][]} wanted
 */
async function lane(wanted) {
  /** @type {SuiteResult[]} */
  const done = [];
  for (const [name, start] of wanted) {
    if (!wants(name) || endSignal.aborted) continue;
    const outcome = await start().catch((error) =>
      new SuiteResult(name).close(String(error?.message ?? error)),
    );
    for (const result of [outcome].flat()) {
      done.push(result);
      console.log(`  ${result.failed === 0 ? "✔" : "✖"} ${result.summary()}`);
    }
  }
  return done;
}

async function build() {
  await report(
    "the program and the tests are built",
    Promise.all(
      [[], ["--tests"]].map((args) =>
        run(process.execPath, ["esbuild.mjs", ...args], { cwd: root, signal: endSignal }),
      ),
    ),
  );
}

/** The package that people install. */
async function packageExtension() {
  await built;
  await run(process.execPath, ["client/scripts/package.mjs", "--built"], {
    cwd: root,
    signal: endSignal,
  });
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return join(root, "client", "dist", `slipway-${version}.vsix`);
}

/**
 * @param {string} name
 * @param {readonly string[]} files
 * @param {number} concurrency
 * @param {Readonly<Record<string, string>>} env
 */
async function nodeSuite(name, files, concurrency, env) {
  await built;
  if (files.length === 0) return new SuiteResult(name).close();
  const args = [
    "--enable-source-maps",
    "client/scripts/suites/nodeTests.mjs",
    String(concurrency),
    ...files,
  ];
  return runEventProcess(name, args, {
    env: { TMPDIR: temporary, ...env },
    signal: endSignal,
    timeout: 5 * minute,
  });
}

/** @param {EngineKind} kind */
function engineSuite(kind) {
  return withEngine(kind, `engine ${kind}`, (env) =>
    nodeSuite(`engine ${kind}`, testFiles("engine"), 1, env),
  );
}

function uiSuite() {
  return withEngine("28", "ui", async (env) => {
    await host;
    return nodeSuite("ui", testFiles("ui"), 1, env);
  });
}

/**
 * @param {string} name
 * @param {readonly string[]} args
 */
function editorSuite(name, args) {
  return withEngine("28", name, async (env) => {
    await host;
    const script = ["client/test/editor/run.mjs", "--json", ...args];
    const { SLIPWAY_TEST_DOCKER_HOST: dockerHost } = env;
    return runEventProcess(name, script, {
      env: {
        ...env,
        TMPDIR: temporary,
        ...(dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost }),
      },
      signal: endSignal,
      timeout: 5 * minute,
    });
  });
}

/**
 * Gives a suite an engine of its own, by the environment that client/test/engines/testEngine.ts reads.
 *
 * @param {EngineKind} kind
 * @param {string} name the suite's
 * @param {(env: Readonly<Record<string, string>>) => Promise<SuiteResult>} use
 */
async function withEngine(kind, name, use) {
  try {
    await Promise.all([enginePrograms, services, built]);
    // The desktop's suite is of use without an engine too; its tests say which of them need one.
    if (name === "desktop" && whyNoPrivateEngine() !== undefined) return await use({});
    const engine = await startEngine(kind);
    try {
      await importBaseImage(engine.host);
      return await use({
        SLIPWAY_TEST_DOCKER_HOST: engine.host,
        SLIPWAY_TEST_ENGINE_KIND: kind,
        SLIPWAY_TEST_ENGINE_FOLDER: engine.folder,
      });
    } finally {
      await engine.stop();
    }
  } catch (error) {
    return new SuiteResult(name).close(error instanceof Error ? error.message : String(error));
  }
}
