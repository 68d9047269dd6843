import { basename } from "node:path";
import * as vscode from "vscode";
import { noChoices } from "../presentation/buildChoices.ts";
import { engineSummary, engineVerdicts } from "../presentation/engineVerdicts.ts";
import { pickContext, pickDockerfile } from "./buildImage.ts";
import type { Command } from "./command.ts";
import { withNotification } from "./progress.ts";
import { rememberedPlan } from "./runBuild.ts";

/** Asks the engine itself what the next build of a Dockerfile would take from its cache; no command is run. */
export const verifyForecast: Command = {
  id: "slipway.verifyForecast",

  async run(services, item) {
    if (!vscode.workspace.isTrusted) {
      // The menus do not offer it; a keybinding may still ask.
      return;
    }
    const uri = await pickDockerfile(services, item);
    if (!uri) {
      return;
    }
    const plan = rememberedPlan(services.memory, uri.fsPath);
    const contextFolder = plan?.contextFolder ?? (await pickContext(services, uri, undefined));
    if (contextFolder === undefined) {
      return;
    }
    const engine = await services.engine.get();
    if (!isOnThisMachine(engine.endpoint.url)) {
      const agreed = await services.prompts.confirm({
        question: vscode.l10n.t(
          "Ask the engine at {0} what its next build will do?",
          engine.endpoint.url,
        ),
        detail: vscode.l10n.t(
          "It is on another machine. No command is run there, but files that the build copies are sent and copied, and each step that is not cached leaves an error in the engine's own log.",
        ),
        verb: vscode.l10n.t("Ask"),
      });
      if (!agreed) {
        return;
      }
    }
    const document = await vscode.workspace.openTextDocument(uri);
    const { version } = document;
    const { buildArguments, platform } = plan?.choices ?? noChoices;
    const ignoreText = await readIgnoreText(uri.fsPath);
    const text = {
      text: document.getText(),
      name: basename(uri.fsPath),
      contextFolder,
      buildArguments,
      ...(ignoreText === undefined ? {} : { ignoreText }),
      ...(plan?.target === undefined ? {} : { target: plan.target }),
      ...(platform === undefined ? {} : { platform }),
    };
    const { steps } = await withNotification(
      vscode.l10n.t("Asking the engine what the next build will do"),
      (signal) => engine.dryRun(text, { signal }),
    );
    const verdicts = engineVerdicts(steps, vscode.l10n.t);
    if (document.version === version) {
      services.verdicts.show(uri, verdicts);
    }
    void services.prompts.showInformation(engineSummary(verdicts, vscode.l10n.t));
  },
};

function isOnThisMachine(url: string): boolean {
  return /^(?:unix|npipe):/.test(url);
}

/** The ignore file that belongs to this Dockerfile alone. */
async function readIgnoreText(dockerfile: string): Promise<string | undefined> {
  try {
    const uri = vscode.Uri.file(`${dockerfile}.dockerignore`);
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}
