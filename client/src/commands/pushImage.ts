import * as vscode from "vscode";
import { transferText } from "../presentation/buildProgress.ts";
import { referenceProblem } from "../presentation/imageReference.ts";
import type { Command } from "./command.ts";
import { pickImages } from "./pick.ts";
import { withNotification } from "./progress.ts";

/** Pushes an image to the registry that its name says, after the name was looked at once more. */
export const pushImage: Command = {
  id: "slipway.images.push",

  async run(services, item) {
    const [named] = await pickImages(services, item, undefined, {
      title: vscode.l10n.t("Push Image"),
      filter: ({ reference }) => reference !== undefined,
      none: vscode.l10n.t("Only an image that has a name can be pushed. Tag it first."),
      single: true,
    });
    if (named?.reference === undefined) {
      return;
    }
    const reference = (
      await services.prompts.input({
        title: vscode.l10n.t("Push {0}", named.reference),
        prompt: vscode.l10n.t(
          "Press Enter to push under this name, or write another one: registry/name:tag",
        ),
        value: named.reference,
        validateInput: (text) => referenceProblem(text.trim(), vscode.l10n.t),
      })
    )?.trim();
    if (reference === undefined) {
      return;
    }
    const engine = await services.engine.get();
    if (reference !== named.reference) {
      await engine.tagImage(named.image.id, reference);
    }
    await withNotification(vscode.l10n.t("Pushing {0}", reference), (signal, report) =>
      engine.pushImage(reference, {
        signal,
        onProgress: (progress) => {
          report(
            transferText(progress, vscode.l10n.t),
            progress.total > 0 ? (100 * progress.current) / progress.total : undefined,
          );
        },
      }),
    );
    void services.prompts.showInformation(vscode.l10n.t("Pushed {0}.", reference));
  },
};
