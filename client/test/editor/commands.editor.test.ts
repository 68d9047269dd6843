import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { Container, Image } from "../../src/engine/engine.ts";
import {
  collectFailures,
  confirmEverything,
  removeTestContainers,
  runTestContainer,
  seenContainer,
  showSidebar,
  slipway,
  testLabel,
} from "./api.ts";
import { test, waitFor } from "./harness.ts";

function run(command: string, ...args: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(`slipway.${command}`, ...args);
}

async function running(name: string): Promise<Container> {
  await showSidebar();
  return seenContainer(await runTestContainer(name), ({ state }) => state === "running");
}

async function image(reference: string): Promise<Image> {
  const { engine } = await slipway();
  return waitFor(() => engine.images.find(({ references }) => references.includes(reference)), {
    what: reference,
  });
}

test("every command of the manifest is registered", async () => {
  await slipway();
  const registered = new Set(await vscode.commands.getCommands(true));
  const manifest = vscode.extensions.getExtension("slipway.slipway")?.packageJSON as {
    readonly contributes: { readonly commands: readonly { readonly command: string }[] };
  };
  assert.deepEqual(
    manifest.contributes.commands.map(({ command }) => command).filter((id) => !registered.has(id)),
    [],
  );
});

test(
  "a container is stopped, started, restarted, paused, resumed and killed",
  async () => {
    const asked = await confirmEverything();
    const container = await running("editor-lifecycle");
    const { id } = container;
    await run("containers.stop", container);
    await seenContainer(id, ({ state }) => state === "exited", "stop");
    await run("containers.start", await seenContainer(id));
    await seenContainer(id, ({ state }) => state === "running", "start");
    await run("containers.restart", await seenContainer(id));
    await seenContainer(id, ({ state }) => state === "running", "restart");
    await run("containers.pause", await seenContainer(id));
    await seenContainer(id, ({ state }) => state === "paused", "pause");
    await run("containers.unpause", await seenContainer(id));
    await seenContainer(id, ({ state }) => state === "running", "unpause");
    await run("containers.kill", await seenContainer(id));
    await seenContainer(id, ({ state }) => state === "exited", "kill");
    assert.deepEqual(
      asked.map(({ question }) => question),
      ["Kill the container editor-lifecycle?"],
    );
    await removeTestContainers();
  },
  { timeout: 60_000 },
);

test("a container is renamed, and its name and id are copied", async () => {
  const container = await running("editor-rename");
  const { answerWith } = await slipway();
  answerWith({ input: () => Promise.resolve("editor-renamed") });
  await run("containers.rename", container);
  const renamed = await seenContainer(
    container.id,
    ({ name }) => name === "editor-renamed",
    "rename",
  );
  await run("containers.copyName", renamed);
  assert.equal(await vscode.env.clipboard.readText(), "editor-renamed");
  await run("containers.copyId", renamed);
  assert.equal(await vscode.env.clipboard.readText(), container.id);
  await removeTestContainers();
});

test("several containers are stopped and removed by one command, after one question", async () => {
  const { engine } = await slipway();
  const asked = await confirmEverything();
  const first = await running("editor-many-1");
  const second = await running("editor-many-2");
  await run("containers.remove", first, [first, second]);
  assert.equal(asked.length, 1);
  assert.equal(asked[0]?.question, "Remove 2 containers?");
  assert.equal(asked[0]?.verb, "Stop and Remove");
  assert.match(asked[0]?.detail ?? "", /editor-many-1 \(running\)\neditor-many-2 \(running\)/);
  await waitFor(() => !engine.containers.some(({ id }) => id === first.id || id === second.id), {
    what: "both to go",
  });
});

test("a refused question removes nothing", async () => {
  const container = await running("editor-refused");
  const { answerWith } = await slipway();
  answerWith({ confirm: () => Promise.resolve(false) });
  await run("containers.remove", container);
  await seenContainer(container.id, ({ state }) => state === "running");
  await removeTestContainers();
});

test("of several the ones that fail are named with the reason", async () => {
  const failures = await collectFailures();
  const container = await running("editor-partly");
  const gone: Container = { ...container, id: "0".repeat(64), name: "editor-gone" };
  await run("containers.stop", container, [container, gone]);
  await seenContainer(container.id, ({ state }) => state === "exited");
  assert.equal(failures.length, 1);
  assert.match(failures[0] ?? "", /^1 of 2 containers stopped; editor-gone: /);
  await removeTestContainers();
});

test("logs, shell and inspect open", async () => {
  await confirmEverything();
  const container = await running("editor-open");
  await run("containers.logs", container);
  await run("containers.shell", container);
  const names = new Set(vscode.window.terminals.map(({ name }) => name));
  assert.ok(names.has("Logs: editor-open"));
  assert.ok(names.has("Shell: editor-open"));
  await run("containers.inspect", container);
  const document = vscode.window.activeTextEditor?.document;
  assert.equal(document?.uri.scheme, "slipway-inspect");
  assert.equal(document?.languageId, "json");
  assert.match(document?.getText() ?? "", new RegExp(container.id));
  await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  for (const terminal of vscode.window.terminals) {
    terminal.dispose();
  }
  await removeTestContainers();
});

test("a container's processes and file changes open, and an image is made of it", async () => {
  const { engine, answerWith } = await slipway();
  await confirmEverything();
  const container = await running("editor-inside");
  await run("containers.processes", container);
  assert.match(vscode.window.activeTextEditor?.document.getText() ?? "", /PID.*\n.*editor-inside/);
  await run("containers.changes", container);
  assert.match(
    vscode.window.activeTextEditor?.document.getText() ?? "",
    /^\d+ added, \d+ changed, \d+ deleted\n/,
  );
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");

  const reference = "editor-test/from-container:1";
  answerWith({
    input: () => Promise.resolve(reference),
    showInformation: () => Promise.resolve(undefined),
  });
  await run("containers.createImage", container);
  await image(reference);
  await removeTestContainers();
  await (await engine.get()).removeImage(reference);
});

test("images are saved to an archive and loaded from it", async () => {
  const { engine, answerWith } = await slipway();
  await confirmEverything();
  await showSidebar();
  const reference = "editor-test/archived:1";
  const api = await engine.get();
  await api.tagImage("busybox:local", reference);
  const archived = await image(reference);
  const folder = await mkdtemp(join(tmpdir(), "slipway-save-"));
  const file = vscode.Uri.file(join(folder, "archived.tar"));
  const told: string[] = [];
  answerWith({
    saveFile: () => Promise.resolve(file),
    pickFile: () => Promise.resolve(file),
    showInformation: async (message) => {
      told.push(message);
      return undefined;
    },
  });
  await run("images.save", { kind: "imageNode", named: { image: archived, reference } });
  await api.removeImage(reference);
  await waitFor(() => !engine.images.some(({ references }) => references.includes(reference)), {
    what: "the name to go",
  });
  await run("images.load");
  await image(reference);
  assert.deepEqual(told, [`Saved to ${file.fsPath}.`, `Loaded ${reference}.`]);
  await api.removeImage(reference);
  await rm(folder, { recursive: true });
});

test("a published port is opened in the browser", async () => {
  const { engine, answerWith } = await slipway();
  await showSidebar();
  const id = await (
    await engine.get()
  ).runContainer({
    image: "busybox:local",
    command: ["sh", "-c", "exec httpd -f -p 80"],
    ports: ["127.0.0.1:0:80"],
    labels: { [testLabel]: "1" },
  });
  const container = await seenContainer(id, ({ ports }) =>
    ports.some(({ publicPort }) => publicPort !== undefined),
  );
  const opened: string[] = [];
  answerWith({
    async openInBrowser(url) {
      opened.push(url);
    },
  });
  await run("containers.openInBrowser", container);
  assert.match(opened[0] ?? "", /^http:\/\/127\.0\.0\.1:\d+\/$/);
  await removeTestContainers();
});

test("an image is run, tagged, inspected, copied, and its name removed", async () => {
  const { engine, answerWith } = await slipway();
  const asked = await confirmEverything();
  await showSidebar();
  const base = await image("busybox:local");
  answerWith({
    confirm: async (confirmation) => {
      asked.push(confirmation);
      return true;
    },
    input: () => Promise.resolve("editor-test/tagged:1"),
    showInformation: () => Promise.resolve(undefined),
  });
  await run("images.tag", base);
  const tagged = await image("editor-test/tagged:1");
  assert.equal(tagged.id, base.id);

  await run("images.copyReference", { ...tagged, references: ["editor-test/tagged:1"] });
  assert.equal(await vscode.env.clipboard.readText(), "editor-test/tagged:1");
  await run("images.inspect", tagged);
  assert.equal(vscode.window.activeTextEditor?.document.uri.scheme, "slipway-inspect");
  await vscode.commands.executeCommand("workbench.action.closeActiveEditor");

  await run("images.run", "editor-test/tagged:1");
  const started = await waitFor(
    () => engine.containers.find((container) => container.image === "editor-test/tagged:1"),
    { what: "the container of the image" },
  );
  await waitFor(
    () => engine.containers.find(({ id, state }) => id === started.id && state === "exited"),
    {
      what: "its shell to end",
    },
  );
  await (await engine.get()).removeContainer(started.id);

  await run("images.remove", {
    kind: "imageNode",
    named: { image: tagged, reference: "editor-test/tagged:1" },
  });
  await waitFor(
    () => !engine.images.some(({ references }) => references.includes("editor-test/tagged:1")),
    { what: "the name to go" },
  );
  assert.match(asked.at(-1)?.detail ?? "", /only this name; the image has others/);
  assert.ok(engine.images.some(({ references }) => references.includes("busybox:local")));
});

test("an image that a container uses is kept, and the container named", async () => {
  const failures = await collectFailures();
  const container = await running("editor-user");
  const base = await image("busybox:local");
  const nodes = base.references.map((reference) => ({
    kind: "imageNode",
    named: { image: base, reference },
  }));
  await run("images.remove", nodes[0], nodes);
  assert.match(failures[0] ?? "", /busybox:local is used by .*editor-user/);
  assert.ok((await image("busybox:local")).id === container.imageId);
  await removeTestContainers();
});

test("an image is run with a terminal", async () => {
  const { engine } = await slipway();
  await showSidebar();
  await run("images.runInteractive", {
    ...(await image("busybox:local")),
    references: ["busybox:local"],
  });
  const terminal = vscode.window.terminals.find(({ name }) => name === "busybox:local");
  assert.ok(terminal);
  const container = await waitFor(
    () =>
      engine.containers.find((each) => each.image === "busybox:local" && each.state === "running"),
    { what: "the container" },
  );
  terminal.sendText("exit");
  await waitFor(() => !engine.containers.some(({ id }) => id === container.id), {
    what: "the container to be removed with its end",
  });
});

test("a registry that is not there is told for pull and push, under the name that was asked for", async () => {
  const nowhere = "127.0.0.1:1/editor-test/nothing:here";
  const failures = await collectFailures({ input: () => Promise.resolve(nowhere) });
  await showSidebar();
  await run("images.pull", nowhere);
  assert.equal(failures.length, 1, "the pull fails");
  await run("images.push", {
    kind: "imageNode",
    named: { image: await image("busybox:local"), reference: "busybox:local" },
  });
  assert.equal(failures.length, 2, "the push fails");
  const { engine } = await slipway();
  await (await engine.get()).removeImage(nowhere);
});

test("a prune says what goes and how many bytes, and does nothing when it is refused", async () => {
  const { engine, answerWith } = await slipway();
  const container = await running("editor-prune");
  await (await engine.get()).stopContainer(container.id);
  await seenContainer(container.id, ({ state }) => state === "exited");
  const asked: string[] = [];
  answerWith({
    async confirm({ question, detail, verb }) {
      asked.push(question, detail, verb);
      return false;
    },
  });
  await run("containers.prune", { label: testLabel });
  assert.match(asked[0] ?? "", /^Remove 1 stopped container\? .+ will be freed\.$/);
  assert.match(asked[1] ?? "", /^editor-prune \(/);
  assert.equal(asked[2], "Remove Container");
  await seenContainer(container.id);

  await confirmEverything();
  await run("containers.prune", { label: testLabel });
  await waitFor(() => !engine.containers.some(({ id }) => id === container.id), {
    what: "the container to go",
  });
});

test("images and build cache are previewed before they are pruned", async () => {
  const { answerWith } = await slipway();
  const asked: string[] = [];
  const told: string[] = [];
  answerWith({
    pick: (items) => Promise.resolve(items[0]),
    async confirm({ question }) {
      asked.push(question);
      return false;
    },
    async showInformation(message) {
      told.push(message);
      return undefined;
    },
  });
  await run("images.prune", { label: testLabel });
  await run("buildCache.prune");
  assert.equal(asked.length + told.length, 2);
  assert.match([...asked, ...told].join("\n"), /image/);
  assert.match([...asked, ...told].join("\n"), /build cache/);
});

test("the palette asks which container is meant", async () => {
  const container = await running("editor-palette");
  const { answerWith } = await slipway();
  const offered: string[] = [];
  answerWith({
    async pickMany(items) {
      offered.push(...items.map(({ label }) => label));
      return items.filter(({ label }) => label === "editor-palette");
    },
  });
  await run("containers.stop");
  assert.ok(offered.includes("editor-palette"));
  await seenContainer(container.id, ({ state }) => state === "exited");
  await removeTestContainers();
});

test("refresh, log, settings and the engine's selection open", async () => {
  const { answerWith } = await slipway();
  await run("refresh");
  await run("showLog");
  await run("openSettings");
  await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  let offered = 0;
  answerWith({
    async pick(items) {
      offered = items.length;
      return undefined;
    },
  });
  await run("selectEndpoint");
  assert.ok(offered >= 2);
});
