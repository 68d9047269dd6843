import assert from "node:assert/strict";
import * as vscode from "vscode";
import { testEngine } from "../engines/testEngine.ts";
import {
  removeTestContainers,
  runTestContainer,
  seenContainer,
  showSidebar,
  slipway,
} from "./api.ts";
import { test, waitFor } from "./harness.ts";

test("the view shows a container and follows it by the engine's events", async () => {
  const { sidebar, engine } = await slipway();
  await showSidebar();
  const id = await runTestContainer("editor-follow");
  await seenContainer(id, ({ state }) => state === "running");
  const view = sidebar.containersView;
  const find = async () =>
    (await view.getChildren()).find(
      (node) => node.kind === "containerNode" && node.container.id === id,
    );
  const node = await waitFor(find, { what: "the row" });
  const before = view.getTreeItem(node);
  assert.match(before.contextValue ?? "", /^container;running/);
  assert.match(before.accessibilityInformation?.label ?? "", /editor-follow, running/);

  await (await engine.get()).stopContainer(id);
  await seenContainer(id, ({ state }) => state === "exited", "the container to be seen stopped");
  const after = view.getTreeItem(node);
  assert.match(after.contextValue ?? "", /^container;exited/);
  assert.equal(after.id, before.id, "a state is no part of an id");
  assert.equal(await find(), node, "the node stays the same");

  await (await engine.get()).removeContainer(id);
  await waitFor(async () => (await find()) === undefined, { what: "the row to go" });
});

test("a state change draws one row again and not the whole view", async () => {
  const { sidebar, engine } = await slipway();
  await showSidebar();
  const id = await runTestContainer("editor-one-row");
  await seenContainer(id, ({ state }) => state === "running");
  const fired: (readonly unknown[] | undefined)[] = [];
  const listener = sidebar.containersView.onDidChangeTreeData((nodes) => fired.push(nodes));
  await (await engine.get()).pauseContainer(id);
  await seenContainer(id, ({ state }) => state === "paused");
  listener.dispose();
  assert.ok(fired.length > 0);
  for (const nodes of fired) {
    assert.equal(nodes?.length, 1);
  }
  await removeTestContainers();
});

test("containers of a Compose project stand below it by their services", async () => {
  const { sidebar } = await slipway();
  await showSidebar();
  const ids = await Promise.all([
    runTestContainer("editor-shop-web-1", serviceLabels("web")),
    runTestContainer("editor-shop-db-1", serviceLabels("db")),
  ]);
  await Promise.all(ids.map((id) => seenContainer(id, ({ state }) => state === "running")));
  const view = sidebar.containersView;
  const project = (await view.getChildren()).find(
    (node) => node.kind === "groupNode" && node.group.name === "editor-shop",
  );
  assert.ok(project);
  const children = await view.getChildren(project);
  assert.deepEqual(
    children.map((child) => view.getTreeItem(child).label),
    ["db", "web"],
  );
  assert.equal(view.getParent(children[0] ?? project), project);
  assert.equal(view.getTreeItem(project).description, "2 of 2 running");
  await removeTestContainers();
});

test("containers are filtered, hidden when stopped, and grouped as the settings say", async () => {
  const { sidebar, engine, answerWith } = await slipway();
  await showSidebar();
  const running = await runTestContainer("editor-seen-one");
  const stopped = await runTestContainer("editor-seen-two");
  await (await engine.get()).stopContainer(stopped);
  await seenContainer(stopped, ({ state }) => state === "exited");
  const view = sidebar.containersView;
  const names = async (): Promise<unknown[]> =>
    (await view.getChildren()).map((node) => view.getTreeItem(node).label);
  const run = (command: string) => vscode.commands.executeCommand(`slipway.containers.${command}`);

  answerWith({ input: () => Promise.resolve("seen editor") });
  await run("filter");
  assert.deepEqual(await names(), ["editor-seen-one", "editor-seen-two"]);
  assert.match(sidebar.containers.message ?? "", /^2 of \d+ match “seen editor”$/);
  await run("hideStopped");
  assert.deepEqual(await names(), ["editor-seen-one"]);
  await run("showStopped");

  const settings = vscode.workspace.getConfiguration("slipway.containers");
  await settings.update("groupBy", "state", vscode.ConfigurationTarget.Global);
  await settings.update("description", ["id"], vscode.ConfigurationTarget.Global);
  try {
    await waitFor(async () => (await names()).join() === "running,exited", { what: "the groups" });
    const [, group] = await view.getChildren();
    const [row] = await view.getChildren(group);
    assert.ok(row);
    assert.equal(view.getTreeItem(row).description, stopped.slice(0, 12));
    assert.equal(view.getParent(row), group);
  } finally {
    await settings.update("groupBy", undefined, vscode.ConfigurationTarget.Global);
    await settings.update("description", undefined, vscode.ConfigurationTarget.Global);
  }
  await run("clearFilter");
  await waitFor(async () => (await names()).includes("editor-seen-two"), { what: "all of them" });
  assert.equal(sidebar.containers.message ?? "", "");
  assert.ok(engine.containers.some(({ id }) => id === running));
  await removeTestContainers();
});

test("images are filtered and grouped by repository", async () => {
  const { sidebar, engine, answerWith } = await slipway();
  await showSidebar();
  const api = await engine.get();
  const references = ["editor-test/grouped:1", "editor-test/grouped:2"];
  for (const reference of references) {
    await api.tagImage("busybox:local", reference);
  }
  const view = sidebar.imagesView;
  answerWith({ input: () => Promise.resolve("grouped") });
  await vscode.commands.executeCommand("slipway.images.filter");
  const settings = vscode.workspace.getConfiguration("slipway.images");
  await settings.update("groupBy", "repository", vscode.ConfigurationTarget.Global);
  try {
    const group = await waitFor(
      async () => (await view.getChildren()).find((node) => node.kind === "imageGroupNode"),
      { what: "the group" },
    );
    assert.equal(view.getTreeItem(group).label, "editor-test/grouped");
    const rows = await waitFor(
      async () => {
        const all = await view.getChildren(group);
        return all.length === 2 ? all : undefined;
      },
      { what: "both names" },
    );
    assert.deepEqual(
      rows.map((row) => view.getTreeItem(row).label),
      ["1", "2"],
    );
    assert.ok((await view.getChildren(rows[0])).length > 0, "layers stand below as ever");
  } finally {
    await settings.update("groupBy", undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand("slipway.images.clearFilter");
  }
  for (const reference of references) {
    await api.removeImage(reference);
  }
});

test("an image opens into its layers with their sizes", async () => {
  const { sidebar, engine } = await slipway();
  await showSidebar();
  const view = sidebar.imagesView;
  const node = await waitFor(
    async () =>
      (await view.getChildren()).find(
        (each) => each.kind === "imageNode" && each.named.reference === "busybox:local",
      ),
    { what: "the image" },
  );
  const layers = await view.getChildren(node);
  assert.ok(layers.length > 0);
  assert.match(String(view.getTreeItem(layers[0] ?? node).description), /MB|kB/);
  assert.equal(engine.state.kind, "ready");
});

test("tooltips are made when they are asked for", async () => {
  const { sidebar } = await slipway();
  const id = await runTestContainer("editor-tooltip");
  await seenContainer(id);
  const view = sidebar.containersView;
  const node = await waitFor(
    async () =>
      (await view.getChildren()).find(
        (each) => each.kind === "containerNode" && each.container.id === id,
      ),
    { what: "the row" },
  );
  const item = view.getTreeItem(node);
  assert.equal(item.tooltip, undefined);
  const { tooltip } = view.resolveTreeItem(item, node);
  assert.ok(tooltip instanceof vscode.MarkdownString);
  assert.match(tooltip.value, /busybox:local/);
  await removeTestContainers();
});

test(
  "an engine that stops is told with its reason, and comes back without a reload",
  async () => {
    const { sidebar, engine } = await slipway();
    await showSidebar();
    const process = testEngine();
    await process.halt();
    try {
      await waitFor(() => sidebar.contextKeys.get("slipway.engine") === "not-running", {
        what: "the view to say that the engine is not running",
      });
      assert.deepEqual(await sidebar.containersView.getChildren(), []);
    } finally {
      await process.resume();
    }
    await waitFor(() => sidebar.contextKeys.get("slipway.engine") === "ready", {
      what: "the view to find the engine again",
      deadline: 40_000,
    });
    await waitFor(() => engine.images.length > 0, { what: "the images" });
  },
  { timeout: 90_000 },
);

test("an address that makes no sense is a state with a remedy, and a good one heals it", async () => {
  const { sidebar } = await slipway();
  await showSidebar();
  const section = vscode.workspace.getConfiguration("slipway");
  await section.update("endpoint", "nonsense://x", vscode.ConfigurationTarget.Global);
  try {
    await waitFor(() => sidebar.contextKeys.get("slipway.engine") === "bad-endpoint", {
      what: "the view to complain about the address",
    });
  } finally {
    await section.update("endpoint", undefined, vscode.ConfigurationTarget.Global);
  }
  await waitFor(() => sidebar.contextKeys.get("slipway.engine") === "ready", {
    what: "the view to be well again",
  });
});

test("nothing is watched while no view is visible", async () => {
  const { sidebar, engine } = await slipway();
  await showSidebar();
  await vscode.commands.executeCommand("workbench.view.explorer");
  await waitFor(() => !sidebar.containers.visible, { what: "the view to be hidden" });
  await waitFor(() => engine.state.kind === "idle", { what: "the engine to be left alone" });
  await showSidebar();
});

function serviceLabels(service: string): Readonly<Record<string, string>> {
  return {
    "com.docker.compose.project": "editor-shop",
    "com.docker.compose.service": service,
    "com.docker.compose.container-number": "1",
  };
}
