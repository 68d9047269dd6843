import * as vscode from "vscode";
import { settingsSection } from "../../../server/src/protocol.ts";
import { listContexts } from "../engine/findEndpoint.ts";
import { withoutPassword } from "../presentation/engineState.ts";
import { readSettings } from "../settings.ts";
import type { Command } from "./command.ts";

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
    const contexts = (await listContexts()).map(({ context = "", url }) => ({
      label: `$(server) ${context}`,
      description: withoutPassword(url),
      detail: "",
      context,
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
    const section = vscode.workspace.getConfiguration(settingsSection);
    const inWorkspace = section.inspect("endpoint")?.workspaceValue !== undefined;
    await section.update(
      "endpoint",
      chosen.trim() === "" ? undefined : chosen.trim(),
      inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global,
    );
  },
};

function addressProblem(text: string): string | undefined {
  return /^(unix|npipe|tcp|https?|ssh):\/\/./.test(text.trim())
    ? undefined
    : vscode.l10n.t("Begin with unix://, npipe://, tcp:// or ssh://.");
}
