import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { run } from "../../scripts/setup/processes.mjs";
import { serverMain, serverNode } from "./vscode.mjs";

/**
 * Gives a host its extensions: unpacked folders are used where they lie, `.vsix` files are installed by VS
 * Code's own command line.
 *
 * @param {string} extensionsFolder
 * @param {string} dataFolder the server's data
 * @param {readonly string[]} extensions
 */
export async function provideExtensions(extensionsFolder, dataFolder, extensions) {
  mkdirSync(extensionsFolder, { recursive: true });
  const registered = extensions.filter((path) => !isPackage(path)).map(registration);
  writeFileSync(join(extensionsFolder, "extensions.json"), JSON.stringify(registered));
  for (const path of extensions.filter(isPackage)) {
    const places = ["--extensions-dir", extensionsFolder, "--server-data-dir", dataFolder];
    const args = [
      serverMain,
      "--install-extension",
      resolve(path),
      ...places,
      "--accept-server-license-terms",
    ];
    const said = await run(serverNode(), args, { timeout: 60_000 });
    if (!said.includes("successfully installed"))
      throw new Error(`${path} cannot be installed:\n${said}`);
  }
}

/** @param {string} path */
function isPackage(path) {
  return path.endsWith(".vsix");
}

/**
 * What VS Code keeps of an installed extension. Without `relativeLocation` it may lie anywhere.
 *
 * @param {string} folder
 */
function registration(folder) {
  const place = resolve(folder);
  /** @type {{ publisher: string, name: string, version: string }} */
  const manifest = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
  return {
    identifier: { id: `${manifest.publisher}.${manifest.name}`.toLowerCase() },
    version: manifest.version,
    location: { $mid: 1, path: pathToFileURL(place).pathname, scheme: "file" },
    metadata: { installedTimestamp: Date.now(), pinned: true, source: "vsix" },
  };
}
