import * as vscode from "vscode";
import { lineOfStep } from "../engine/buildStepLine.ts";
import type { BuildRecord, RecordedStep } from "../presentation/buildRecord.ts";
import { instructionText } from "../presentation/stepGroups.ts";
import type { StepNode } from "../views/buildsView.ts";
import { type Command, CommandFailure } from "./command.ts";

/** Opens the Dockerfile at the instruction of a step; without one, at the step that failed last. */
export const goToStep: Command = {
  id: "slipway.builds.goToStep",

  async run({ builds: { history } }, item) {
    await history.load();
    const meant = stepOf(item) ?? failedStep(history.builds);
    if (meant === undefined) {
      throw new CommandFailure(vscode.l10n.t("No build of this workspace failed at a step."));
    }
    const { build, step } = meant;
    const document = await vscode.workspace.openTextDocument(build.plan.dockerfile);
    const line = lineIn(document.getText(), build, step);
    if (line === undefined) {
      const name = instructionText(step.name);
      throw new CommandFailure(
        vscode.l10n.t("“{0}” cannot be found in the Dockerfile as it is now.", name),
      );
    }
    const { range, firstNonWhitespaceCharacterIndex } = document.lineAt(line);
    const start = range.start.translate(0, firstNonWhitespaceCharacterIndex);
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(start, start) });
  },
};

interface StepOfBuild {
  readonly build: BuildRecord;
  readonly step: RecordedStep;
}

function stepOf(item: unknown): StepOfBuild | undefined {
  if (typeof item !== "object" || item === null || !("kind" in item) || item.kind !== "stepNode") {
    return undefined;
  }
  const { parent, step } = item as StepNode;
  return { build: parent.parent.build, step };
}

function failedStep(builds: readonly BuildRecord[]): StepOfBuild | undefined {
  for (const build of builds) {
    const step = build.steps.find(({ state }) => state === "failed");
    if (step !== undefined) {
      return { build, step };
    }
  }
  return undefined;
}

/** 0-based. What was recorded holds only for the text that was built. */
function lineIn(text: string, build: BuildRecord, step: RecordedStep): number | undefined {
  if (text === build.text && step.line !== undefined) {
    return step.line;
  }
  const line = lineOfStep(step.name, text);
  return line === undefined ? undefined : line - 1;
}
