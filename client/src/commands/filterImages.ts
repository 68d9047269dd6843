import * as vscode from "vscode";
import type { Command } from "./command.ts";

export const filterImages: Command = {
  id: "slipway.images.filter",

  async run({ arrangements, prompts }) {
    const filter = await prompts.input({
      title: vscode.l10n.t("Filter Images"),
      value: arrangements.filter("images"),
      prompt: vscode.l10n.t("Words of the name or id; empty to show all"),
    });
    if (filter !== undefined) {
      await arrangements.setFilter("images", filter);
    }
  },
};
