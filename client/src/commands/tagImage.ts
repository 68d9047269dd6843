import * as vscode from "vscode";
import { imageName } from "../presentation/namedImage.ts";
import { referenceProblem } from "../presentation/imageReference.ts";
import type { Command } from "./command.ts";
import { pickImages } from "./pick.ts";

export const tagImage: Command = {
  id: "slipway.images.tag",

  async run(services, item) {
    const [named] = await pickImages(services, item, undefined, {
      title: vscode.l10n.t("Tag Image"),
      none: vscode.l10n.t("There are no images."),
      single: true,
    });
    if (!named) {
      return;
    }
    const reference = await services.prompts.input({
      title: vscode.l10n.t("Tag {0}", imageName(named)),
      prompt: vscode.l10n.t("A further name for the image, such as registry.example.com/shop:1.2"),
      value: named.reference ?? "",
      validateInput: (text) => referenceProblem(text.trim(), vscode.l10n.t),
    });
    if (reference === undefined || reference.trim() === named.reference) {
      return;
    }
    const engine = await services.engine.get();
    await engine.tagImage(named.image.id, reference.trim());
    await services.imagesReplaced([reference.trim()]);
  },
};
