// Makes client/dist/slipway-VERSION.vsix and says what is in it.
//   npm run package -- [--built]     --built packages what was built already
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installProject } from "./setup/install.mjs";
import { root } from "./setup/paths.mjs";
import { run } from "./setup/processes.mjs";

await installProject();
if (!process.argv.includes("--built")) await run(process.execPath, ["esbuild.mjs"], { cwd: root });

/** @type {{ version: string }} */
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const packagedReadme = join("client", "dist", "README.md");
const file = join("client", "dist", `slipway-${version}.vsix`);
mkdirSync(join(root, "client", "dist"), { recursive: true });
writeFileSync(join(root, packagedReadme), readmeOfPackage());
const vsce = join("node_modules", "@vscode", "vsce", "vsce");
const output = await run(
  process.execPath,
  [
    vsce,
    "package",
    "--no-dependencies",
    "--allow-missing-repository",
    "--readme-path",
    packagedReadme,
    "--out",
    file,
  ],
  { cwd: root },
);
console.log(output.trim());
console.log(`${file}: ${(statSync(join(root, file)).size / 1024).toFixed(0)} KiB`);

/** Pictures and documents that are not in the package cannot be shown or followed from it. */
function readmeOfPackage() {
  return readFileSync(join(root, "README.md"), "utf8")
    .replaceAll(/^!\[[^\]]*\]\([^)]*\)\n\n/gm, "")
    .replaceAll(/\[([^\]]+)\]\((?!https:)[^)]*\)/g, "$1");
}
