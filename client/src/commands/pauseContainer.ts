import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { onEach } from "./onEach.ts";
import { pickContainers } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

export const pauseContainer: Command = {
  id: "slipway.containers.pause",

  async run(services, item, selection) {
    const chosen = await pickContainers(services, item, selection, {
      title: vscode.l10n.t("Pause Containers"),
      filter: ({ state }) => state === "running",
      none: vscode.l10n.t("No container is running."),
    });
    if (chosen.length === 0) {
      return;
    }
    const engine = await services.engine.get();
    await withViewProgress("slipway.containers", vscode.l10n.t("Pausing containers…"), (signal) =>
      onEach(chosen, {
        name: ({ name }) => name,
        act: ({ id }) => engine.pauseContainer(id, { signal }),
        summary: (done, total) => vscode.l10n.t("{0} of {1} containers paused", done, total),
      }),
    );
  },
};
