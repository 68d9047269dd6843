import * as vscode from "vscode";
import type { Container, Engine } from "../engine/engine.ts";
import { stateText } from "../presentation/containerState.ts";
import { browsablePorts, browserUrl } from "../presentation/ports.ts";
import { readSettings } from "../settings.ts";
import { openLogTerminal } from "../terminals/logTerminal.ts";
import type { Command, Services } from "./command.ts";
import { listed, pickImages } from "./pick.ts";
import { withNotification } from "./progress.ts";

/** Runs an image in the background, with every port that it exposes published on a free one. */
export const runImage: Command = {
  id: "slipway.images.run",

  async run(services, item) {
    const reference =
      typeof item === "string"
        ? item
        : (
            await pickImages(services, item, undefined, {
              title: vscode.l10n.t("Run Image"),
              none: vscode.l10n.t("There are no images."),
              single: true,
            })
          ).map((named) => named.reference ?? named.image.id)[0];
    if (reference === undefined) {
      return;
    }
    const engine = await services.engine.get();
    const id = await withNotification(vscode.l10n.t("Starting {0}…", reference), (signal) =>
      engine.runContainer({ image: reference, publishAllPorts: true }, { signal }),
    );
    const container = await containerOnceListed(services, id);
    if (container) {
      void offerNextSteps(services, engine, container, reference);
    }
  },
};

async function offerNextSteps(
  services: Services,
  engine: Engine,
  container: Container,
  reference: string,
): Promise<void> {
  const port = browsablePorts(container.ports)[0];
  const showLogs = vscode.l10n.t("Show Logs");
  const open = vscode.l10n.t("Open in Browser");
  const chosen = await services.prompts.showInformation(
    vscode.l10n.t(
      "{0} is {1} ({2}).",
      container.name,
      stateText(container, vscode.l10n.t),
      reference,
    ),
    showLogs,
    ...(port ? [open] : []),
  );
  if (chosen === showLogs) {
    openLogTerminal(services.engine, container, {
      tail: readSettings().logLines,
      log: services.log,
    });
  } else if (chosen === open && port) {
    await services.prompts.openInBrowser(browserUrl(port, engine.endpoint.url));
  }
}

/** The new container with the name that the engine gave it; undefined if it is gone already. */
async function containerOnceListed(
  { engine }: Services,
  id: string,
): Promise<Container | undefined> {
  const find = () => engine.containers.find((container) => container.id === id);
  return (await listed(engine, find)) ?? (await listedAnew(engine, find));
}

async function listedAnew<T>(engine: Services["engine"], read: () => T): Promise<T> {
  const unwatch = engine.watch();
  try {
    await engine.refresh();
    return read();
  } finally {
    unwatch();
  }
}
