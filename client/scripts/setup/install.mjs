import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findChromium } from "../../test/host/chromium.mjs";
import { withLock } from "./lock.mjs";
import { hostFolder, root } from "./paths.mjs";
import { attempt, run } from "./processes.mjs";

/**
 * Installs what package-lock.json asks for, where that is not installed yet. No package's script runs.
 *
 * @param {AbortSignal} [signal]
 */
export function installProject(signal) {
  return withLock("npm", () => installPackages(root, signal));
}

/**
 * Installs the VS Code that comes from the npm registry.
 *
 * @param {AbortSignal} [signal]
 */
export function installHost(signal) {
  return withLock("npm-host", () => installPackages(hostFolder, signal));
}

/**
 * Installs Chromium and a font from Debian's packages. On any other machine, and without root, a Chromium has
 * to be there.
 *
 * @param {AbortSignal} [signal]
 */
export async function installChromium(signal) {
  if (findChromium() !== undefined) return;
  if (!existsSync("/usr/bin/apt-get") || process.getuid?.() !== 0) {
    throw new Error(
      "There is no Chromium here, and it can be installed on Debian as root only; set CHROMIUM_PATH.",
    );
  }
  // Another program may be using apt at this moment.
  const patience = ["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"];
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    ...(signal ? { signal } : {}),
  };
  const install = [
    "-qq",
    ...patience,
    "install",
    "-y",
    "--no-install-recommends",
    "chromium",
    "fonts-liberation",
  ];
  for (let attempts = 0; attempts < 30; attempts++) {
    signal?.throwIfAborted();
    const { code, output } = await attempt("apt-get", ["-qq", ...patience, "update"], options);
    if (code === 0 || !output.includes("Could not get lock")) break;
    await new Promise((done) => setTimeout(done, 2000));
  }
  await run("apt-get", install, options);
}

/**
 * @param {string} folder
 * @param {AbortSignal} [signal]
 */
async function installPackages(folder, signal) {
  if (isInstalled(folder)) return;
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", ["ci", ...flags], { cwd: folder, ...(signal ? { signal } : {}) });
}

/**
 * Whether a folder's installed packages are those of its lock file. npm itself writes down what it has
 * installed, so this holds also when somebody has installed by hand.
 *
 * @param {string} folder
 */
function isInstalled(folder) {
  const wanted = lockedVersions(join(folder, "package-lock.json"));
  const installed = lockedVersions(join(folder, "node_modules", ".package-lock.json"));
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path !== "" && optional !== true && installed[path]?.version !== version) return false;
  }
  // An installation that was cut off may have written its list and not all of its files.
  const modules = join(folder, "node_modules");
  return (
    existsSync(modules) &&
    readdirSync(modules).every((name) => !/^\.[^.]+-[A-Za-z0-9]{8}$/.test(name))
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function lockedVersions(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {};
}
