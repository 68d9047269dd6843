import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { pickNetworks } from "./pick.ts";

export const copyNetworkName: Command = {
  id: "slipway.networks.copyName",

  async run(services, item, selection) {
    const chosen = await pickNetworks(services, item, selection, {
      title: vscode.l10n.t("Copy Network Name"),
      none: vscode.l10n.t("There are no networks."),
    });
    if (chosen.length > 0) {
      await vscode.env.clipboard.writeText(chosen.map(({ name }) => name).join("\n"));
    }
  },
};
