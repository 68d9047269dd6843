import * as vscode from "vscode";
import { languageId } from "../../../server/src/protocol.ts";
import type { Command } from "./command.ts";
import { lastPlan, rememberedPlan, rememberPlan, runBuild } from "./runBuild.ts";

/** Builds the Dockerfile that is being edited, or else the last one, as last time. */
export const buildImageAgain: Command = {
  id: "slipway.images.buildAgain",

  async run(services, item) {
    const active = vscode.window.activeTextEditor?.document;
    const uri =
      item instanceof vscode.Uri
        ? item
        : active?.languageId === languageId
          ? active.uri
          : undefined;
    const plan = uri ? rememberedPlan(services.memory, uri.fsPath) : lastPlan(services.memory);
    if (!plan) {
      await vscode.commands.executeCommand("slipway.images.build", uri);
      return;
    }
    await rememberPlan(services.memory, plan);
    await runBuild(services, plan);
  },
};
