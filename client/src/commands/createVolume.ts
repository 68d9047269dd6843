import * as vscode from "vscode";
import { containerNameProblem } from "../presentation/imageReference.ts";
import type { Command } from "./command.ts";
import { listed } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

export const createVolume: Command = {
  id: "slipway.volumes.create",

  async run(services) {
    const { engine: current } = services;
    const volumes = await listed(current, () => current.volumes);
    // The engine would take the name of a volume that is there for that volume, and make nothing.
    const taken = new Set(volumes.map(({ name }) => name));
    const name = await services.prompts.input({
      title: vscode.l10n.t("Create Volume"),
      prompt: vscode.l10n.t("The volume's name, such as shop-data"),
      validateInput: (text) =>
        taken.has(text.trim())
          ? vscode.l10n.t("There is a volume of this name.")
          : containerNameProblem(text.trim(), vscode.l10n.t),
    });
    if (name === undefined) {
      return;
    }
    const engine = await current.get();
    await withViewProgress("slipway.volumes", vscode.l10n.t("Creating the volume…"), (signal) =>
      engine.createVolume({ name: name.trim() }, { signal }),
    );
  },
};
