import * as vscode from "vscode";
import { shortVolumeName } from "../presentation/volume.ts";
import type { Command } from "./command.ts";
import { pickVolumes } from "./pick.ts";

export const inspectVolume: Command = {
  id: "slipway.volumes.inspect",

  async run(services, item, selection) {
    const chosen = await pickVolumes(services, item, selection, {
      title: vscode.l10n.t("Inspect Volumes"),
      none: vscode.l10n.t("There are no volumes."),
    });
    for (const { name } of chosen) {
      await services.inspectDocuments.open("volume", name, shortVolumeName(name));
    }
  },
};
