import * as vscode from "vscode";
import { readSettings } from "../settings.ts";
import { openLogTerminal } from "../terminals/logTerminal.ts";
import type { Command } from "./command.ts";
import { pickContainers } from "./pick.ts";

export const showLogs: Command = {
  id: "slipway.containers.logs",

  async run(services, item, selection) {
    const chosen = await pickContainers(services, item, selection, {
      title: vscode.l10n.t("Show Logs"),
      none: vscode.l10n.t("There are no containers."),
    });
    for (const container of chosen) {
      openLogTerminal(services.engine, container, {
        tail: readSettings().logLines,
        log: services.log,
      });
    }
  },
};
