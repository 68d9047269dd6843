import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { pickVolumes } from "./pick.ts";

export const copyVolumeName: Command = {
  id: "slipway.volumes.copyName",

  async run(services, item, selection) {
    const chosen = await pickVolumes(services, item, selection, {
      title: vscode.l10n.t("Copy Volume Name"),
      none: vscode.l10n.t("There are no volumes."),
    });
    if (chosen.length > 0) {
      await vscode.env.clipboard.writeText(chosen.map(({ name }) => name).join("\n"));
    }
  },
};
