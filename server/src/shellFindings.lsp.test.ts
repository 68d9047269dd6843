import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type {
  ClientCapabilities,
  CodeAction,
  Diagnostic,
  DocumentDiagnosticReport,
} from "vscode-languageserver/node";
import { spanOfRange } from "./features/ranges.ts";
import { applyEdits } from "./lint/rule.ts";
import { workspaceTrustedNotification } from "./protocol.ts";
import { Editor, type EditorOptions } from "./testing/editor.ts";
import { LineIndex } from "./text/lineIndex.ts";

const uri = "untitled:Dockerfile";
const refresh = "workspace/diagnostic/refresh";
const everything = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } };
/** An editor that asks for diagnostics itself. */
const pulling: ClientCapabilities = {
  textDocument: { diagnostic: {} },
  workspace: { configuration: true, diagnostics: { refreshSupport: true } },
};
const head = "FROM alpine:3.21\n";

test("what ShellCheck finds follows the other diagnostics", async (t) => {
  const editor = await start(t, { capabilities: pulling });
  await editor.open(uri, `${head}WORKDIR a\nRUN echo $A\n`);
  assert.deepEqual(
    (await pull(editor)).map(({ code }) => code),
    ["workdir-relative-path"],
  );
  await editor.refreshed(refresh);
  const [, found] = await pull(editor);
  assert.deepEqual(found, {
    range: { start: { line: 2, character: 9 }, end: { line: 2, character: 11 } },
    severity: 3,
    source: "slipway",
    code: "SC2086",
    codeDescription: { href: "https://www.shellcheck.net/wiki/SC2086" },
    message: "Double quote to prevent globbing and word splitting.",
  });
});

test("it is published to editors that do not ask, and stays while other lines are edited", async (t) => {
  const editor = await start(t);
  await editor.open(uri, `${head}RUN echo $A\n`);
  await until(async () => editor.published(uri, 1), ["SC2086"]);
  await editor.edit(uri, 2, [{ range: caret(0), text: "# A comment.\n" }]);
  const again = await editor.published(uri, 2);
  assert.deepEqual(codes(again), ["SC2086"]);
  assert.equal(again[0]?.range.start.line, 2);
});

test("what it said of another text is not shown", async (t) => {
  const editor = await start(t, { capabilities: pulling });
  await editor.open(uri, `${head}RUN echo $A\nRUN echo $B\n`);
  await pulledWith(editor, "SC2086", "SC2086");
  const quoted = { start: { line: 1, character: 9 }, end: { line: 1, character: 11 } };
  await editor.edit(uri, 2, [{ range: quoted, text: "x y" }]);
  const left = await pull(editor);
  assert.deepEqual(codes(left), ["SC2086"]);
  assert.equal(left.at(-1)?.range.start.line, 2);
});

test("its fix is offered, and mends what it is for", async (t) => {
  const editor = await start(t, { capabilities: pulling });
  const text = `${head}RUN true && \\\n  # why\n  echo $A\n`;
  await editor.open(uri, text);
  await pulledWith(editor, "SC2086");
  const actions = await editor.request<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri },
    range: everything,
    context: { diagnostics: [] },
  });
  assert.deepEqual(
    actions.map(({ title }) => title),
    [
      "Fix as ShellCheck suggests (SC2086)",
      'Ignore "SC2086" for this instruction',
      'Ignore "SC2086" in this stage',
      'Ignore "SC2086" in this file',
    ],
  );
  const [fixed, silenced] = actions.map((action) => applied(text, action));
  assert.equal(fixed, `${head}RUN true && \\\n  # why\n  echo "$A"\n`);
  assert.equal(silenced, `${head}# hadolint ignore=SC2086\nRUN true && \\\n  # why\n  echo $A\n`);
  await editor.edit(uri, 2, [{ text: `${fixed}RUN echo $B\n` }]);
  const left = await pulledWith(editor, "SC2086");
  assert.equal(left.find(({ code }) => code === "SC2086")?.range.start.line, 4);
});

test("comments and settings silence it", async (t) => {
  const editor = await start(t, { capabilities: pulling, settings: { lint: { rules: {} } } });
  const lines = [
    "# hadolint ignore=SC2086",
    "RUN echo $A",
    "# check=skip=SC2086",
    "RUN echo $B",
    "RUN <<EOF",
    "# shellcheck disable=SC2086",
    "echo $C",
    "EOF",
    "RUN echo $D; cd /x",
  ];
  await editor.open(uri, `${head}${lines.join("\n")}\n`);
  await pulledWith(editor, "SC2086", "SC2164");
  await set(editor, { lint: { rules: { SC2086: "off", SC2164: "error" } } });
  const left = await pull(editor);
  assert.deepEqual(codes(left), ["SC2164"]);
  assert.equal(left.find(({ code }) => code === "SC2164")?.severity, 1);
  await set(editor, { shellcheck: { enabled: false } });
  assert.deepEqual(codes(await pull(editor)), []);
});

test(
  "a program of the machine is run in trusted folders only",
  { skip: process.platform === "win32" },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-shellcheck-"));
    t.after(async () => rm(folder, { recursive: true, force: true }));
    const path = join(folder, "shellcheck");
    const comment = { line: 3, column: 1, level: "error", code: 9999, message: "It ran." };
    const answer = JSON.stringify([comment]);
    await writeFile(path, `#!/bin/sh\ncat >/dev/null\necho '${answer}'\n`);
    await chmod(path, 0o755);
    const editor = await start(t, { capabilities: pulling, settings: { shellcheck: { path } } });
    await editor.open(uri, `${head}RUN echo $A\n`);
    await pulledWith(editor, "SC2086");
    await editor.connection.sendNotification(workspaceTrustedNotification);
    await pulledWith(editor, "SC9999");
  },
);

/** In folders that are not trusted, so that what is installed on the machine does not count. */
async function start(t: TestContext, options: EditorOptions = {}): Promise<Editor> {
  const editor = await Editor.start({ initializationOptions: { isTrusted: false }, ...options });
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

async function set(editor: Editor, settings: unknown): Promise<void> {
  editor.settings = settings;
  await editor.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
}

/** Asks again and again, until these are the codes of ShellCheck. */
async function pulledWith(
  editor: Editor,
  ...wanted: readonly string[]
): Promise<readonly Diagnostic[]> {
  return until(async () => pull(editor), wanted);
}

async function until(
  look: () => Promise<readonly Diagnostic[]>,
  wanted: readonly string[],
): Promise<readonly Diagnostic[]> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await look();
    if (codes(found).join() === wanted.join()) {
      return found;
    }
    assert.ok(Date.now() < deadline, `${codes(found).join()} and not ${wanted.join()}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/** The codes of ShellCheck. */
function codes(diagnostics: readonly Diagnostic[]): unknown[] {
  return diagnostics.map(({ code }) => code).filter((code) => String(code).startsWith("SC"));
}

function caret(line: number) {
  return { start: { line, character: 0 }, end: { line, character: 0 } };
}

function applied(text: string, { edit }: CodeAction): string {
  const lines = new LineIndex(text);
  return applyEdits(
    text,
    (edit?.changes?.[uri] ?? []).map(({ range, newText }) => ({
      ...spanOfRange(lines, range),
      newText,
    })),
  );
}
