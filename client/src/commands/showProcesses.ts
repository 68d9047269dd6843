import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { pickContainers } from "./pick.ts";

export const showProcesses: Command = {
  id: "slipway.containers.processes",

  async run(services, item, selection) {
    const chosen = await pickContainers(services, item, selection, {
      title: vscode.l10n.t("Show Processes"),
      filter: ({ state }) => state === "running" || state === "paused",
      none: vscode.l10n.t("No container is running."),
    });
    for (const { id, name } of chosen) {
      await services.inspectDocuments.open("processes", id, name);
    }
  },
};
