import * as vscode from "vscode";
import { volumeUsers } from "../engine/attachments.ts";
import type { Container, Volume } from "../engine/engine.ts";
import { formatBytes } from "../presentation/units.ts";
import { shortVolumeName } from "../presentation/volume.ts";
import { type Command, CommandFailure } from "./command.ts";
import { onEach } from "./onEach.ts";
import { listed, pickVolumes } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

/**
 * Removes volumes with what is in them. The engine keeps a volume as long as a
 * container uses it: the user is told which container that is.
 */
export const removeVolume: Command = {
  id: "slipway.volumes.remove",

  async run(services, item, selection) {
    const chosen = await pickVolumes(services, item, selection, {
      title: vscode.l10n.t("Remove Volumes"),
      none: vscode.l10n.t("There are no volumes."),
    });
    if (chosen.length === 0) {
      return;
    }
    const containers = await listed(services.engine, () => services.engine.containers);
    const going = chosen.filter((volume) => volumeUsers(volume, containers).length === 0);
    const reasons = keptReasons(chosen, containers);
    const [first] = going;
    if (!first) {
      throw new CommandFailure(
        [...reasons, vscode.l10n.t("Remove the container first.")].join(" "),
      );
    }
    const engine = await services.engine.get();
    const sizes = await withViewProgress(
      "slipway.volumes",
      vscode.l10n.t("Looking how large the volumes are…"),
      (signal) => engine.volumeSizes({ signal }),
    );
    const confirmed = await services.prompts.confirm({
      question:
        going.length === 1
          ? vscode.l10n.t("Remove the volume {0}?", shortVolumeName(first.name))
          : vscode.l10n.t("Remove {0} volumes?", going.length),
      detail: [
        ...going.map((volume) => {
          const bytes = sizes.get(volume.name);
          return `${volume.name} (${bytes === undefined ? volume.driver : formatBytes(bytes)})`;
        }),
        ...(reasons.length > 0 ? ["", vscode.l10n.t("Kept:"), ...reasons] : []),
        "",
        going.length === 1
          ? vscode.l10n.t("What is in it is lost for good.")
          : vscode.l10n.t("What is in them is lost for good."),
      ].join("\n"),
      verb:
        going.length === 1
          ? vscode.l10n.t("Remove Volume")
          : vscode.l10n.t("Remove {0} Volumes", going.length),
    });
    if (!confirmed) {
      return;
    }
    await withViewProgress("slipway.volumes", vscode.l10n.t("Removing volumes…"), (signal) =>
      onEach(going, {
        name: ({ name }) => shortVolumeName(name),
        act: ({ name }) => engine.removeVolume(name, { signal }),
        summary: (done, total) => vscode.l10n.t("{0} of {1} volumes removed", done, total),
      }),
    );
  },
};

function keptReasons(
  volumes: readonly Volume[],
  containers: readonly Container[],
): readonly string[] {
  return volumes.flatMap((volume) => {
    const users = volumeUsers(volume, containers);
    return users.length === 0
      ? []
      : [
          vscode.l10n.t(
            "{0} is used by {1}.",
            shortVolumeName(volume.name),
            users.map(({ name }) => name).join(", "),
          ),
        ];
  });
}
