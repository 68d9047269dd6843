import * as vscode from "vscode";
import { openSessionTerminal } from "../terminals/sessionTerminal.ts";
import type { Command } from "./command.ts";
import { pickContainers } from "./pick.ts";

export const openShell: Command = {
  id: "slipway.containers.shell",

  async run(services, item, selection) {
    const chosen = await pickContainers(services, item, selection, {
      title: vscode.l10n.t("Open Shell"),
      filter: ({ state }) => state === "running",
      none: vscode.l10n.t("No container is running."),
    });
    for (const container of chosen) {
      openSessionTerminal({
        name: vscode.l10n.t("Shell: {0}", container.name),
        icon: "terminal",
        log: services.log,
        async open(signal) {
          const engine = await services.engine.get();
          return engine.openShell(container.id, { signal });
        },
      });
    }
  },
};
