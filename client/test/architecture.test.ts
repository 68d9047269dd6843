import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize, sep } from "node:path";
import { test } from "node:test";

/**
 * Who may import whom: a part of the project, and what else than itself it may import.
 * `node:pure` stands for Node's modules without side effects on the machine; everything else of Node
 * is named. What is not listed is forbidden, type-only imports included.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "server/src/text": [],
  "server/src/dockerfile": ["server/src/text"],
  "server/src/shell": ["server/src/text", "server/src/dockerfile"],
  "server/src/buildContext": ["server/src/text", "server/src/dockerfile", "node:pure"],
  "server/src/buildContext/disk*": ["server/src/buildContext", "node:pure", "node:fs"],
  "server/src/graph": [
    "server/src/text",
    "server/src/dockerfile",
    "server/src/buildContext",
    "node:pure",
  ],
  "server/src/cache": [
    "server/src/text",
    "server/src/dockerfile",
    "server/src/buildContext",
    "server/src/graph",
    "node:pure",
  ],
  "server/src/forecast": [
    "server/src/dockerfile",
    "server/src/buildContext",
    "server/src/graph",
    "server/src/cache",
    "server/src/protocol",
    "server/src/openDocuments",
    "node:pure",
    "node:fs",
  ],
  "server/src/history": [
    "server/src/buildContext",
    "server/src/graph",
    "server/src/cache",
    "node:pure",
    "node:child_process",
  ],
  "server/src/lint": [
    "spdx-license-ids/index.json",
    "spdx-license-ids/deprecated.json",
    "server/src/text",
    "server/src/dockerfile",
    "server/src/shell",
    "server/src/buildContext",
    "server/src/graph",
  ],
  "server/src/configuration": ["server/src/lint", "server/src/dockerfile", "yaml"],
  "server/src/configuration/disk*": ["server/src/configuration", "node:pure", "node:fs"],
  "server/src/shellcheck": [
    "server/src/text",
    "server/src/dockerfile",
    "server/src/shell",
    "server/src/lint",
    "node:pure",
    "node:fs",
    "node:child_process",
  ],
  "server/src/shellFindings": [
    "server/src/shellcheck",
    "server/src/editorSettings",
    "server/src/openDocuments",
  ],
  "server/src/features": [
    "server/src/text",
    "server/src/dockerfile",
    "server/src/shell",
    "server/src/buildContext",
    "server/src/graph",
    "server/src/cache",
    "server/src/forecast",
    "server/src/lint",
    "server/src/protocol",
    "server/src/settings",
    "server/src/openDocuments",
    "vscode-languageserver",
  ],
  "server/src/protocol": [],
  "server/src/settings": ["server/src/lint"],
  "server/src/editorSettings": [
    "server/src/settings",
    "server/src/protocol",
    "vscode-languageserver",
  ],
  "server/src/openDocuments": [
    "server/src/text",
    "server/src/dockerfile",
    "vscode-languageserver",
    "vscode-languageserver-textdocument",
  ],
  "server/src/projectConfiguration": [
    "server/src/configuration",
    "server/src/features",
    "vscode-languageserver",
    "node:pure",
  ],
  "server/src/engineImages": [
    "server/src/dockerfile",
    "server/src/lint",
    "server/src/protocol",
    "vscode-languageserver",
  ],
  "server/src/problems": [
    "server/src/engineImages",
    "server/src/shellFindings",
    "server/src/buildContext",
    "server/src/projectConfiguration",
    "server/src/configuration",
    "server/src/features",
    "server/src/lint",
    "server/src/editorSettings",
    "server/src/openDocuments",
    "vscode-languageserver",
  ],
  "server/src/cacheStates": [
    "server/src/dockerfile",
    "server/src/features",
    "server/src/forecast",
    "server/src/openDocuments",
    "server/src/protocol",
  ],
  "server/src/serverCapabilities": ["server/src/features", "vscode-languageserver"],
  "server/src/server": [
    "server/src/serverCapabilities",
    "server/src/engineImages",
    "server/src/cacheStates",
    "server/src/problems",
    "server/src/shellcheck",
    "server/src/shellFindings",
    "server/src/projectConfiguration",
    "server/src/configuration",
    "server/src/text",
    "server/src/dockerfile",
    "server/src/buildContext",
    "server/src/graph",
    "server/src/forecast",
    "server/src/lint",
    "server/src/features",
    "server/src/protocol",
    "server/src/settings",
    "server/src/editorSettings",
    "server/src/openDocuments",
    "vscode-languageserver",
    "node:pure",
  ],
  "server/src/main": [
    "server/src/server",
    "server/src/forecast",
    "server/src/shellcheck",
    "server/src/lint",
    "server/src/buildContext",
    "server/src/configuration",
    "vscode-languageserver",
    "package.json",
    "node:pure",
    "node:fs",
  ],
  "server/src/generate": ["server/src/lint", "node:pure", "node:fs"],
  "client/src/engine": [
    "server/src/buildContext",
    "server/src/protocol",
    "dockerode",
    "node:pure",
    "node:fs",
    "node:net",
    "node:child_process",
  ],
  "client/src/presentation": ["client/src/engine", "server/src/protocol"],
  "client/src/views": [
    "client/src/engine",
    "client/src/presentation",
    "client/src/settings",
    "server/src/protocol",
    "vscode",
    "node:fs",
    "node:child_process",
  ],
  "client/src/documents": [
    "client/src/engine",
    "client/src/presentation",
    "client/src/views",
    "vscode",
  ],
  "client/src/terminals": [
    "client/src/engine",
    "client/src/presentation",
    "client/src/views",
    "vscode",
  ],
  "client/src/editor": [
    "client/src/engine",
    "client/src/presentation",
    "client/src/terminals",
    "client/src/views",
    "server/src/protocol",
    "vscode",
    "node:pure",
  ],
  "client/src/commands": [
    "client/src/engine",
    "client/src/presentation",
    "client/src/views",
    "client/src/documents",
    "client/src/terminals",
    "client/src/editor",
    "client/src/settings",
    "server/src/protocol",
    "vscode",
    "node:pure",
  ],
  "client/src/settings": ["server/src/protocol", "server/src/settings", "vscode"],
  "client/src/languageClient": ["server/src/protocol", "vscode", "vscode-languageclient"],
  "client/src/extension": [
    "client/src/engine",
    "client/src/presentation",
    "client/src/views",
    "client/src/documents",
    "client/src/terminals",
    "client/src/editor",
    "client/src/commands",
    "client/src/settings",
    "client/src/languageClient",
    "server/src/protocol",
    "vscode",
  ],
  "client/src/cli": [
    "client/src/engine",
    "client/src/presentation",
    "server/src/text",
    "server/src/dockerfile",
    "server/src/shell",
    "server/src/buildContext",
    "server/src/configuration",
    "server/src/graph",
    "server/src/cache",
    "server/src/forecast",
    "server/src/history",
    "server/src/lint",
    "server/src/protocol",
    "server/src/settings",
    "server/src/shellcheck",
    "package.json",
    "node:pure",
    "node:fs",
  ],
};

/** What belongs to none of Node's modules that reach out of the process. */
const pureModules = new Set(
  "assert buffer crypto events http http2 https module os path process stream stream/consumers stream/promises string_decoder timers tls url util worker_threads zlib timers/promises".split(
    " ",
  ),
);

interface Import {
  readonly from: string;
  readonly what: string;
}

test("every part imports only what it may", () => {
  const root = process.env["SLIPWAY_ROOT"] ?? process.cwd();
  const forbidden = imports(root).filter(({ from, what }) => !isAllowed(from, what));
  assert.deepEqual(
    forbidden.map(({ from, what }) => `${from} imports ${what}`),
    [],
  );
});

test("every part of the table exists", () => {
  const root = process.env["SLIPWAY_ROOT"] ?? process.cwd();
  const parts = new Set(sourceFiles(root).map(partOf));
  assert.deepEqual(
    Object.keys(mayImport).filter((part) => !parts.has(part)),
    [],
  );
});

test("a forbidden import is noticed", () => {
  assert.ok(!isAllowed("server/src/dockerfile/parse.ts", "vscode"));
  assert.ok(!isAllowed("client/src/views/imagesView.ts", "server/src/lint/lint.ts"));
  assert.ok(!isAllowed("server/src/cache/records.ts", "node:fs"));
  assert.ok(isAllowed("client/src/engine/dockerEngine.ts", "dockerode"));
});

function isAllowed(from: string, what: string): boolean {
  const part = partOf(from);
  const target = partOf(what);
  const allowed = mayImport[part];
  return (
    allowed !== undefined &&
    (target === part ||
      allowed.includes(target) ||
      // A disk implementation is part of its folder for whoever may import the folder.
      (target.endsWith("/disk*") && [part, ...allowed].includes(target.replace("/disk*", ""))))
  );
}

/** The entry of the table that a file or a module belongs to. */
function partOf(path: string): string {
  if (path.startsWith("node:")) {
    return nodePart(path);
  }
  const source = /^(?:server|client)\/src\//.test(path);
  if (!source) {
    return path.startsWith("vscode-languageserver/") || path.startsWith("vscode-languageclient/")
      ? (path.split("/")[0] ?? path)
      : path;
  }
  const [side, src, folder = "", file] = path.split("/");
  if (file === undefined) {
    return `${side}/${src}/${folder.replace(/\.ts$/, "")}`;
  }
  return ["buildContext", "configuration"].includes(folder) && file.startsWith("disk")
    ? `${side}/${src}/${folder}/disk*`
    : `${side}/${src}/${folder}`;
}

function nodePart(module: string): string {
  const name = module.slice("node:".length);
  assert.ok(builtinModules.includes(name), module);
  if (pureModules.has(name)) {
    return "node:pure";
  }
  return name.startsWith("fs") ? "node:fs" : module;
}

function imports(root: string): Import[] {
  return sourceFiles(root).flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const found = text.matchAll(
      /^\s*(?:import|export)\b[^"';]*?\bfrom\s*"([^"]+)"|\bimport\("([^"]+)"\)|^import\s+"([^"]+)"/gm,
    );
    return [...found].map(([, ...names]) => {
      const name = names.find((each) => each !== undefined) ?? "";
      const what = name.startsWith(".")
        ? normalize(join(dirname(file), name))
            .split(sep)
            .join("/")
        : name;
      return { from: file, what };
    });
  });
}

/** The programs' sources, without tests and what only they use. */
function sourceFiles(root: string): string[] {
  return ["server/src", "client/src"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((path) => `${folder}/${path.split(sep).join("/")}`)
      .filter(
        (path) =>
          path.endsWith(".ts") &&
          !path.endsWith(".test.ts") &&
          !path.startsWith("server/src/testing/") &&
          !/(?:Fixture|sampleObjects)\.ts$/.test(path),
      ),
  );
}
