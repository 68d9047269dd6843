import * as vscode from "vscode";
import { imageName } from "../presentation/namedImage.ts";
import type { Command } from "./command.ts";
import { pickImages } from "./pick.ts";

export const inspectImage: Command = {
  id: "slipway.images.inspect",

  async run(services, item, selection) {
    const chosen = await pickImages(services, item, selection, {
      title: vscode.l10n.t("Inspect Images"),
      none: vscode.l10n.t("There are no images."),
    });
    for (const named of chosen) {
      await services.inspectDocuments.open("image", named.image.id, imageName(named));
    }
  },
};
