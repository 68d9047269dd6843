import * as vscode from "vscode";
import { defaultContext, removeContext as removeDockerContext } from "../engine/contextStore.ts";
import { withoutPassword } from "../presentation/engineState.ts";
import { type Command, CommandFailure } from "./command.ts";
import { pickContext } from "./pickContext.ts";

/** Forgets a context, and its certificates, for the docker command too. The engine itself is not touched. */
export const removeContext: Command = {
  id: "slipway.contexts.remove",

  async run(services, item) {
    const { contexts, prompts } = services;
    const context = await pickContext(services, item, {
      title: vscode.l10n.t("Remove Docker Context"),
      filter: ({ name }) => name !== defaultContext && name !== contexts.inUse,
      none: vscode.l10n.t("There is no docker context that could be removed."),
    });
    if (!context) {
      return;
    }
    if (context.name === contexts.inUse) {
      throw new CommandFailure(
        vscode.l10n.t("{0} is the context in use. Use another one first.", context.name),
      );
    }
    const confirmed = await prompts.confirm({
      question: vscode.l10n.t("Remove the docker context {0}?", context.name),
      detail: [
        withoutPassword(context.url),
        "",
        vscode.l10n.t(
          "The docker command forgets it too, with its certificates. The engine and what it holds stay as they are.",
        ),
      ].join("\n"),
      verb: vscode.l10n.t("Remove Context"),
      context: context.name,
    });
    if (confirmed) {
      await removeDockerContext(context.name);
      await contexts.read();
    }
  },
};
