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

test("what ShellCheck finds in a script follows, and its fix mends it", async () => {
  const began = performance.now();
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const uri = vscode.Uri.joinPath(folder.uri, "scripts.Dockerfile");
  const text = "FROM busybox:local\nRUN true && \\\n  echo $A\n";
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  const ofShellCheck = () =>
    vscode.languages
      .getDiagnostics(document.uri)
      .filter(({ code }) => typeof code === "object" && code.value === "SC2086");
  const [problem] = await waitFor(
    () => {
      const problems = ofShellCheck();
      return problems.length > 0 && problems;
    },
    { what: "what ShellCheck finds" },
  );
  console.log(`first diagnostic of ShellCheck: ${Math.round(performance.now() - began)} ms`);
  assert.ok(problem);
  assert.equal(document.getText(problem.range), "$A");
  const actions = await vscode.commands.executeCommand<readonly vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    document.uri,
    problem.range,
    vscode.CodeActionKind.QuickFix.value,
  );
  const fix = actions.find(({ title }) => title.includes("SC2086"));
  assert.ok(fix?.edit, actions.map(({ title }) => title).join());
  await vscode.workspace.applyEdit(fix.edit);
  assert.equal(document.lineAt(2).text, '  echo "$A"');
  await waitFor(() => ofShellCheck().length === 0, { what: "the fix to be noticed" });
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  await vscode.workspace.fs.delete(uri);
});
