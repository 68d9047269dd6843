import { existsSync, lstatSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { hostFolder } from "../../scripts/setup/paths.mjs";

const modules = join(hostFolder, "node_modules");
const vscode = join(modules, "code-server", "lib", "vscode");

/** The entry point of VS Code's own server, which code-server brings. */
export const serverMain = join(vscode, "out", "server-main.js");

/**
 * The Node that runs the server and, with it, the extension host. VS Code 1.139 is built for Node 24 and
 * needs at least 22.15.
 */
export function serverNode() {
  const bundled = join(modules, `node-${process.platform}-${process.arch}`, "bin", "node");
  if (existsSync(bundled)) return bundled;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 15)) return process.execPath;
  throw new Error(`VS Code's server needs Node 22.15 or later; this is ${process.version}.`);
}

/** The server looks for its modules beside itself, and serves them from there: point it at those installed here. */
export function linkModules() {
  if (!existsSync(serverMain)) {
    throw new Error(
      "VS Code's server is not installed; run: npm ci --ignore-scripts --prefix client/test/host",
    );
  }
  const link = join(vscode, "node_modules");
  const present = lstatSync(link, { throwIfNoEntry: false });
  if (present?.isSymbolicLink()) {
    if (resolve(vscode, readlinkSync(link)) === modules) return;
    rmSync(link);
  } else if (present !== undefined) {
    return;
  }
  try {
    symlinkSync(
      process.platform === "win32" ? modules : relative(vscode, modules),
      link,
      "junction",
    );
  } catch (error) {
    // Another host that starts at this moment may have made it.
    if (!existsSync(link)) throw error;
  }
}
