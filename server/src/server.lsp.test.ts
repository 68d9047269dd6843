import assert from "node:assert/strict";
import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  type ClientCapabilities,
  type CodeAction,
  createProtocolConnection,
  type Diagnostic,
  DiagnosticSeverity,
  type DocumentDiagnosticReport,
  type DocumentLink,
  FileChangeType,
  type FoldingRange,
  type InitializeResult,
  type InlayHint,
  IPCMessageReader,
  IPCMessageWriter,
  type Location,
  type SelectionRange,
  type SemanticTokens,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import { buildFinishedRequest, type BuildFinishedResult } from "./protocol.ts";
import { LineIndex } from "./text/lineIndex.ts";
import { applyEdits } from "./lint/rule.ts";
import { Editor, type EditorOptions } from "./testing/editor.ts";
import { spanOfRange } from "./features/ranges.ts";

const uri = "untitled:Dockerfile";
const everything = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } };
const modern: ClientCapabilities = {
  textDocument: { diagnostic: {} },
  workspace: {
    configuration: true,
    diagnostics: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
    workspaceEdit: { documentChanges: true },
  },
};

async function start(t: TestContext, options?: EditorOptions): Promise<Editor> {
  const editor = await Editor.start(options);
  t.after(() => {
    editor.kill();
  });
  return editor;
}

async function pull(editor: Editor): Promise<readonly Diagnostic[]> {
  const report = await editor.request<DocumentDiagnosticReport>("textDocument/diagnostic", {
    textDocument: { uri },
  });
  return report.kind === "full" ? report.items : [];
}

/** How severe each diagnostic of the rule or error is. Others do not count, since rules come and go. */
function severities(diagnostics: readonly Diagnostic[], wanted: string): unknown[] {
  return diagnostics.filter(({ code }) => code === wanted).map(({ severity }) => severity);
}

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [resolve("server/dist/server.js"), ...args], {
    encoding: "utf8",
  });
}

function applied(text: string, edit: WorkspaceEdit | undefined): string {
  const lines = new LineIndex(text);
  const changes =
    edit?.changes?.[uri] ??
    edit?.documentChanges?.flatMap((change) => ("edits" in change ? change.edits : [])) ??
    [];
  return applyEdits(
    text,
    changes.map((change) => {
      assert.ok("newText" in change);
      return { ...spanOfRange(lines, change.range), newText: change.newText };
    }),
  );
}

test("the server says who it is and what it can do, and no more", async (t) => {
  const { initialized } = await start(t);
  assert.equal(initialized.serverInfo?.name, "slipway");
  assert.deepEqual(Object.keys(initialized.capabilities).sort(), [
    "codeActionProvider",
    "codeLensProvider",
    "completionProvider",
    "definitionProvider",
    "documentFormattingProvider",
    "documentHighlightProvider",
    "documentLinkProvider",
    "documentRangeFormattingProvider",
    "documentSymbolProvider",
    "foldingRangeProvider",
    "hoverProvider",
    "inlayHintProvider",
    "referencesProvider",
    "renameProvider",
    "selectionRangeProvider",
    "semanticTokensProvider",
    "textDocumentSync",
  ]);
});

test("diagnostics arrive, follow edits and say for which version they are", async (t) => {
  const editor = await start(t);
  await editor.open(uri, "FROM alpine\nRUM make\n");
  const first = (await editor.published(uri, 1)).find(({ severity }) => severity === 1);
  assert.equal(first?.code, "unknown-instruction");
  assert.deepEqual(first?.range, {
    start: { line: 1, character: 0 },
    end: { line: 1, character: 3 },
  });
  await editor.edit(uri, 2, [
    { range: { start: { line: 1, character: 2 }, end: { line: 1, character: 3 } }, text: "N" },
  ]);
  assert.deepEqual(severities(await editor.published(uri, 2), "unknown-instruction"), []);
  await editor.close(uri);
  assert.deepEqual(await editor.published(uri, undefined), []);
});

test("edits that come fast end in the diagnostics of the last", async (t) => {
  const editor = await start(t);
  await editor.open(uri, "");
  for (let version = 2; version <= 60; version++) {
    await editor.edit(uri, version, [{ text: version === 60 ? "FROM a\n" : "X".repeat(version) }]);
  }
  assert.deepEqual(severities(await editor.published(uri, 60), "unknown-instruction"), []);
  const versions = editor.publishedVersions(uri).map(Number);
  assert.deepEqual(
    versions,
    versions.toSorted((a, b) => a - b),
  );
});

test("an editor that asks for diagnostics is sent none unasked", async (t) => {
  const editor = await start(t, { capabilities: modern });
  assert.ok(editor.initialized.capabilities.diagnosticProvider);
  await editor.open(uri, "FROM alpine AS Build\n");
  assert.deepEqual(severities(await pull(editor), "stage-name-casing"), [2]);
  await editor.edit(uri, 2, [{ text: "FROM alpine AS build\n" }]);
  assert.deepEqual(severities(await pull(editor), "stage-name-casing"), []);
  assert.deepEqual(editor.publishedVersions(uri), []);
});

test("the settings decide about rules, and their change counts at once", async (t) => {
  const settings = { lint: { rules: { "stage-name-casing": "error" } } };
  const editor = await start(t, { capabilities: modern, settings });
  await editor.open(uri, "FROM alpine AS Build\n");
  assert.deepEqual(severities(await pull(editor), "stage-name-casing"), [1]);
  editor.settings = { lint: { rules: { "stage-name-casing": "off" } } };
  await editor.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
  await editor.refreshed("workspace/diagnostic/refresh");
  assert.deepEqual(severities(await pull(editor), "stage-name-casing"), []);
});

test("an editor that cannot be asked for settings sends them", async (t) => {
  const editor = await start(t);
  await editor.open(uri, "FROM alpine AS Build\n");
  assert.deepEqual(severities(await editor.published(uri, 1), "stage-name-casing"), [2]);
  await editor.connection.sendNotification("workspace/didChangeConfiguration", {
    settings: { slipway: { lint: { rules: { "stage-name-casing": "off" } } } },
  });
  await editor.open("untitled:other", "FROM alpine AS Build\n");
  const other = await editor.published("untitled:other", 1);
  assert.deepEqual(severities(other, "stage-name-casing"), []);
});

test("a quick fix makes of the text what it says", async (t) => {
  const editor = await start(t, { capabilities: modern });
  const text = "\uFEFFFROM alpine AS Build\r\nFROM scratch\r\nCOPY --from=Build /a /a\r\n";
  await editor.open(uri, text, 7);
  const diagnostics = await pull(editor);
  const first = diagnostics.find(({ code }) => code === "stage-name-casing");
  assert.ok(first);
  const actions = await editor.request<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri },
    range: first.range,
    context: { diagnostics },
  });
  const fix = actions.find(({ title }) => title === "Rename to build");
  assert.equal(applied(text, fix?.edit), text.replaceAll("Build", "build"));
  assert.deepEqual(fix?.diagnostics, [first]);
  const [change] = fix?.edit?.documentChanges ?? [];
  assert.ok(change && "textDocument" in change);
  assert.equal(change.textDocument.version, 7);
});

test("everything safe is fixed when the editor asks for that", async (t) => {
  const editor = await start(t);
  const text = "FROM alpine AS Build\nENV A 1\n";
  await editor.open(uri, text);
  const actions = await editor.request<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri },
    range: everything,
    context: { diagnostics: [], only: ["source.fixAll"] },
  });
  assert.deepEqual(
    actions.map(({ kind, edit }) => [kind, applied(text, edit)]),
    [["source.fixAll.slipway", "FROM alpine AS build\nENV A=1\n"]],
  );
});

test("names are explained, found and changed", async (t) => {
  const editor = await start(t);
  const text = "FROM alpine AS one\r\nFROM one\r\nENV A=1\r\nRUN echo $A\r\n";
  await editor.open(uri, text);
  const textDocument = { uri };
  const position = { line: 1, character: 6 };
  const [target] = await editor.request<Location[]>("textDocument/definition", {
    textDocument,
    position,
  });
  assert.deepEqual(target?.range, {
    start: { line: 0, character: 15 },
    end: { line: 0, character: 18 },
  });
  const references = await editor.request<Location[]>("textDocument/references", {
    textDocument,
    position,
    context: { includeDeclaration: true },
  });
  assert.equal(references.length, 2);
  const hover = await editor.request<{ contents: { value: string } }>("textDocument/hover", {
    textDocument,
    position,
  });
  assert.match(hover.contents.value, /alpine/);
  const edit = await editor.request<WorkspaceEdit>("textDocument/rename", {
    textDocument,
    position,
    newName: "first",
  });
  assert.equal(
    applied(text, edit),
    "FROM alpine AS first\r\nFROM first\r\nENV A=1\r\nRUN echo $A\r\n",
  );
  await assert.rejects(
    editor.request("textDocument/rename", { textDocument, position, newName: "Not Good" }),
    /lowercase letters/,
  );
});

test("a file is formatted, colored and selected by its tree, and its images are links", async (t) => {
  const editor = await start(t);
  const text = "  FROM busybox  \n  RUN  make\n";
  const textDocument = { uri };
  const position = { line: 1, character: 8 };
  const options = { tabSize: 2, insertSpaces: true };
  await editor.open(uri, text);
  const whole = await editor.request<TextEdit[]>("textDocument/formatting", {
    textDocument,
    options,
  });
  assert.equal(applied(text, { changes: { [uri]: whole } }), "FROM busybox\nRUN make\n");
  const line = await editor.request<TextEdit[]>("textDocument/rangeFormatting", {
    textDocument,
    options,
    range: { start: position, end: position },
  });
  assert.equal(applied(text, { changes: { [uri]: line } }), "  FROM busybox  \nRUN make\n");
  const all = await editor.request<SemanticTokens>("textDocument/semanticTokens/full", {
    textDocument,
  });
  assert.equal(all.data.length, 3 * 5);
  const some = await editor.request<SemanticTokens>("textDocument/semanticTokens/range", {
    textDocument,
    range: { start: position, end: position },
  });
  assert.equal(some.data.length, 2 * 5);
  const [selection] = await editor.request<SelectionRange[]>("textDocument/selectionRange", {
    textDocument,
    positions: [position],
  });
  assert.deepEqual(selection?.range, {
    start: { line: 1, character: 7 },
    end: { line: 1, character: 11 },
  });
  const [link] = await editor.request<DocumentLink[]>("textDocument/documentLink", {
    textDocument,
  });
  assert.equal(link?.target, "https://hub.docker.com/_/busybox");
});

test("a build that ended shows what each step did until the step is edited", async (t) => {
  const editor = await start(t, { capabilities: modern });
  const text = "FROM alpine\nRUN one \\\n  two\nCOPY a b\n";
  await editor.open(uri, text);
  const hints = (): Promise<InlayHint[]> =>
    editor.request("textDocument/inlayHint", { textDocument: { uri }, range: everything });
  assert.deepEqual(await hints(), []);
  const result = await editor.request<BuildFinishedResult>(buildFinishedRequest, {
    uri,
    text,
    buildArguments: {},
    finishedAt: Date.UTC(2026, 0, 1),
    steps: [
      { name: "[internal] load build context", outcome: "ran", seconds: 0.1 },
      { name: "[2/3] RUN one   two", outcome: "cached", bytes: 12_400_000 },
      { name: "[3/3] COPY a b", outcome: "failed" },
    ],
  });
  assert.deepEqual(result.ranges, [
    null,
    { start: { line: 1, character: 0 }, end: { line: 2, character: 5 } },
    { start: { line: 3, character: 0 }, end: { line: 3, character: 8 } },
  ]);
  await editor.refreshed("workspace/inlayHint/refresh");
  assert.deepEqual(
    (await hints()).map(({ label }) => label),
    ["was cached · 12.4 MB", "failed"],
  );
  await editor.edit(uri, 2, [{ text: text.replace("two", "three") }]);
  assert.deepEqual(
    (await hints()).map(({ label }) => label),
    ["failed"],
  );
  editor.settings = { cacheHints: { enabled: false } };
  await editor.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
  assert.deepEqual(await hints(), []);
});

test("requests that make no sense are answered, and those after them too", async (t) => {
  const editor = await start(t);
  await editor.open(uri, "FROM alpine\nRUM x\n");
  for (const params of [{}, { textDocument: null }, { textDocument: { uri: "nowhere:" } }]) {
    for (const method of [
      "textDocument/foldingRange",
      "textDocument/hover",
      buildFinishedRequest,
    ]) {
      await editor.request(method, params).catch((error: unknown) => {
        assert.ok(error instanceof Error);
      });
    }
  }
  await editor.request("textDocument/hover", {
    textDocument: { uri },
    position: { line: -5, character: 1e12 },
  });
  await assert.rejects(editor.request("slipway/nonsense", {}), /Unhandled method/);
  await editor.connection.sendNotification("textDocument/didChange", {});
  await editor.edit(uri, 2, [{ text: "FROM alpine\n" }]);
  assert.deepEqual(severities(await editor.published(uri, 2), "unknown-instruction"), []);
});

test("a file of 6000 lines is answered", async (t) => {
  const editor = await start(t);
  const text = `FROM alpine\n${Array.from({ length: 2000 }, (_, index) => `RUN echo ${index} \\\n  && x\nENV A${index} $A\n`).join("")}`;
  await editor.open(uri, text);
  const diagnostics = await editor.published(uri, 1);
  assert.equal(diagnostics.filter(({ code }) => code === "legacy-key-value-format").length, 2000);
  const folds = await editor.request<FoldingRange[]>("textDocument/foldingRange", {
    textDocument: { uri },
  });
  assert.ok(folds.length >= 2000);
});

test("the server ends with 0 after it was told to shut down", async (t) => {
  const editor = await start(t);
  assert.equal(await editor.quit(), 0);
});

test("the command line says what it is, and refuses what it does not know with 2", () => {
  assert.match(run("--version").stdout, /^\d+\.\d+\.\d+\n$/);
  assert.match(run("--help").stdout, /--stdio/);
  const { status, stderr } = run();
  assert.equal(status, 2);
  assert.match(stderr, /--stdio/);
  assert.equal(run("--node-ipc").status, 2);
});

test("a Node process that starts the server reaches it over its own channel", async (t) => {
  const server = fork(resolve("server/dist/server.js"), ["--node-ipc"]);
  const connection = createProtocolConnection(
    new IPCMessageReader(server),
    new IPCMessageWriter(server),
  );
  t.after(() => {
    connection.dispose();
    server.kill();
  });
  connection.listen();
  const initialized = await connection.sendRequest<InitializeResult>("initialize", {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
  });
  assert.equal(initialized.serverInfo?.name, "slipway");
  const exited = once(server, "exit");
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  assert.deepEqual(await exited, [0, null]);
});

test("hadolint's configuration beside a Dockerfile is heeded, and its mistakes are shown", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-lsp-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const configuration = join(folder, ".hadolint.yaml");
  const dockerfile = pathToFileURL(join(folder, "Dockerfile")).href;
  const configurationUri = pathToFileURL(configuration).href;
  const changed = { changes: [{ uri: configurationUri, type: FileChangeType.Changed }] };
  const editor = await start(t);

  await writeFile(configuration, "override:\n  error: [DL4000]\n");
  await editor.open(dockerfile, "FROM alpine:3.21\nMAINTAINER me\n");
  const first = await editor.published(dockerfile, 1);
  assert.deepEqual(severities(first, "maintainer-deprecated"), [DiagnosticSeverity.Error]);

  await writeFile(configuration, "# broken\nignored: DL4000\n");
  await editor.connection.sendNotification("workspace/didChangeWatchedFiles", changed);
  const mistakes = await editor.published(configurationUri, undefined);
  assert.deepEqual(
    mistakes.map(({ range, message }) => [range.start.line, message]),
    [[1, '"ignored" should be a list']],
  );
  await writeFile(configuration, "ignored: [DL4000]\n");
  await editor.connection.sendNotification("workspace/didChangeWatchedFiles", changed);
  await editor.edit(dockerfile, 2, [{ text: "FROM alpine:3.21\nMAINTAINER you\n" }]);
  assert.deepEqual(severities(await editor.published(dockerfile, 2), "maintainer-deprecated"), []);
  assert.deepEqual(await editor.published(configurationUri, undefined), []);
});

test("a file that the editor makes ends the complaint that COPY does not find it", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-lsp-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "setting.yaml"), "");
  const dockerfile = pathToFileURL(join(folder, "Dockerfile")).href;
  const missing = join(folder, "settings.yaml");
  const capabilities = {
    ...modern,
    workspace: { ...modern.workspace, fileOperations: { didCreate: true } },
  };
  const editor = await start(t, { capabilities });
  const look = async () => {
    const textDocument = { uri: dockerfile };
    const report = await editor.request<DocumentDiagnosticReport>("textDocument/diagnostic", {
      textDocument,
    });
    return severities(report.kind === "full" ? report.items : [], "copy-source-not-found");
  };

  await editor.open(dockerfile, "FROM scratch\nCOPY settings.yaml /\n");
  assert.deepEqual(await look(), [DiagnosticSeverity.Warning]);
  await writeFile(missing, "");
  await editor.connection.sendNotification("workspace/didCreateFiles", {
    files: [{ uri: pathToFileURL(missing).href }],
  });
  await editor.refreshed("workspace/diagnostic/refresh");
  assert.deepEqual(await look(), []);
});
