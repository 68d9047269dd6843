import * as vscode from "vscode";
import { engineStartCommand } from "../views/engineStart.ts";
import { type Command, CommandFailure } from "./command.ts";

/** Starts the engine in a terminal, where the user sees the command and can give his password. */
export const startEngine: Command = {
  id: "slipway.startEngine",

  async run({ engine }) {
    const command = engineStartCommand(engine.endpoint);
    if (command === undefined) {
      throw new CommandFailure(
        vscode.l10n.t(
          "The engine is not one that can be started from here. Start it on its own machine.",
        ),
      );
    }
    const terminal = vscode.window.createTerminal(vscode.l10n.t("Start Engine"));
    terminal.show();
    terminal.sendText(command);
  },
};
