import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { meantBuilds } from "./meantBuilds.ts";

/** Opens what a step printed, or all steps of a build, as a document. */
export const showBuildOutput: Command = {
  id: "slipway.builds.showOutput",

  async run(services, item) {
    const [build] = await meantBuilds(services, item, undefined, {
      title: vscode.l10n.t("Show Build Output"),
    });
    if (build !== undefined) {
      await services.buildDocuments.showOutput(build, stepOf(item));
    }
  },
};

/** The digest of the step that a row stands for. */
function stepOf(item: unknown): string | undefined {
  const isStep =
    typeof item === "object" &&
    item !== null &&
    "step" in item &&
    typeof item.step === "object" &&
    item.step !== null &&
    "digest" in item.step &&
    typeof item.step.digest === "string";
  return isStep ? (item.step as { digest: string }).digest : undefined;
}
