import * as vscode from "vscode";
import { parseEndpointUrl } from "../engine/dial.ts";
import { type Command, CommandFailure } from "./command.ts";

/**
 * Opens ssh in a terminal, where it asks what only the user can answer: whether
 * a host's key is the right one, a passphrase. Afterwards the engine is tried again.
 */
export const logInBySsh: Command = {
  id: "slipway.logInBySsh",

  async run({ engine, log }) {
    const address = engine.endpoint && parseEndpointUrl(engine.endpoint.url);
    if (address?.kind !== "ssh") {
      throw new CommandFailure(vscode.l10n.t("The engine is not one behind ssh."));
    }
    const { host, user, port } = address;
    const terminal = vscode.window.createTerminal({
      name: vscode.l10n.t("ssh {0}", host),
      shellPath: "ssh",
      shellArgs: [
        ...(user === undefined ? [] : ["-l", user]),
        ...(port === undefined ? [] : ["-p", String(port)]),
        "--",
        host,
        "exit",
      ],
      isTransient: true,
    });
    terminal.show();
    const closed = vscode.window.onDidCloseTerminal((each) => {
      if (each === terminal) {
        closed.dispose();
        // A failure is the state that the views show.
        engine.refresh().catch((error: unknown) => log.debug(`After ssh: ${String(error)}`));
      }
    });
  },
};
