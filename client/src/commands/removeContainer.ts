import * as vscode from "vscode";
import type { Container, Engine } from "../engine/engine.ts";
import { stateText } from "../presentation/containerState.ts";
import { formatBytes } from "../presentation/units.ts";
import type { Command } from "./command.ts";
import { onEach } from "./onEach.ts";
import { pickContainers } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

/** Removes containers; those that run are stopped first, and the question says so. */
export const removeContainer: Command = {
  id: "slipway.containers.remove",

  async run(services, item, selection) {
    const chosen = await pickContainers(services, item, selection, {
      title: vscode.l10n.t("Remove Containers"),
      none: vscode.l10n.t("There are no containers."),
    });
    const [first] = chosen;
    if (!first) {
      return;
    }
    const engine = await services.engine.get();
    const sizes = await writtenBytes(engine, chosen);
    const someUp = chosen.some(isUp);
    const confirmed = await services.prompts.confirm({
      question:
        chosen.length === 1
          ? vscode.l10n.t("Remove the container {0}?", first.name)
          : vscode.l10n.t("Remove {0} containers?", chosen.length),
      detail: [
        ...chosen.map((container) => {
          const bytes = sizes.get(container.id);
          const state = stateText(container, vscode.l10n.t);
          return `${container.name} (${bytes === undefined ? state : `${state}, ${formatBytes(bytes)}`})`;
        }),
        "",
        vscode.l10n.t("What was written outside of named volumes is lost."),
      ].join("\n"),
      verb: someUp ? vscode.l10n.t("Stop and Remove") : vscode.l10n.t("Remove"),
    });
    if (!confirmed) {
      return;
    }
    await withViewProgress("slipway.containers", vscode.l10n.t("Removing containers…"), (signal) =>
      onEach(chosen, {
        name: ({ name }) => name,
        async act(container) {
          if (isUp(container)) {
            await engine.stopContainer(container.id, { signal });
          }
          await engine.removeContainer(container.id, { signal });
        },
        summary: (done, total) => vscode.l10n.t("{0} of {1} containers removed", done, total),
      }),
    );
  },
};

function isUp({ state }: Container): boolean {
  return state === "running" || state === "paused" || state === "restarting";
}

/** What the stopped ones wrote, by id; the engine counts it only for a prune. */
async function writtenBytes(
  engine: Engine,
  containers: readonly Container[],
): Promise<ReadonlyMap<string, number>> {
  if (containers.every(isUp)) {
    return new Map();
  }
  const { items } = await engine.previewPrune("containers");
  return new Map(items.map(({ id, bytes }) => [id, bytes]));
}
