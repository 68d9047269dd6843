import { basename } from "node:path";
import * as vscode from "vscode";
import type { BuildPlan } from "../presentation/buildPlan.ts";
import { noChoices } from "../presentation/buildChoices.ts";
import { buildInputs } from "../presentation/buildInputs.ts";
import { namedStages } from "../presentation/buildStages.ts";
import { pickContext, pickDockerfile } from "./buildImage.ts";
import { askForChoices } from "./buildSteps.ts";
import type { Command } from "./command.ts";
import { chosenPlan, rememberedPlan, rememberPlan, runBuild } from "./runBuild.ts";

/** Asks for everything that a build can be told, of what the Dockerfile at hand takes, and builds. */
export const buildImageWithOptions: Command = {
  id: "slipway.images.buildWithOptions",

  async run(services, item) {
    const uri = await pickDockerfile(services, item);
    if (!uri) {
      return;
    }
    const before =
      chosenPlan(services.memory, uri.fsPath) ?? rememberedPlan(services.memory, uri.fsPath);
    const contextFolder = await pickContext(services, uri, before);
    if (contextFolder === undefined) {
      return;
    }
    const document = await vscode.workspace.openTextDocument(uri);
    const engine = await services.engine.get();
    const { operatingSystem, architecture } = await engine.version();
    const asked = await askForChoices(services.prompts, {
      stages: namedStages(document.getText()),
      inputs: buildInputs(document.getText()),
      ownPlatform: `${operatingSystem}/${architecture}`,
      imageName: basename(contextFolder),
      before: {
        target: before?.target,
        tag: before?.tag,
        choices: before?.choices ?? noChoices,
      },
    });
    if (asked === undefined) {
      return;
    }
    const plan: BuildPlan = {
      dockerfile: uri.fsPath,
      contextFolder,
      tag: asked.tag,
      ...(asked.target === undefined ? {} : { target: asked.target }),
      choices: asked.choices,
    };
    await rememberPlan(services.memory, plan);
    await runBuild(services, plan);
  },
};
