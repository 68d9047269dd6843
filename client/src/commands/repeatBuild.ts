import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { meantBuilds } from "./meantBuilds.ts";
import { rememberPlan, runBuild } from "./runBuild.ts";

/** Builds once more what an entry of the history built, with its options. */
export const repeatBuild: Command = {
  id: "slipway.builds.repeat",

  async run(services, item) {
    const [build] = await meantBuilds(services, item, undefined, {
      title: vscode.l10n.t("Repeat Build"),
      filter: ({ outcome }) => outcome !== "running",
    });
    if (build !== undefined) {
      await rememberPlan(services.memory, build.plan);
      await runBuild(services, build.plan);
    }
  },
};
