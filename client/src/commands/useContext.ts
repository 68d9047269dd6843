import * as vscode from "vscode";
import { settingsSection } from "../../../server/src/protocol.ts";
import { contextInUse, useContext as useDockerContext } from "../engine/contextStore.ts";
import { readSettings } from "../settings.ts";
import type { Command } from "./command.ts";
import { pickContext } from "./pickContext.ts";
import { setEndpoint } from "./setEndpoint.ts";

/**
 * Makes a context the current one, for the docker command too. Where a setting
 * or the environment comes before that, the setting names the context instead.
 */
export const useContext: Command = {
  id: "slipway.contexts.use",

  async run(services, item) {
    const context = await pickContext(services, item, {
      title: vscode.l10n.t("Use Docker Context"),
      none: vscode.l10n.t("There are no docker contexts."),
    });
    if (!context) {
      return;
    }
    const isOverridden =
      readSettings().endpoint !== "" ||
      ["DOCKER_HOST", "DOCKER_CONTEXT"].some((name) => (process.env[name] ?? "").trim() !== "");
    if (isOverridden) {
      await setEndpoint(context.name);
    } else if ((await contextInUse("")) !== context.name) {
      await useDockerContext(context.name);
    }
    await services.contexts.read();
    services.log.info(
      `The docker context ${context.name} is used, by ${
        isOverridden ? `the setting ${settingsSection}.endpoint` : "the docker configuration"
      }.`,
    );
  },
};
