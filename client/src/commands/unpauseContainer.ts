import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { onEach } from "./onEach.ts";
import { pickContainers } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

export const unpauseContainer: Command = {
  id: "slipway.containers.unpause",

  async run(services, item, selection) {
    const chosen = await pickContainers(services, item, selection, {
      title: vscode.l10n.t("Resume Containers"),
      filter: ({ state }) => state === "paused",
      none: vscode.l10n.t("No container is paused."),
    });
    if (chosen.length === 0) {
      return;
    }
    const engine = await services.engine.get();
    await withViewProgress("slipway.containers", vscode.l10n.t("Resuming containers…"), (signal) =>
      onEach(chosen, {
        name: ({ name }) => name,
        act: ({ id }) => engine.unpauseContainer(id, { signal }),
        summary: (done, total) => vscode.l10n.t("{0} of {1} containers resumed", done, total),
      }),
    );
  },
};
