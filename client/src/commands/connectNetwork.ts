import * as vscode from "vscode";
import { networkMembers } from "../engine/attachments.ts";
import type { Command } from "./command.ts";
import { onEach } from "./onEach.ts";
import { pickContainers, pickNetworks } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

/** Puts containers on a network; the user says which. */
export const connectNetwork: Command = {
  id: "slipway.networks.connect",

  async run(services, item) {
    const [network] = await pickNetworks(services, item, undefined, {
      title: vscode.l10n.t("Connect to Network"),
      filter: ({ builtIn }) => !builtIn,
      none: vscode.l10n.t("There are no networks that containers can be connected to."),
      single: true,
    });
    if (!network) {
      return;
    }
    const chosen = await pickContainers(services, undefined, undefined, {
      title: vscode.l10n.t("Connect to {0}", network.name),
      filter: (container) => networkMembers(network, [container]).length === 0,
      none: vscode.l10n.t("There are no containers that are not on {0} yet.", network.name),
    });
    if (chosen.length === 0) {
      return;
    }
    const engine = await services.engine.get();
    await withViewProgress("slipway.networks", vscode.l10n.t("Connecting containers…"), (signal) =>
      onEach(chosen, {
        name: ({ name }) => name,
        act: ({ id }) => engine.connectToNetwork(network.id, id, { signal }),
        summary: (done, total) => vscode.l10n.t("{0} of {1} containers connected", done, total),
      }),
    );
  },
};
