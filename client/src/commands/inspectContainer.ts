import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { pickContainers } from "./pick.ts";

export const inspectContainer: Command = {
  id: "slipway.containers.inspect",

  async run(services, item, selection) {
    const chosen = await pickContainers(services, item, selection, {
      title: vscode.l10n.t("Inspect Containers"),
      none: vscode.l10n.t("There are no containers."),
    });
    for (const { id, name } of chosen) {
      await services.inspectDocuments.open("container", id, name);
    }
  },
};
