import { existsSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { root } from "../setup/paths.mjs";

const folders = [
  "client/src",
  "client/test",
  "client/test/editor",
  "client/test/engines",
  "client/test/ui",
  "server/src",
];
const special = ["lsp", "engine", "editor", "ui"];

/**
 * The bundles of the tests of one kind: of `x.lsp.test.ts` the kind is `lsp`, of `x.test.ts` it is `unit`.
 * They are found by their sources, for old bundles may lie about.
 *
 * @param {"unit" | "lsp" | "engine" | "editor" | "ui"} kind
 */
export function testFiles(kind) {
  const sources = folders.flatMap((folder) =>
    sourcesIn(join(root, folder), folder.endsWith("/src")),
  );
  return [...new Set(sources)]
    .filter((source) => kindOf(source) === kind)
    .map((source) =>
      join("client", "dist", "test", relative(root, source)).replace(/\.ts$/, ".js"),
    );
}

/**
 * @param {string} folder
 * @param {boolean} recursive
 */
function sourcesIn(folder, recursive) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith(".test.ts"))
    .toSorted();
}

/** @param {string} source */
function kindOf(source) {
  const name = source.slice(source.lastIndexOf(sep) + 1);
  return special.find((kind) => name.endsWith(`.${kind}.test.ts`)) ?? "unit";
}
