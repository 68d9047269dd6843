import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { pickContainers } from "./pick.ts";

export const copyContainerId: Command = {
  id: "slipway.containers.copyId",

  async run(services, item, selection) {
    const chosen = await pickContainers(services, item, selection, {
      title: vscode.l10n.t("Copy Container ID"),
      none: vscode.l10n.t("There are no containers."),
    });
    if (chosen.length > 0) {
      await vscode.env.clipboard.writeText(chosen.map(({ id }) => id).join("\n"));
    }
  },
};
