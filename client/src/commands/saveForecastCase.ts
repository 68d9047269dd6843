import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { type Command, CommandFailure } from "./command.ts";

/** Writes down all that decides about the cache of a build that was foreseen wrongly. */
export const saveForecastCase: Command = {
  id: "slipway.forecast.saveCase",

  async run({ failedPredictions, prompts }) {
    const { last } = failedPredictions;
    if (last === undefined) {
      throw new CommandFailure(
        vscode.l10n.t("No build in this window has done anything else than was foreseen of it."),
      );
    }
    const dockerfile = vscode.Uri.parse(last.uri).fsPath;
    const target = await prompts.saveFile({
      title: vscode.l10n.t("Save the Case: the Dockerfile and Names of Files, No Contents"),
      saveLabel: vscode.l10n.t("Save"),
      defaultUri: vscode.Uri.file(
        join(dirname(dockerfile), `${basename(dockerfile)}.forecast-case.json`),
      ),
      filters: { JSON: ["json"] },
    });
    if (target === undefined) {
      return;
    }
    const content = { dockerfilePath: basename(dockerfile), wrong: last.wrong, ...last.case };
    const text = `${JSON.stringify(content, undefined, 2)}\n`;
    await vscode.workspace.fs.writeFile(target, Buffer.from(text));
    await vscode.window.showTextDocument(target);
  },
};
