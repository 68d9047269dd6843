import * as vscode from "vscode";
import { browsablePorts, browserUrl } from "../presentation/ports.ts";
import type { Command } from "./command.ts";
import { pickContainers } from "./pick.ts";

export const openInBrowser: Command = {
  id: "slipway.containers.openInBrowser",

  async run(services, item) {
    const [container] = await pickContainers(services, item, undefined, {
      title: vscode.l10n.t("Open in Browser"),
      filter: ({ state, ports }) => state === "running" && browsablePorts(ports).length > 0,
      none: vscode.l10n.t("No running container publishes a port."),
      single: true,
    });
    if (!container) {
      return;
    }
    const { endpoint } = await services.engine.get();
    const urls = browsablePorts(container.ports).map((port) => browserUrl(port, endpoint.url));
    const url =
      urls.length === 1
        ? urls[0]
        : (
            await services.prompts.pick(
              urls.map((label) => ({ label })),
              { title: vscode.l10n.t("Open {0} in Browser", container.name) },
            )
          )?.label;
    if (url !== undefined) {
      await services.prompts.openInBrowser(url);
    }
  },
};
