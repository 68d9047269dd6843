import * as vscode from "vscode";
import { containerNameProblem } from "../presentation/imageReference.ts";
import type { Command } from "./command.ts";
import { pickContainers } from "./pick.ts";

export const renameContainer: Command = {
  id: "slipway.containers.rename",

  async run(services, item) {
    const [container] = await pickContainers(services, item, undefined, {
      title: vscode.l10n.t("Rename Container"),
      none: vscode.l10n.t("There are no containers."),
      single: true,
    });
    if (!container) {
      return;
    }
    const name = await services.prompts.input({
      title: vscode.l10n.t("Rename {0}", container.name),
      value: container.name,
      prompt: vscode.l10n.t("The container's new name"),
      validateInput: (text) => containerNameProblem(text.trim(), vscode.l10n.t),
    });
    if (name === undefined || name.trim() === container.name) {
      return;
    }
    const engine = await services.engine.get();
    await engine.renameContainer(container.id, name.trim());
  },
};
