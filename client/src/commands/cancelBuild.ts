import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { meantBuilds } from "./meantBuilds.ts";

export const cancelBuild: Command = {
  id: "slipway.builds.cancel",

  async run(services, item, selection) {
    const builds = await meantBuilds(services, item, selection, {
      title: vscode.l10n.t("Cancel Build"),
      filter: ({ outcome }) => outcome === "running",
    });
    for (const { id } of builds) {
      services.builds.history.cancel(id);
    }
  },
};
