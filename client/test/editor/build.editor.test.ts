import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { collectFailures, slipway } from "./api.ts";
import { test, waitFor } from "./harness.ts";

async function withDockerfile(
  text: string,
  body: (document: vscode.TextDocument) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-build-"));
  try {
    await writeFile(join(folder, "Dockerfile"), text);
    const document = await vscode.workspace.openTextDocument(join(folder, "Dockerfile"));
    await vscode.window.showTextDocument(document);
    await body(document);
  } finally {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await rm(folder, { recursive: true, force: true });
  }
}

async function build(document: vscode.TextDocument, tag: string): Promise<string[]> {
  const { answerWith } = await slipway();
  const told: string[] = [];
  answerWith({
    input: () => Promise.resolve(tag),
    pick: (items) => Promise.resolve(items[0]),
    async showInformation(message) {
      told.push(message);
      return undefined;
    },
    async showError(message) {
      told.push(message);
      return undefined;
    },
  });
  await vscode.commands.executeCommand("slipway.images.build", document.uri);
  return told;
}

async function hints(document: vscode.TextDocument): Promise<readonly vscode.InlayHint[]> {
  return vscode.commands.executeCommand<vscode.InlayHint[]>(
    "vscode.executeInlayHintProvider",
    document.uri,
    new vscode.Range(0, 0, document.lineCount, 0),
  );
}

test(
  "the sample is built, and each instruction then says what happened",
  async () => {
    const [file] = await vscode.workspace.findFiles("Dockerfile");
    assert.ok(file);
    const document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    const told = await build(document, "editor-test/sample:latest");
    assert.match(
      told[0] ?? "",
      /^Built editor-test\/sample:latest in .+: \d+ of \d+ steps from the cache\.$/,
    );
    const shown = await waitFor(
      async () => {
        const all = await hints(document);
        return all.length > 0 && all;
      },
      { what: "hints" },
    );
    assert.ok(shown.length > 10, `only ${shown.length} instructions have a hint`);

    const again = await (async () => {
      await vscode.commands.executeCommand("slipway.images.buildAgain", document.uri);
      return told;
    })();
    assert.match(again[1] ?? "", /: (\d+) of \1 steps from the cache\.$/);
    const { engine } = await slipway();
    await (await engine.get()).removeImage("editor-test/sample:latest");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  },
  { timeout: 120_000 },
);

test(
  "a build that fails puts a problem on the failing instruction, and the next good build takes it away",
  async () => {
    await withDockerfile(
      "FROM busybox:local\nRUN true\nRUN echo broken >&2 && exit 3\n",
      async (document) => {
        const told = await build(document, "editor-test/failing:latest");
        assert.match(told[0] ?? "", /exit code 3/);
        const problem = vscode.languages
          .getDiagnostics(document.uri)
          .find(({ source }) => source === "slipway build");
        assert.equal(problem?.range.start.line, 2);
        assert.match(problem?.message ?? "", /broken/);

        const edit = new vscode.WorkspaceEdit();
        edit.replace(document.uri, document.lineAt(2).range, "RUN echo mended");
        await vscode.workspace.applyEdit(edit);
        const again = await build(document, "editor-test/failing:latest");
        assert.match(again[0] ?? "", /^Built /);
        assert.equal(document.isDirty, false, "the Dockerfile is saved before it is built");
        assert.deepEqual(
          vscode.languages
            .getDiagnostics(document.uri)
            .filter(({ source }) => source === "slipway build"),
          [],
        );
        const { engine } = await slipway();
        await (await engine.get()).removeImage("editor-test/failing:latest");
      },
    );
  },
  { timeout: 120_000 },
);

test(
  "a Dockerfile that BuildKit does not understand fails on its line",
  async () => {
    await withDockerfile("FROM busybox:local\n\nNONSENSE here\n", async (document) => {
      await build(document, "editor-test/nonsense:latest");
      const problem = vscode.languages
        .getDiagnostics(document.uri)
        .find(({ source }) => source === "slipway build");
      assert.equal(problem?.range.start.line, 2);
    });
  },
  { timeout: 60_000 },
);

test(
  "a missing source of COPY fails on its line",
  async () => {
    await withDockerfile("FROM busybox:local\nCOPY nothing-like-this /x\n", async (document) => {
      const told = await build(document, "editor-test/missing:latest");
      assert.match(told[0] ?? "", /nothing-like-this/);
      const problem = vscode.languages
        .getDiagnostics(document.uri)
        .find(({ source }) => source === "slipway build");
      assert.equal(problem?.range.start.line, 1);
    });
  },
  { timeout: 60_000 },
);

test("a Dockerfile that is on no disk is not built, and it is said why", async () => {
  const failures = await collectFailures();
  const document = await vscode.workspace.openTextDocument({
    language: "dockerfile",
    content: "FROM scratch\n",
  });
  await vscode.commands.executeCommand("slipway.images.build", document.uri);
  assert.match(failures[0] ?? "", /Save the Dockerfile first/);
});

test(
  "Ctrl+C in the build's terminal cancels it, without a problem and without an image",
  async () => {
    await withDockerfile("FROM busybox:local\nRUN echo begun && sleep 60\n", async (document) => {
      const building = build(document, "editor-test/cancelled:latest");
      const terminal = await waitFor(
        () =>
          vscode.window.terminals.find(
            ({ name }) => name === "Build: editor-test/cancelled:latest",
          ),
        { what: "the build's terminal" },
      );
      terminal.sendText("\u0003", false);
      assert.deepEqual(await building, []);
      assert.deepEqual(
        vscode.languages
          .getDiagnostics(document.uri)
          .filter(({ source }) => source === "slipway build"),
        [],
      );
      const { engine } = await slipway();
      await assert.rejects((await engine.get()).inspectImage("editor-test/cancelled:latest"), {
        reason: "not-found",
      });
      terminal.dispose();
    });
  },
  { timeout: 40_000 },
);
