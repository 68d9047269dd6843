import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { prune, pruneOptions } from "./prune.ts";

/** Removes dangling images or every unused one; the user says which. */
export const pruneImages: Command = {
  id: "slipway.images.prune",

  async run(services, item) {
    const chosen = await services.prompts.pick(
      [
        {
          label: vscode.l10n.t("Dangling images"),
          detail: vscode.l10n.t("Without a name, such as what a later build has replaced."),
          all: false,
        },
        {
          label: vscode.l10n.t("All unused images"),
          detail: vscode.l10n.t("Every image that no container was made from, named or not."),
          all: true,
        },
      ],
      { title: vscode.l10n.t("Prune Images") },
    );
    if (chosen) {
      await prune(services, "images", { ...pruneOptions(item), all: chosen.all });
    }
  },
};
