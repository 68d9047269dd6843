import * as vscode from "vscode";
import { imageName } from "../presentation/namedImage.ts";
import type { Command } from "./command.ts";
import { pickImages } from "./pick.ts";

export const copyImageReference: Command = {
  id: "slipway.images.copyReference",

  async run(services, item, selection) {
    const chosen = await pickImages(services, item, selection, {
      title: vscode.l10n.t("Copy Image Reference"),
      none: vscode.l10n.t("There are no images."),
    });
    if (chosen.length > 0) {
      await vscode.env.clipboard.writeText(chosen.map(imageName).join("\n"));
    }
  },
};
