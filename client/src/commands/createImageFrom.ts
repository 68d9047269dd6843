import * as vscode from "vscode";
import { referenceProblem } from "../presentation/imageReference.ts";
import type { Command } from "./command.ts";
import { pickContainers } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

/** Makes an image of a container's files as they are. */
export const createImageFrom: Command = {
  id: "slipway.containers.createImage",

  async run(services, item) {
    const [container] = await pickContainers(services, item, undefined, {
      title: vscode.l10n.t("Create Image from Container"),
      none: vscode.l10n.t("There are no containers."),
      single: true,
    });
    if (!container) {
      return;
    }
    const reference = await services.prompts.input({
      title: vscode.l10n.t("Create Image from {0}", container.name),
      prompt:
        container.volumes.length === 0
          ? vscode.l10n.t("Name of the new image, such as shop:debug")
          : vscode.l10n.t(
              "Name of the new image, such as shop:debug; what is in volumes is no part of it",
            ),
      validateInput: (text) => referenceProblem(text.trim(), vscode.l10n.t),
    });
    if (reference === undefined) {
      return;
    }
    const engine = await services.engine.get();
    await withViewProgress("slipway.images", vscode.l10n.t("Creating the image…"), (signal) =>
      engine.createImageFrom(container.id, reference.trim(), { signal }),
    );
    await services.imagesReplaced([reference.trim()]);
    void services.prompts.showInformation(vscode.l10n.t("Created {0}.", reference.trim()));
  },
};
