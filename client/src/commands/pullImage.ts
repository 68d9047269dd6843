import * as vscode from "vscode";
import { transferText } from "../presentation/buildProgress.ts";
import { referenceProblem } from "../presentation/imageReference.ts";
import type { Command } from "./command.ts";
import { withNotification } from "./progress.ts";

export const pullImage: Command = {
  id: "slipway.images.pull",

  async run(services, item) {
    const given = referenceOf(item);
    const reference =
      given ??
      (
        await services.prompts.input({
          title: vscode.l10n.t("Pull Image"),
          prompt: vscode.l10n.t("Name of the image, such as node:22 or ghcr.io/owner/name:tag"),
          validateInput: (text) =>
            referenceProblem(text.trim(), vscode.l10n.t, { digestAllowed: true }),
        })
      )?.trim();
    if (reference === undefined) {
      return;
    }
    const engine = await services.engine.get();
    await withNotification(vscode.l10n.t("Pulling {0}", reference), (signal, report) =>
      engine.pullImage(reference, {
        signal,
        onProgress: (progress) => {
          report(
            transferText(progress, vscode.l10n.t),
            progress.total > 0 ? (100 * progress.current) / progress.total : undefined,
          );
        },
      }),
    );
    await services.imagesReplaced([reference]);
    void services.prompts.showInformation(vscode.l10n.t("Pulled {0}.", reference));
  },
};

/** An image's own reference to pull it anew, or the text that another extension passes. */
function referenceOf(item: unknown): string | undefined {
  if (typeof item === "string") {
    return item;
  }
  if (typeof item === "object" && item !== null && "named" in item) {
    return (item.named as { readonly reference: string | undefined }).reference;
  }
  return undefined;
}
