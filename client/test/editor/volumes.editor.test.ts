import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Network, Volume } from "../../src/engine/engine.ts";
import { createTransport } from "../../src/engine/transport.ts";
import { testEngine } from "../engines/testEngine.ts";
import {
  collectFailures,
  confirmEverything,
  removeTestContainers,
  seenContainer,
  showSidebar,
  slipway,
  testLabel,
} from "./api.ts";
import { test, waitFor } from "./harness.ts";

const labels = { [testLabel]: "1" };

function run(command: string, ...args: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(`slipway.${command}`, ...args);
}

/** A container that was never started, with these volumes mounted, on this network. */
async function createUser(
  name: string,
  { volumes = [], network }: { readonly volumes?: readonly string[]; readonly network?: string },
): Promise<string> {
  const transport = createTransport({ url: testEngine().host, source: "setting" });
  try {
    const created = await transport.json({
      method: "POST",
      path: "/containers/create",
      query: { name },
      body: JSON.stringify({
        Image: "busybox:local",
        Cmd: ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"],
        Labels: labels,
        HostConfig: {
          Binds: volumes.map((volume) => `${volume}:/${volume}`),
          ...(network === undefined ? {} : { NetworkMode: network }),
        },
      }),
    });
    return (created as { readonly Id: string }).Id;
  } finally {
    transport.dispose();
  }
}

async function makeVolume(name?: string): Promise<Volume> {
  const { engine } = await slipway();
  await showSidebar();
  const made = await (
    await engine.get()
  ).createVolume({ labels, ...(name === undefined ? {} : { name }) });
  return seenVolume(made);
}

function seenVolume(name: string): Promise<Volume> {
  return seen(`the volume ${name}`, ({ volumes }) => volumes.find((each) => each.name === name));
}

async function makeNetwork(name: string): Promise<Network> {
  const { engine } = await slipway();
  await showSidebar();
  await (await engine.get()).createNetwork({ name, labels });
  return seenNetwork(name);
}

function seenNetwork(name: string): Promise<Network> {
  return seen(`the network ${name}`, ({ networks }) => networks.find((each) => each.name === name));
}

async function seen<T>(
  what: string,
  find: (engine: Awaited<ReturnType<typeof slipway>>["engine"]) => T | undefined | false,
): Promise<T> {
  const { engine } = await slipway();
  return waitFor(() => find(engine), { what });
}

async function volumeRow(name: string) {
  const { volumesView } = (await slipway()).sidebar;
  return waitFor(
    async () =>
      (await volumesView.tree.getChildren()).find(
        (node) => node.kind === "usedNode" && node.object.name === name,
      ),
    { what: `the row of ${name}` },
  );
}

async function networkRow(name: string) {
  const { networksView } = (await slipway()).sidebar;
  return waitFor(
    async () =>
      (await networksView.getChildren()).find(
        (node) => node.kind === "usedNode" && node.object.name === name,
      ),
    { what: `the row of ${name}` },
  );
}

test("a volume is shown with its use, and below it the containers that use it", async () => {
  const { sidebar, engine } = await slipway();
  const { tree } = sidebar.volumesView;
  await makeVolume("editor-data");
  const row = await volumeRow("editor-data");
  const before = tree.getTreeItem(row);
  assert.match(String(before.description), /\bunused · local$/);
  assert.equal(before.collapsibleState, vscode.TreeItemCollapsibleState.None);

  const fired: (readonly unknown[] | undefined)[] = [];
  const listener = tree.onDidChangeTreeData((nodes) => fired.push(nodes));
  const id = await createUser("editor-data-user", { volumes: ["editor-data"] });
  await seenContainer(id);
  listener.dispose();
  assert.deepEqual(fired, [[row]], "only the row of this volume is drawn again");
  const after = tree.getTreeItem(row);
  assert.equal(after.id, before.id, "its use is no part of an id");
  assert.match(String(after.description), /in use by 1 container · local$/);
  assert.match(
    after.accessibilityInformation?.label ?? "",
    /^Volume editor-data, driver local, .*in use by 1 container$/,
  );
  const [user] = await tree.getChildren(row);
  assert.ok(user);
  assert.equal(tree.getTreeItem(user).label, "editor-data-user");
  assert.equal(tree.getParent(user), row);
  const { tooltip } = tree.resolveTreeItem(after, row);
  assert.ok(tooltip instanceof vscode.MarkdownString);
  assert.match(tooltip.value, /Used by: `editor-data-user`/);

  await removeTestContainers();
  await waitFor(async () => (await tree.getChildren(row)).length === 0, { what: "the user to go" });
  await (await engine.get()).removeVolume("editor-data");
  await waitFor(
    async () =>
      (await tree.getChildren()).every(
        (node) => node.kind === "usedNode" && node.object.name !== "editor-data",
      ),
    { what: "the row to go" },
  );
});

test("volumes have sizes once their view is opened", async () => {
  const { sidebar, engine } = await slipway();
  await makeVolume("editor-sized");
  await vscode.commands.executeCommand("slipway.volumes.focus");
  await waitFor(() => sidebar.volumes.visible, { what: "the view to be visible" });
  const row = await volumeRow("editor-sized");
  await waitFor(
    () => String(sidebar.volumesView.tree.getTreeItem(row).description).startsWith("0 B · unused"),
    { what: "the size" },
  );
  await (await engine.get()).removeVolume("editor-sized");

  await makeVolume("editor-sized-later");
  const later = await volumeRow("editor-sized-later");
  const { tree } = sidebar.volumesView;
  assert.equal(tree.getTreeItem(later).description, "unused · local");
  await run("refresh");
  await waitFor(() => String(tree.getTreeItem(later).description).startsWith("0 B · unused"), {
    what: "the size after a refresh",
  });
  await (await engine.get()).removeVolume("editor-sized-later");
});

test("a network is shown with its members, and the engine's own ones are marked", async () => {
  const { sidebar, engine } = await slipway();
  const view = sidebar.networksView;
  await vscode.commands.executeCommand("slipway.networks.focus");
  await waitFor(() => sidebar.networks.visible, { what: "the view to be visible" });
  const network = await makeNetwork("editor-net");
  const row = await networkRow("editor-net");
  assert.equal(view.getTreeItem(row).description, "no containers · bridge · local");
  const id = await createUser("editor-net-member", { network: "editor-net" });
  await seenContainer(id);
  assert.equal(view.getTreeItem(row).description, "1 container · bridge · local");
  const [member] = await view.getChildren(row);
  assert.ok(member);
  assert.match(view.getTreeItem(member).contextValue ?? "", /^container;created/);

  const fired: (readonly unknown[] | undefined)[] = [];
  const listener = view.onDidChangeTreeData((nodes) => fired.push(nodes));
  await run("containers.start", member);
  await seenContainer(id, ({ state }) => state === "running");
  listener.dispose();
  for (const nodes of fired) {
    assert.deepEqual(nodes, [member], "only the member's row is drawn again");
  }
  assert.ok(fired.length > 0);

  const bridge = view.getTreeItem(await networkRow("bridge"));
  assert.match(String(bridge.description), /built-in/);
  assert.match(bridge.contextValue ?? "", /^network;builtIn\b/);
  await removeTestContainers();
  await (await engine.get()).removeNetwork(network.id);
});

test("a volume is created, its name copied, inspected, and removed after one question", async () => {
  const { answerWith, engine } = await slipway();
  await showSidebar();
  const problems: unknown[] = [];
  answerWith({
    async input(options) {
      problems.push(
        await options.validateInput?.("a"),
        await options.validateInput?.("editor-made"),
      );
      return " editor-made ";
    },
  });
  await run("volumes.create");
  const volume = await seenVolume("editor-made");
  assert.match(String(problems[0]), /two or more letters/);
  assert.equal(problems[1], undefined);
  answerWith({
    async input(options) {
      problems.push(await options.validateInput?.("editor-made"));
      return undefined;
    },
  });
  await run("volumes.create");
  assert.equal(problems[2], "There is a volume of this name.");

  await run("volumes.copyName", volume);
  assert.equal(await vscode.env.clipboard.readText(), "editor-made");
  await run("volumes.inspect", volume);
  const document = vscode.window.activeTextEditor?.document;
  assert.equal(document?.uri.scheme, "slipway-inspect");
  assert.match(document?.getText() ?? "", /"Name": "editor-made"/);
  await vscode.commands.executeCommand("workbench.action.closeActiveEditor");

  answerWith({ confirm: () => Promise.resolve(false) });
  await run("volumes.remove", volume);
  assert.ok(engine.volumes.includes(volume), "a refused question removes nothing");
  const asked = await confirmEverything();
  await run("volumes.remove", await volumeRow("editor-made"));
  assert.deepEqual(asked, [
    {
      question: "Remove the volume editor-made?",
      detail: "editor-made (0 B)\n\nWhat is in it is lost for good.",
      verb: "Remove Volume",
    },
  ]);
  await waitFor(() => engine.volumes.every(({ name }) => name !== "editor-made"), {
    what: "the volume to go",
  });
});

test("a volume that a stopped container uses is kept and the container named, the others go", async () => {
  const { engine } = await slipway();
  const failures = await collectFailures();
  const used = await makeVolume("editor-kept");
  const unused = await makeVolume("editor-gone");
  await seenContainer(await createUser("editor-keeper", { volumes: ["editor-kept"] }));
  await run("volumes.remove", used);
  assert.deepEqual(failures, ["editor-kept is used by editor-keeper. Remove the container first."]);

  const asked = await confirmEverything();
  await run("volumes.remove", used, [used, unused]);
  assert.equal(asked[0]?.question, "Remove the volume editor-gone?");
  assert.match(asked[0]?.detail ?? "", /Kept:\neditor-kept is used by editor-keeper\./);
  await waitFor(() => engine.volumes.every(({ name }) => name !== "editor-gone"), {
    what: "the unused one to go",
  });
  assert.ok(engine.volumes.some(({ name }) => name === "editor-kept"));
  await removeTestContainers();
  await (await engine.get()).removeVolume("editor-kept");
});

test("pruning volumes names them first, anonymous ones or all, and does nothing when refused", async () => {
  const { engine, answerWith } = await slipway();
  const named = await makeVolume("editor-prune");
  const anonymous = await makeVolume();
  const details: string[] = [];
  for (const choice of [0, 1]) {
    answerWith({
      pick: (items) => Promise.resolve(items[choice]),
      async confirm({ question, detail, verb }) {
        details.push(question, detail.split("\n\n")[0] ?? "", verb);
        return false;
      },
    });
    await run("volumes.prune", { label: testLabel });
  }
  const short = `${anonymous.name.slice(0, 12)}…`;
  assert.deepEqual(details.slice(0, 3), [
    "Remove 1 unused volume? 0 B will be freed.",
    `${short} (0 B)`,
    "Remove Volume",
  ]);
  assert.equal(details[3], "Remove 2 unused volumes? 0 B will be freed.");
  assert.deepEqual(
    new Set(details[4]?.split("\n")),
    new Set([`${short} (0 B)`, "editor-prune (0 B)"]),
  );
  assert.ok(engine.volumes.includes(named) && engine.volumes.includes(anonymous));

  const told: string[] = [];
  answerWith({
    pick: (items) => Promise.resolve(items[1]),
    confirm: () => Promise.resolve(true),
    async showInformation(message) {
      told.push(message);
      return undefined;
    },
  });
  await run("volumes.prune", { label: testLabel });
  assert.deepEqual(told, ["Removed 2 unused volumes: 0 B freed."]);
  await waitFor(() => !engine.volumes.some((each) => testLabel in each.labels), {
    what: "both to go",
  });
});

test("a network is created, its name copied, inspected, and removed after one question", async () => {
  const { answerWith, engine } = await slipway();
  await showSidebar();
  answerWith({
    input: () => Promise.resolve("editor-made-net"),
    pick: (items) => Promise.resolve(items[1]),
  });
  await run("networks.create");
  const network = await seenNetwork("editor-made-net");
  assert.ok(network.internal);
  await run("networks.copyName", network);
  assert.equal(await vscode.env.clipboard.readText(), "editor-made-net");
  await run("networks.inspect", network);
  assert.match(vscode.window.activeTextEditor?.document.getText() ?? "", new RegExp(network.id));
  await vscode.commands.executeCommand("workbench.action.closeActiveEditor");

  const id = await createUser("editor-net-stopped", { network: "editor-made-net" });
  await seenContainer(id);
  const asked = await confirmEverything();
  await run("networks.remove", await networkRow("editor-made-net"));
  assert.deepEqual(asked, [
    {
      question: "Remove the network editor-made-net?",
      detail: "editor-made-net (bridge; without it editor-net-stopped cannot start any more)",
      verb: "Remove Network",
    },
  ]);
  await waitFor(() => engine.networks.every((each) => each.id !== network.id), {
    what: "the network to go",
  });
  await removeTestContainers();
});

test("containers are connected to a network and disconnected from it", async () => {
  const { sidebar, engine } = await slipway();
  const view = sidebar.networksView;
  const network = await makeNetwork("editor-net-join");
  const id = await createUser("editor-net-joiner", {});
  await seenContainer(id);
  const offered: string[] = [];
  const failures = await collectFailures({
    pick: (items) => Promise.resolve(items.find(({ label }) => label === "editor-net-join")),
    async pickMany(items) {
      offered.push(...items.map(({ label }) => label));
      return items.filter(({ label }) => label === "editor-net-joiner");
    },
  });
  await run("networks.connect", network);
  await seenContainer(id, ({ networks }) => networks.includes("editor-net-join"), "to be joined");
  const row = await networkRow("editor-net-join");
  const [member] = await view.getChildren(row);
  assert.ok(member);
  assert.match(view.getTreeItem(member).contextValue ?? "", /^container;created;member$/);
  await run("networks.disconnect", member, [member]);
  assert.deepEqual(failures, []);
  await seenContainer(id, ({ networks }) => !networks.includes("editor-net-join"), "to be left");

  // From the palette both are asked for.
  await run("networks.connect");
  await seenContainer(id, ({ networks }) => networks.includes("editor-net-join"), "to be joined");
  offered.length = 0;
  await run("networks.disconnect");
  assert.deepEqual(offered, ["editor-net-joiner"], "only members are offered");
  await seenContainer(id, ({ networks }) => !networks.includes("editor-net-join"), "to be left");
  await removeTestContainers();
  await (await engine.get()).removeNetwork(network.id);
});

test("a network that a running container is on is kept and the container named, a built-in one is never removed", async () => {
  const { engine } = await slipway();
  const failures = await collectFailures();
  const network = await makeNetwork("editor-net-used");
  const id = await createUser("editor-net-user", { network: "editor-net-used" });
  await run("containers.start", await seenContainer(id));
  await seenContainer(id, ({ state }) => state === "running");
  await run("networks.remove", network);
  await run("networks.remove", await seenNetwork("bridge"));
  assert.deepEqual(failures, [
    "editor-net-used is used by editor-net-user. Stop the container first.",
    "There are no networks that can be removed; the engine's own ones stay.",
  ]);
  assert.ok(engine.networks.includes(network));
  await removeTestContainers();
  await (await engine.get()).removeNetwork(network.id);
});

test("pruning networks names them first and spares those that a stopped container needs", async () => {
  const { engine, answerWith } = await slipway();
  const unused = await makeNetwork("editor-net-unused");
  const needed = await makeNetwork("editor-net-needed");
  await seenContainer(await createUser("editor-net-needs", { network: "editor-net-needed" }));
  const asked = await confirmEverything();
  await run("networks.prune", { label: testLabel });
  assert.equal(asked[0]?.question, "Remove 1 unused network?");
  assert.match(asked[0]?.detail ?? "", /^editor-net-unused\n/);
  await waitFor(() => engine.networks.every(({ id }) => id !== unused.id), {
    what: "the network to go",
  });
  assert.ok(engine.networks.includes(needed));
  const told: string[] = [];
  answerWith({
    async showInformation(message) {
      told.push(message);
      return undefined;
    },
  });
  await run("networks.prune", { label: testLabel });
  assert.deepEqual(told, ["There are no unused networks to remove."]);
  await removeTestContainers();
  await (await engine.get()).removeNetwork(needed.id);
});

test("the palette asks which volume or network is meant, and offers no built-in one for removal", async () => {
  const { answerWith, engine } = await slipway();
  await makeVolume("editor-palette-data");
  const network = await makeNetwork("editor-palette-net");
  const offered: string[] = [];
  answerWith({
    async pickMany(items) {
      offered.push(...items.map(({ label }) => label));
      return [];
    },
  });
  await run("volumes.remove");
  await run("networks.remove");
  assert.ok(offered.includes("editor-palette-data") && offered.includes("editor-palette-net"));
  assert.ok(!offered.includes("bridge") && !offered.includes("host"));
  const api = await engine.get();
  await api.removeVolume("editor-palette-data");
  await api.removeNetwork(network.id);
});
