import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { onEach } from "./onEach.ts";
import { pickContainers } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

export const restartContainer: Command = {
  id: "slipway.containers.restart",

  async run(services, item, selection) {
    const chosen = await pickContainers(services, item, selection, {
      title: vscode.l10n.t("Restart Containers"),
      filter: ({ state }) => state === "running" || state === "exited" || state === "restarting",
      none: vscode.l10n.t("There is no container that could be restarted."),
    });
    if (chosen.length === 0) {
      return;
    }
    const engine = await services.engine.get();
    await withViewProgress(
      "slipway.containers",
      vscode.l10n.t("Restarting containers…"),
      (signal) =>
        onEach(chosen, {
          name: ({ name }) => name,
          act: ({ id }) => engine.restartContainer(id, { signal }),
          summary: (done, total) => vscode.l10n.t("{0} of {1} containers restarted", done, total),
        }),
    );
  },
};
