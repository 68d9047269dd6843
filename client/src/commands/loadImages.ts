import { basename } from "node:path";
import * as vscode from "vscode";
import { formatBytes } from "../presentation/units.ts";
import type { Command } from "./command.ts";
import { withNotification } from "./progress.ts";

/** Reads the images of an archive into the engine. */
export const loadImages: Command = {
  id: "slipway.images.load",

  async run(services) {
    const file = await services.prompts.pickFile({
      title: vscode.l10n.t("Load Images"),
      openLabel: vscode.l10n.t("Load"),
      filters: {
        [vscode.l10n.t("Archives")]: ["tar", "tgz", "gz", "xz", "bz2", "zst"],
        [vscode.l10n.t("All Files")]: ["*"],
      },
    });
    if (!file) {
      return;
    }
    const engine = await services.engine.get();
    const loaded = await withNotification(
      vscode.l10n.t("Loading {0}", basename(file.fsPath)),
      (signal, report) =>
        engine.loadImages(file.fsPath, {
          signal,
          onProgress: ({ bytes, total }) => {
            report(
              vscode.l10n.t("{0} of {1}", formatBytes(bytes), formatBytes(total)),
              total > 0 ? (100 * bytes) / total : undefined,
            );
          },
        }),
    );
    await services.imagesReplaced(loaded.filter((name) => !name.startsWith("sha256:")));
    void services.prompts.showInformation(vscode.l10n.t("Loaded {0}.", loaded.join(", ")));
  },
};
