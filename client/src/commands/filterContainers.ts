import * as vscode from "vscode";
import type { Command } from "./command.ts";

export const filterContainers: Command = {
  id: "slipway.containers.filter",

  async run({ arrangements, prompts }) {
    const filter = await prompts.input({
      title: vscode.l10n.t("Filter Containers"),
      value: arrangements.filter("containers"),
      prompt: vscode.l10n.t(
        "Words of the name, image, project, service, state or ports; empty to show all",
      ),
    });
    if (filter !== undefined) {
      await arrangements.setFilter("containers", filter);
    }
  },
};
