import * as vscode from "vscode";
import { imageName } from "../presentation/namedImage.ts";
import { openSessionTerminal } from "../terminals/sessionTerminal.ts";
import type { Command } from "./command.ts";
import { pickImages } from "./pick.ts";

/** Runs an image with a terminal of its own; the container goes when it ends. */
export const runImageInteractive: Command = {
  id: "slipway.images.runInteractive",

  async run(services, item) {
    const [named] = await pickImages(services, item, undefined, {
      title: vscode.l10n.t("Run Image Interactively"),
      none: vscode.l10n.t("There are no images."),
      single: true,
    });
    if (!named) {
      return;
    }
    openSessionTerminal({
      name: imageName(named),
      icon: "terminal",
      log: services.log,
      async open(signal) {
        const engine = await services.engine.get();
        const { session } = await engine.runInteractive(
          {
            image: named.reference ?? named.image.id,
            interactive: true,
            publishAllPorts: true,
            removeWhenStopped: true,
          },
          { signal },
        );
        return session;
      },
    });
  },
};
