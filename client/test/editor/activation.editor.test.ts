import assert from "node:assert/strict";
import * as vscode from "vscode";
import { slipway } from "./api.ts";
import { test, waitFor } from "./harness.ts";

test("the extension is not active before something needs it, and then within a moment", async () => {
  const extension = vscode.extensions.getExtension("slipway.slipway");
  assert.ok(extension, "VS Code does not know slipway.slipway");
  const began = performance.now();
  await extension.activate();
  console.log(`activation: ${Math.round(performance.now() - began)} ms`);
  assert.equal(extension.isActive, true);
});

test("nothing talks to the engine before a view is visible or a command runs", async () => {
  const { engine, sidebar } = await slipway();
  if (!sidebar.containers.visible && !sidebar.images.visible) {
    assert.equal(engine.state.kind, "idle");
  }
});

test("a mistake in a Dockerfile is a diagnostic", async () => {
  const began = performance.now();
  const document = await vscode.workspace.openTextDocument({
    language: "dockerfile",
    content: "FROM busybox:local\nRUNN echo hello\n",
  });
  await vscode.window.showTextDocument(document);
  const [problem] = await waitFor(
    () => {
      const problems = vscode.languages.getDiagnostics(document.uri);
      return problems.length > 0 && problems;
    },
    { what: "the first diagnostic" },
  );
  console.log(`first diagnostic: ${Math.round(performance.now() - began)} ms`);
  assert.equal(problem?.range.start.line, 1);
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
});
