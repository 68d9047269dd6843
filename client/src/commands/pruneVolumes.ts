import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { prune, pruneOptions } from "./prune.ts";

/** Removes unused volumes, anonymous or all; the user says which. */
export const pruneVolumes: Command = {
  id: "slipway.volumes.prune",

  async run(services, item) {
    const chosen = await services.prompts.pick(
      [
        {
          label: vscode.l10n.t("Anonymous volumes"),
          detail: vscode.l10n.t("Unused ones without a name of their own, left by containers."),
          all: false,
        },
        {
          label: vscode.l10n.t("All unused volumes"),
          detail: vscode.l10n.t("Every volume that no container uses, named or not."),
          all: true,
        },
      ],
      { title: vscode.l10n.t("Prune Volumes") },
    );
    if (chosen) {
      await prune(services, "volumes", { ...pruneOptions(item), all: chosen.all });
    }
  },
};
