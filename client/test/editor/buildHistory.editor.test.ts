import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { BuildRecord } from "../../src/presentation/buildRecord.ts";
import { BuildHistory } from "../../src/views/buildHistory.ts";
import type { BuildsNode } from "../../src/views/buildsView.ts";
import { slipway } from "./api.ts";
import { test, waitFor } from "./harness.ts";

const tag = "editor-test/history:latest";

/** Runs with a Dockerfile of its own and the history that it leaves. */
async function withFolder(body: (dockerfile: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-history-"));
  const { services, engine, answerWith } = await slipway();
  answerWith({
    showInformation: () => Promise.resolve(undefined),
    showError: () => Promise.resolve(undefined),
  });
  try {
    await body(join(folder, "Dockerfile"));
  } finally {
    const { history } = services.builds;
    const ours = history.builds.filter(({ plan }) => plan.contextFolder === folder);
    await history.remove(ours.map(({ id }) => id));
    await (await engine.get()).removeImage(tag).catch(() => undefined);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await rm(folder, { recursive: true, force: true });
  }
}

async function build(dockerfile: string, text: string): Promise<BuildRecord> {
  await writeFile(dockerfile, text);
  const document = await vscode.workspace.openTextDocument(dockerfile);
  await waitFor(() => document.getText() === text, { what: "the editor to read the file" });
  const { services } = await slipway();
  await services.builds.run({ dockerfile, contextFolder: join(dockerfile, ".."), tag });
  const [newest] = services.builds.history.builds;
  assert.ok(newest);
  return newest;
}

async function childrenOf(node?: BuildsNode): Promise<readonly BuildsNode[]> {
  return (await slipway()).sidebar.buildsView.getChildren(node);
}

/** The rows below a build as indented text. */
async function drawn(node: BuildsNode, indent = ""): Promise<string> {
  const { sidebar } = await slipway();
  const texts = (await childrenOf(node)).map(async (child) => {
    const { label, description } = sidebar.buildsView.getTreeItem(child);
    assert.ok(typeof label === "string");
    return `${indent}${label} (${String(description)})\n${await drawn(child, `${indent}  `)}`;
  });
  return (await Promise.all(texts)).join("");
}

test(
  "a build is kept with its steps, their output and its lines, and is there again after a restart",
  () =>
    withFolder(async (dockerfile) => {
      const salt = Date.now();
      const text = `FROM busybox:local AS tools\nRUN echo one-${salt}; echo two\n\nFROM busybox:local\nCOPY --from=tools /bin/sh /x-${salt}\n`;
      const record = await build(dockerfile, text);
      assert.equal(record.outcome, "built");
      assert.ok((record.imageBytes ?? 0) > 0);
      const run = record.steps.find(({ name }) => name.includes("RUN"));
      assert.equal(run?.line, 1);
      const { services } = await slipway();
      const { history } = services.builds;
      assert.equal(await history.output(record.id, run.digest), `one-${salt}\ntwo\n`);

      const [node] = await childrenOf();
      assert.ok(node);
      const rows = await drawn(node);
      assert.match(rows, /^tools \(.*0 of 1 cached\)$/m);
      assert.match(
        rows,
        /^ {2}RUN echo one-\d+; echo two \(.*\)\n {4}one-\d+ \(\)\n {4}two \(\)$/m,
      );
      assert.match(rows, /critical path/);

      const { folder } = history;
      const restarted = new BuildHistory(folder, services.log);
      await restarted.load();
      const again = restarted.get(record.id);
      assert.deepEqual(again, JSON.parse(JSON.stringify(record)));
      assert.equal(await restarted.output(record.id, run.digest), `one-${salt}\ntwo\n`);
      restarted.dispose();

      await vscode.commands.executeCommand("slipway.builds.remove", node);
      assert.equal(history.get(record.id), undefined);
      const afterwards = new BuildHistory(folder, services.log);
      await afterwards.load();
      assert.equal(afterwards.get(record.id), undefined);
      afterwards.dispose();
    }),
  { timeout: 60_000 },
);

test(
  "a running build shows the step it is at, and is cancelled from its row",
  () =>
    withFolder(async (dockerfile) => {
      const building = build(dockerfile, `FROM busybox:local\nRUN echo ${Date.now()}; sleep 600\n`);
      const node = await waitFor(
        async () => {
          const [first] = await childrenOf();
          const isAtStep =
            first?.kind === "buildNode" &&
            first.build.steps.some(
              ({ name, state }) => name.includes("sleep 600") && state === "running",
            );
          return isAtStep && first;
        },
        { what: "the step to run", deadline: 30_000 },
      );
      const item = (await slipway()).sidebar.buildsView.getTreeItem(node);
      assert.match(String(item.description), /RUN echo \d+; sleep 600/);
      assert.equal(item.contextValue, "build;running");
      await vscode.commands.executeCommand("slipway.builds.cancel", node);
      assert.equal((await building).outcome, "cancelled");
    }),
  { timeout: 60_000 },
);

test(
  "a failed step opens its line, and what it printed",
  () =>
    withFolder(async (dockerfile) => {
      const text = "FROM busybox:local\n\n  RUN echo broken-here; exit 7\n";
      const record = await build(dockerfile, text);
      assert.equal(record.outcome, "failed");
      assert.equal(record.failedLine, 2);
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      await vscode.commands.executeCommand("slipway.builds.goToStep");
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document.uri.fsPath, dockerfile);
      assert.deepEqual(editor.selection.start, new vscode.Position(2, 2));
      const [node] = await childrenOf();
      await vscode.commands.executeCommand("slipway.builds.showOutput", node);
      const output = vscode.window.activeTextEditor?.document.getText() ?? "";
      assert.match(output, /broken-here\n[^]*exit code 7/);
    }),
  { timeout: 60_000 },
);

test(
  "two builds are compared, and the second says what differs",
  () =>
    withFolder(async (dockerfile) => {
      const salt = Date.now();
      const one = `FROM busybox:local\nRUN echo ${salt}\n`;
      await build(dockerfile, one);
      await build(dockerfile, `${one}RUN head -c 3000000 /dev/zero > /three\n`);
      const [node] = await childrenOf();
      assert.ok(node);
      assert.match(
        await drawn(node),
        /^Since the build before \(.*3 MB larger.*the Dockerfile was edited\)$/m,
      );
      await vscode.commands.executeCommand("slipway.builds.compare", node);
      const tab = await waitFor(() => vscode.window.tabGroups.activeTabGroup.activeTab, {
        what: "the comparison",
      });
      assert.ok(tab.input instanceof vscode.TabInputTextDiff);
      const { original, modified } = tab.input;
      const texts = await Promise.all(
        [original, modified].map(async (uri) =>
          (await vscode.workspace.openTextDocument(uri)).getText(),
        ),
      );
      assert.doesNotMatch(texts[0] ?? "", /three/);
      assert.match(texts[1] ?? "", /RUN head -c 3000000 \/dev\/zero > \/three/);
    }),
  { timeout: 60_000 },
);
