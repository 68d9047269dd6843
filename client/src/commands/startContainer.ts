import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { onEach } from "./onEach.ts";
import { pickContainers } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

export const startContainer: Command = {
  id: "slipway.containers.start",

  async run(services, item, selection) {
    const chosen = await pickContainers(services, item, selection, {
      title: vscode.l10n.t("Start Containers"),
      filter: ({ state }) => state === "created" || state === "exited" || state === "dead",
      none: vscode.l10n.t("No container is stopped."),
    });
    if (chosen.length === 0) {
      return;
    }
    const engine = await services.engine.get();
    await withViewProgress("slipway.containers", vscode.l10n.t("Starting containers…"), (signal) =>
      onEach(chosen, {
        name: ({ name }) => name,
        act: ({ id }) => engine.startContainer(id, { signal }),
        summary: (done, total) => vscode.l10n.t("{0} of {1} containers started", done, total),
      }),
    );
  },
};
