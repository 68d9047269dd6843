import * as vscode from "vscode";
import type { PredictionFailedParams } from "../../../server/src/protocol.ts";
import type { Prompts } from "./prompts.ts";

/** Tells of builds that have done something else than was foreseen, and keeps the last such case. */
export class FailedPredictions {
  readonly #prompts: () => Prompts;
  #last: PredictionFailedParams | undefined;

  constructor(prompts: () => Prompts) {
    this.#prompts = prompts;
  }

  /** Of this window. */
  get last(): PredictionFailedParams | undefined {
    return this.#last;
  }

  accept(failed: PredictionFailedParams): void {
    this.#last = failed;
    void this.#offer(failed);
  }

  async #offer({ wrong, right }: PredictionFailedParams): Promise<void> {
    const [first] = wrong;
    if (first === undefined) {
      return;
    }
    const save = vscode.l10n.t("Save the Case…");
    const what = vscode.l10n.t(
      "Line {0} was foreseen as “{1}”, and {2}.",
      first.line + 1,
      first.foreseen,
      first.happened === "cached" ? vscode.l10n.t("came from the cache") : vscode.l10n.t("ran"),
    );
    const rest = vscode.l10n.t("{0} of {1} were foreseen rightly.", right, right + wrong.length);
    const message = vscode.l10n.t("Slipway was wrong about this build: {0} {1}", what, rest);
    if ((await this.#prompts().showInformation(message, save)) === save) {
      await vscode.commands.executeCommand("slipway.forecast.saveCase");
    }
  }
}
