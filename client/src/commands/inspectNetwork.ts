import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { pickNetworks } from "./pick.ts";

export const inspectNetwork: Command = {
  id: "slipway.networks.inspect",

  async run(services, item, selection) {
    const chosen = await pickNetworks(services, item, selection, {
      title: vscode.l10n.t("Inspect Networks"),
      none: vscode.l10n.t("There are no networks."),
    });
    for (const { id, name } of chosen) {
      await services.inspectDocuments.open("network", id, name);
    }
  },
};
