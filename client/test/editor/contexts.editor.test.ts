import assert from "node:assert/strict";
import * as vscode from "vscode";
import { createContext, removeContext } from "../../src/engine/contextStore.ts";
import { testEngine } from "../engines/testEngine.ts";
import { collectFailures, confirmEverything, showSidebar, slipway, testLabel } from "./api.ts";
import { test, waitFor } from "./harness.ts";

function run(command: string, ...args: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(`slipway.${command}`, ...args);
}

async function shows(names: readonly string[]): Promise<void> {
  const { sidebar } = await slipway();
  await waitFor(
    () => sidebar.contextsView.contexts.map(({ name }) => name).join() === names.join(),
    { what: `the contexts ${names.join(", ")}` },
  );
}

const settings = () => vscode.workspace.getConfiguration("slipway");
const setting = (name: string, value: unknown) =>
  settings().update(name, value, vscode.ConfigurationTarget.Global);

test("with one engine there is no view of contexts and nothing in the status bar", async () => {
  const { sidebar } = await slipway();
  await showSidebar();
  await shows(["default"]);
  assert.notEqual(sidebar.contextKeys.get("slipway.contexts.several"), true);
  assert.equal(sidebar.contextStatus.text, "");
});

test("a context that the docker command makes appears by itself, and goes with it", async () => {
  const { sidebar } = await slipway();
  await createContext({ name: "made-elsewhere", url: "ssh://me@elsewhere.invalid" });
  await shows(["default", "made-elsewhere"]);
  assert.equal(sidebar.contextKeys.get("slipway.contexts.several"), true);
  const [first, second] = sidebar.contextsView.getChildren();
  assert.ok(first && second);
  const item = sidebar.contextsView.getTreeItem(second);
  assert.match(item.accessibilityInformation?.label ?? "", /^Context made-elsewhere, ssh:/);
  await removeContext("made-elsewhere");
  await shows(["default"]);
});

test("a context is created, used, inspected and removed by commands", async () => {
  const { answerWith, engine, sidebar } = await slipway();
  await confirmEverything();
  const inputs = ["here", testEngine().host];
  answerWith({
    input: () => Promise.resolve(inputs.shift()),
    showInformation: () => Promise.resolve(undefined),
  });
  await run("contexts.create");
  await shows(["default", "here"]);
  try {
    await run("contexts.use", "here");
    await waitFor(() => sidebar.contextsView.inUse === "here", { what: "the context to be used" });
    // The environment names an engine, so that only the setting comes before it.
    assert.equal(settings().get("endpoint"), "here");
    await waitFor(() => engine.endpoint?.context === "here" && engine.state.kind === "ready", {
      what: "the context's engine",
    });
    assert.equal(sidebar.contextStatus.text, "$(server) here");

    const failures = await collectFailures();
    await run("contexts.remove", "here");
    assert.match(failures.join(), /in use/);
    await run("contexts.inspect", "here");
    const shown = vscode.window.activeTextEditor?.document.getText() ?? "";
    assert.match(shown, /"Name": "here"/);
  } finally {
    await setting("endpoint", undefined);
  }
  await waitFor(() => sidebar.contextsView.inUse === undefined, { what: "DOCKER_HOST to count" });
  await confirmEverything();
  await run("contexts.remove", "here");
  await shows(["default"]);
});

test("on a protected context nothing is removed unless its name is typed", async () => {
  const { answerWith, engine, sidebar } = await slipway();
  await createContext({ name: "precious", url: testEngine().host });
  await shows(["default", "precious"]);
  await setting("protectedContexts", ["precious"]);
  await run("contexts.use", "precious");
  await waitFor(() => engine.endpoint?.context === "precious" && engine.state.kind === "ready", {
    what: "the context's engine",
  });
  const api = await engine.get();
  const name = await api.createVolume({ labels: { [testLabel]: "1" } });
  const volume = await waitFor(() => engine.volumes.find((each) => each.name === name), {
    what: "the volume",
  });
  const typed: string[] = [];
  const answers = (text: string) => ({
    confirm: () => Promise.resolve(true),
    input: () => {
      typed.push(text);
      return Promise.resolve(text);
    },
    showInformation: () => Promise.resolve(undefined),
  });
  try {
    answerWith(answers("something else"));
    await run("volumes.remove", volume);
    assert.ok(await api.inspectVolume(name));
    answerWith(answers("precious"));
    await run("volumes.remove", volume);
    await assert.rejects(api.inspectVolume(name));
    assert.deepEqual(typed, ["something else", "precious"]);
  } finally {
    await setting("endpoint", undefined);
    await setting("protectedContexts", undefined);
  }
  await waitFor(() => sidebar.contextsView.inUse === undefined, { what: "DOCKER_HOST to count" });
  await removeContext("precious");
  await shows(["default"]);
});
