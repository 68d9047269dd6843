import * as vscode from "vscode";
import { parseEndpointUrl } from "../engine/dial.ts";
import { socketGroup } from "../engine/socketGroup.ts";
import { type Command, CommandFailure } from "./command.ts";

/** Writes into a terminal, without running it, what lets this user open the engine's socket. */
export const joinSocketGroup: Command = {
  id: "slipway.joinSocketGroup",

  async run({ engine, prompts }) {
    const address = engine.endpoint && parseEndpointUrl(engine.endpoint.url);
    const group = address?.kind === "path" ? await socketGroup(address.path) : undefined;
    if (group === undefined) {
      throw new CommandFailure(
        vscode.l10n.t("No group owns the engine's socket, so none can be joined."),
      );
    }
    const terminal = vscode.window.createTerminal(vscode.l10n.t("Join the Group {0}", group));
    terminal.show();
    terminal.sendText(`sudo usermod -aG ${group} "$USER"`, false);
    void prompts.showInformation(
      vscode.l10n.t(
        "The socket belongs to the group {0}. Run the command in the terminal, then log out and in again. Members of this group can act as root.",
        group,
      ),
    );
  },
};
