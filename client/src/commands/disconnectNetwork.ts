import * as vscode from "vscode";
import { networkMembers } from "../engine/attachments.ts";
import type { Container, Network } from "../engine/engine.ts";
import type { Command, Services } from "./command.ts";
import { onEach } from "./onEach.ts";
import { listed, pickContainers, pickNetworks } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

interface Membership {
  readonly network: Network;
  readonly container: Container;
}

/** Takes containers off a network: the members that the menu was opened on, otherwise those that the user picks. */
export const disconnectNetwork: Command = {
  id: "slipway.networks.disconnect",

  async run(services, item, selection) {
    const given = (Array.isArray(selection) ? selection : [item]).flatMap(membershipOf);
    const chosen = given.length > 0 ? given : await pickMemberships(services);
    if (chosen.length === 0) {
      return;
    }
    const engine = await services.engine.get();
    await withViewProgress(
      "slipway.networks",
      vscode.l10n.t("Disconnecting containers…"),
      (signal) =>
        onEach(chosen, {
          name: ({ container }) => container.name,
          act: ({ network, container }) =>
            engine.disconnectFromNetwork(network.id, container.id, { signal }),
          summary: (done, total) =>
            vscode.l10n.t("{0} of {1} containers disconnected", done, total),
        }),
    );
  },
};

async function pickMemberships(services: Services): Promise<readonly Membership[]> {
  const containers = await listed(services.engine, () => services.engine.containers);
  const [network] = await pickNetworks(services, undefined, undefined, {
    title: vscode.l10n.t("Disconnect from Network"),
    filter: (each) => !each.builtIn && networkMembers(each, containers).length > 0,
    none: vscode.l10n.t("There are no networks that a container could be taken off."),
    single: true,
  });
  if (!network) {
    return [];
  }
  const chosen = await pickContainers(services, undefined, undefined, {
    title: vscode.l10n.t("Disconnect from {0}", network.name),
    filter: (container) => networkMembers(network, [container]).length > 0,
    none: vscode.l10n.t("There are no containers on {0}.", network.name),
  });
  return chosen.map((container) => ({ network, container }));
}

/** From a container's row below its network. */
function membershipOf(item: unknown): readonly Membership[] {
  if (typeof item !== "object" || item === null || !("container" in item && "parent" in item)) {
    return [];
  }
  const { container, parent } = item as {
    readonly container: Container;
    readonly parent: { readonly object?: Network };
  };
  return parent.object?.kind === "network" ? [{ network: parent.object, container }] : [];
}
