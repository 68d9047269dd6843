import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { pickContext } from "./pickContext.ts";

export const inspectContext: Command = {
  id: "slipway.contexts.inspect",

  async run(services, item) {
    const context = await pickContext(services, item, {
      title: vscode.l10n.t("Inspect Docker Context"),
      none: vscode.l10n.t("There are no docker contexts."),
    });
    if (context) {
      await services.inspectDocuments.open("context", context.name, context.name);
    }
  },
};
