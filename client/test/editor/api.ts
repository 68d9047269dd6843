import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Prompts } from "../../src/commands/prompts.ts";
import type { Confirmation } from "../../src/presentation/prune.ts";
import type { TestApi } from "../../src/extension.ts";
import type { Container } from "../../src/engine/engine.ts";
import { waitFor } from "./harness.ts";

/** What the extension exports in tests. */
export async function slipway(): Promise<TestApi> {
  const extension = vscode.extensions.getExtension<TestApi | undefined>("slipway.slipway");
  assert.ok(extension, "VS Code does not know slipway.slipway");
  const api = await extension.activate();
  assert.ok(api, "the extension does not know that it is tested");
  return api;
}

/** Everything that a test makes carries this label, and is removed by it. */
export const testLabel = "slipway.editor-test";

/** A container that runs until it is stopped, and then ends at once. */
export async function runTestContainer(
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { engine } = await slipway();
  return (await engine.get()).runContainer({
    image: "busybox:local",
    name,
    command: [
      "sh",
      "-c",
      "trap 'exit 0' TERM; echo hello from $0; while :; do sleep 1 & wait $!; done",
      name,
    ],
    labels: { [testLabel]: "1", ...labels },
  });
}

/** Removes what tests made. */
export async function removeTestContainers(): Promise<void> {
  const { engine } = await slipway();
  await vscode.commands.executeCommand("slipway.refresh");
  const api = await engine.get();
  const mine = await seenContainers((container) => container.labels[testLabel] !== undefined);
  await Promise.all(
    mine.map(async ({ id, state }) => {
      if (state === "running" || state === "paused") {
        if (state === "paused") {
          await api.unpauseContainer(id);
        }
        await api.killContainer(id);
      }
      await api.removeContainer(id);
    }),
  );
}

async function seenContainers(
  filter: (container: Container) => boolean,
): Promise<readonly Container[]> {
  const { engine } = await slipway();
  const unwatch = engine.watch();
  try {
    await engine.refresh();
    return engine.containers.filter(filter);
  } finally {
    unwatch();
  }
}

/** Waits until the model has the container and it fulfills the condition. */
export async function seenContainer(
  id: string,
  condition: (container: Container) => boolean = () => true,
  what = "the container to be seen",
): Promise<Container> {
  const { engine } = await slipway();
  return waitFor(
    () => engine.containers.find((container) => container.id === id && condition(container)),
    { what },
  );
}

/** Shows the sidebar, so that the engine is watched. */
export async function showSidebar(): Promise<void> {
  const { sidebar, engine } = await slipway();
  await vscode.commands.executeCommand("slipway.containers.focus");
  await waitFor(() => sidebar.containers.visible, { what: "the view to be visible" });
  await waitFor(() => engine.state.kind === "ready", { what: "the engine to be ready" });
}

/** Answers every dialog with yes, and keeps what was asked. */
export async function confirmEverything(): Promise<Confirmation[]> {
  const { answerWith } = await slipway();
  const asked: Confirmation[] = [];
  answerWith({
    async confirm(confirmation) {
      asked.push(confirmation);
      return true;
    },
    showInformation: () => Promise.resolve(undefined),
    showError: (message) => Promise.reject(new Error(message)),
  });
  return asked;
}

/** Keeps the failures that the user would be shown. */
export async function collectFailures(answers: Partial<Prompts> = {}): Promise<string[]> {
  const { answerWith } = await slipway();
  const failures: string[] = [];
  answerWith({
    async confirm() {
      return true;
    },
    showInformation: () => Promise.resolve(undefined),
    async showError(message) {
      failures.push(message);
      return undefined;
    },
    ...answers,
  });
  return failures;
}
