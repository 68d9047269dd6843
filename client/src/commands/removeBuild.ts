import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { meantBuilds } from "./meantBuilds.ts";

/** Takes builds out of the history; their images stay. */
export const removeBuild: Command = {
  id: "slipway.builds.remove",

  async run(services, item, selection) {
    const builds = await meantBuilds(services, item, selection, {
      title: vscode.l10n.t("Remove Build from the History"),
      filter: ({ outcome }) => outcome !== "running",
    });
    if (builds.length > 0) {
      await services.builds.history.remove(builds.map(({ id }) => id));
    }
  },
};
