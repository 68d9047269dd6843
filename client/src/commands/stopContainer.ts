import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { onEach } from "./onEach.ts";
import { pickContainers } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

export const stopContainer: Command = {
  id: "slipway.containers.stop",

  async run(services, item, selection) {
    const chosen = await pickContainers(services, item, selection, {
      title: vscode.l10n.t("Stop Containers"),
      filter: ({ state }) => state === "running" || state === "paused" || state === "restarting",
      none: vscode.l10n.t("No container is running."),
    });
    if (chosen.length === 0) {
      return;
    }
    const engine = await services.engine.get();
    await withViewProgress("slipway.containers", vscode.l10n.t("Stopping containers…"), (signal) =>
      onEach(chosen, {
        name: ({ name }) => name,
        act: ({ id }) => engine.stopContainer(id, { signal }),
        summary: (done, total) => vscode.l10n.t("{0} of {1} containers stopped", done, total),
      }),
    );
  },
};
