import * as vscode from "vscode";
import { networkMembers } from "../engine/attachments.ts";
import type { Container, Network } from "../engine/engine.ts";
import { type Command, CommandFailure } from "./command.ts";
import { onEach } from "./onEach.ts";
import { listed, pickNetworks } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

/**
 * Removes networks, never the engine's own. The engine keeps a network as long
 * as a running container is on it: the user is told which container that is.
 */
export const removeNetwork: Command = {
  id: "slipway.networks.remove",

  async run(services, item, selection) {
    const chosen = await pickNetworks(services, item, selection, {
      title: vscode.l10n.t("Remove Networks"),
      filter: ({ builtIn }) => !builtIn,
      none: vscode.l10n.t("There are no networks that can be removed; the engine's own ones stay."),
    });
    if (chosen.length === 0) {
      return;
    }
    const containers = await listed(services.engine, () => services.engine.containers);
    const going = chosen.filter((network) => active(network, containers).length === 0);
    const reasons = chosen
      .filter((network) => !going.includes(network))
      .map((network) =>
        vscode.l10n.t("{0} is used by {1}.", network.name, names(active(network, containers))),
      );
    const [first] = going;
    if (!first) {
      throw new CommandFailure([...reasons, vscode.l10n.t("Stop the container first.")].join(" "));
    }
    const confirmed = await services.prompts.confirm({
      question:
        going.length === 1
          ? vscode.l10n.t("Remove the network {0}?", first.name)
          : vscode.l10n.t("Remove {0} networks?", going.length),
      detail: [
        ...going.map((network) => {
          const stopped = networkMembers(network, containers);
          return stopped.length === 0
            ? `${network.name} (${network.driver})`
            : vscode.l10n.t(
                "{0} ({1}; without it {2} cannot start any more)",
                network.name,
                network.driver,
                names(stopped),
              );
        }),
        ...(reasons.length > 0 ? ["", vscode.l10n.t("Kept:"), ...reasons] : []),
      ].join("\n"),
      verb:
        going.length === 1
          ? vscode.l10n.t("Remove Network")
          : vscode.l10n.t("Remove {0} Networks", going.length),
    });
    if (!confirmed) {
      return;
    }
    const engine = await services.engine.get();
    await withViewProgress("slipway.networks", vscode.l10n.t("Removing networks…"), (signal) =>
      onEach(going, {
        name: ({ name }) => name,
        act: ({ id }) => engine.removeNetwork(id, { signal }),
        summary: (done, total) => vscode.l10n.t("{0} of {1} networks removed", done, total),
      }),
    );
  },
};

/** The members that keep a network from being removed. */
function active(network: Network, containers: readonly Container[]): readonly Container[] {
  return networkMembers(network, containers).filter(
    ({ state }) => state === "running" || state === "paused" || state === "restarting",
  );
}

function names(containers: readonly Container[]): string {
  return containers.map(({ name }) => name).join(", ");
}
