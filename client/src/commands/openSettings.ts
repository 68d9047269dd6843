import * as vscode from "vscode";
import type { Command } from "./command.ts";

export const openSettings: Command = {
  id: "slipway.openSettings",

  async run() {
    await vscode.commands.executeCommand("workbench.action.openSettings", "slipway.endpoint");
  },
};
