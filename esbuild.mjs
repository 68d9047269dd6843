// Bundles what runs; installs nothing.
//   node esbuild.mjs                     the extension, the command line and the language server
//   node esbuild.mjs --watch             the same, again after every change
//   node esbuild.mjs --generate          server/dist/generate.js, which writes the generated files
//   node esbuild.mjs --tests [FILE…]     tests (all of them when none is named) into client/dist/test
import { context } from "esbuild";

const args = process.argv.slice(2);
const flags = new Set(args.filter((arg) => arg.startsWith("--")));
const files = args.filter((arg) => !arg.startsWith("--"));

/** @type {import("esbuild").BuildOptions} */
const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  // vscode-languageserver is CommonJS and breaks in an ESM bundle.
  format: "cjs",
  mainFields: ["module", "main"],
  logLevel: "warning",
  sourcemap: flags.has("--watch") || flags.has("--tests") ? "linked" : false,
  minify: !flags.has("--watch") && !flags.has("--tests"),
  // Class names are part of what an error shows.
  keepNames: true,
};

const external = {
  // The editor's own module, and native code that dockerode's dependencies can do without.
  external: ["vscode", "cpu-features", "*.node"],
};

const testPatterns = ["client/src/**/*.test.ts", "client/test/**/*.test.ts", "server/src/**/*.test.ts"];

const program = [
  { ...common, ...external, entryPoints: { extension: "client/src/extension.ts" }, outdir: "client/dist" },
  { ...common, ...external, entryPoints: { cli: "client/src/cli/main.ts" }, outdir: "client/dist" },
  { ...common, entryPoints: { server: "server/src/main.ts" }, outdir: "server/dist" },
];
const generate = [{ ...common, entryPoints: { generate: "server/src/generate.ts" }, outdir: "server/dist" }];
const tests = [
  {
    ...common,
    external: [...external.external, "playwright-core", "esbuild", "oxc-parser"],
    entryPoints: files.length > 0 ? files : testPatterns,
    outbase: ".",
    outdir: "client/dist/test",
  },
];

const chosen = flags.has("--tests") ? tests : flags.has("--generate") ? generate : program;
try {
  const contexts = await Promise.all(chosen.map((options) => context(options)));
  if (flags.has("--watch")) {
    await Promise.all(contexts.map((each) => each.watch()));
  } else {
    await Promise.all(contexts.map((each) => each.rebuild()));
    await Promise.all(contexts.map((each) => each.dispose()));
  }
} catch {
  // esbuild has printed what is wrong.
  process.exit(1);
}
