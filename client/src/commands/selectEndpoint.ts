import * as vscode from "vscode";
import { readContexts } from "../engine/contextStore.ts";
import { withoutPassword } from "../presentation/engineState.ts";
import { readSettings } from "../settings.ts";
import { addressProblem } from "./addressProblem.ts";
import type { Command } from "./command.ts";
import { setEndpoint } from "./setEndpoint.ts";

/** Sets `slipway.endpoint`: found as the docker CLI finds it, or an address. */
export const selectEndpoint: Command = {
  id: "slipway.selectEndpoint",

  async run({ prompts }) {
    const { endpoint } = readSettings();
    const automatic = {
      label: `$(search) ${vscode.l10n.t("Find the Engine as the docker Command Does")}`,
      detail: vscode.l10n.t(
        "DOCKER_HOST, then the current docker context, then the usual sockets.",
      ),
      context: "",
    };
    const address = {
      label: `$(plug) ${vscode.l10n.t("Enter an Address…")}`,
      detail: vscode.l10n.t("unix:///path/to.sock, tcp://host:2376 or ssh://user@host"),
      context: undefined,
    };
    const contexts = (await readContexts())
      .filter(({ url }) => url !== "")
      .map(({ name, url }) => ({
        label: `$(server) ${name}`,
        description: withoutPassword(url),
        detail: "",
        context: name,
      }));
    const picked = await prompts.pick([automatic, ...contexts, address], {
      title: vscode.l10n.t("Select Engine"),
      placeHolder: endpoint === "" ? "" : vscode.l10n.t("Now: {0}", endpoint),
    });
    if (!picked) {
      return;
    }
    const chosen =
      picked === address
        ? await prompts.input({
            title: vscode.l10n.t("Select Engine"),
            prompt: vscode.l10n.t("The engine's address, as DOCKER_HOST writes it"),
            value: endpoint,
            validateInput: addressProblem,
          })
        : picked.context;
    if (chosen === undefined) {
      return;
    }
    await setEndpoint(chosen.trim());
  },
};
