import { homedir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { imageName } from "../presentation/namedImage.ts";
import { formatBytes } from "../presentation/units.ts";
import type { Command } from "./command.ts";
import { pickImages } from "./pick.ts";
import { withNotification } from "./progress.ts";

/** Writes images with their names into one archive, which `docker load` reads too. */
export const saveImages: Command = {
  id: "slipway.images.save",

  async run(services, item, selection) {
    const chosen = await pickImages(services, item, selection, {
      title: vscode.l10n.t("Save Images"),
      none: vscode.l10n.t("There are no images."),
    });
    const [first] = chosen;
    if (!first) {
      return;
    }
    const suggested = `${imageName(first).replaceAll(/[^A-Za-z0-9_.-]+/g, "-")}.tar`;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
    const target = await services.prompts.saveFile({
      title: vscode.l10n.t("Save Images"),
      saveLabel: vscode.l10n.t("Save"),
      defaultUri: vscode.Uri.file(join(folder, suggested)),
      filters: { [vscode.l10n.t("Archives")]: ["tar"] },
    });
    if (!target) {
      return;
    }
    const engine = await services.engine.get();
    const references = chosen.map(({ reference, image }) => reference ?? image.id);
    const size = chosen.reduce((sum, { image }) => sum + image.size, 0);
    await withNotification(
      vscode.l10n.t("Saving {0}", chosen.map(imageName).join(", ")),
      (signal, report) =>
        engine.saveImages(references, target.fsPath, {
          signal,
          onProgress: ({ bytes }) => {
            // Layers that images share are in the archive once, so that it can be smaller.
            report(vscode.l10n.t("{0} of about {1}", formatBytes(bytes), formatBytes(size)));
          },
        }),
    );
    void services.prompts.showInformation(vscode.l10n.t("Saved to {0}.", target.fsPath));
  },
};
