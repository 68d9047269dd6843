import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { pickContainers } from "./pick.ts";

/** What containers did to the files of their images, be they running or not. */
export const showFileChanges: Command = {
  id: "slipway.containers.changes",

  async run(services, item, selection) {
    const chosen = await pickContainers(services, item, selection, {
      title: vscode.l10n.t("Show File Changes"),
      none: vscode.l10n.t("There are no containers."),
    });
    for (const { id, name } of chosen) {
      await services.inspectDocuments.open("changes", id, name);
    }
  },
};
