import * as vscode from "vscode";
import { containerNameProblem } from "../presentation/imageReference.ts";
import type { Command } from "./command.ts";
import { listed } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

export const createNetwork: Command = {
  id: "slipway.networks.create",

  async run(services) {
    const { engine: current, prompts } = services;
    const networks = await listed(current, () => current.networks);
    const taken = new Set(networks.map(({ name }) => name));
    const name = await prompts.input({
      title: vscode.l10n.t("Create Network"),
      prompt: vscode.l10n.t("The network's name, such as shop-net"),
      validateInput: (text) =>
        taken.has(text.trim())
          ? vscode.l10n.t("There is a network of this name.")
          : containerNameProblem(text.trim(), vscode.l10n.t),
    });
    if (name === undefined) {
      return;
    }
    const chosen = await prompts.pick(
      [
        {
          label: vscode.l10n.t("Ordinary"),
          detail: vscode.l10n.t("Its containers reach each other by name, and the outside."),
          internal: false,
        },
        {
          label: vscode.l10n.t("Internal"),
          detail: vscode.l10n.t("Its containers reach each other by name, and nothing else."),
          internal: true,
        },
      ],
      { title: vscode.l10n.t("Create Network {0}", name.trim()) },
    );
    if (!chosen) {
      return;
    }
    const engine = await current.get();
    await withViewProgress("slipway.networks", vscode.l10n.t("Creating the network…"), (signal) =>
      engine.createNetwork({ name: name.trim(), internal: chosen.internal }, { signal }),
    );
  },
};
