import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { onEach } from "./onEach.ts";
import { pickContainers } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

export const killContainer: Command = {
  id: "slipway.containers.kill",

  async run(services, item, selection) {
    const chosen = await pickContainers(services, item, selection, {
      title: vscode.l10n.t("Kill Containers"),
      filter: ({ state }) => state === "running" || state === "paused" || state === "restarting",
      none: vscode.l10n.t("No container is running."),
    });
    const [first] = chosen;
    if (!first) {
      return;
    }
    const confirmed = await services.prompts.confirm({
      question:
        chosen.length === 1
          ? vscode.l10n.t("Kill the container {0}?", first.name)
          : vscode.l10n.t("Kill {0} containers?", chosen.length),
      detail: [
        ...(chosen.length === 1 ? [] : [...chosen.map(({ name }) => name), ""]),
        vscode.l10n.t(
          "Its processes end at once and cannot save what they are at. Stop gives them time.",
        ),
      ].join("\n"),
      verb: vscode.l10n.t("Kill"),
    });
    if (!confirmed) {
      return;
    }
    const engine = await services.engine.get();
    await withViewProgress("slipway.containers", vscode.l10n.t("Killing containers…"), (signal) =>
      onEach(chosen, {
        name: ({ name }) => name,
        act: ({ id }) => engine.killContainer(id, { signal }),
        summary: (done, total) => vscode.l10n.t("{0} of {1} containers killed", done, total),
      }),
    );
  },
};
