import * as vscode from "vscode";
import type { BuildDocuments } from "../documents/buildDocuments.ts";
import type { InspectDocuments } from "../documents/inspectDocuments.ts";
import type { Builds } from "../editor/builds.ts";
import type { ShownVerdicts } from "../editor/shownVerdicts.ts";
import { EngineError } from "../engine/engineError.ts";
import type { Arrangements } from "../views/arrangements.ts";
import type { ContextsView } from "../views/contextsView.ts";
import type { CurrentEngine } from "../views/currentEngine.ts";
import type { FailedPredictions } from "./failedPredictions.ts";
import type { Prompts } from "./prompts.ts";

/** What commands work with. */
export interface Services {
  readonly engine: CurrentEngine;
  readonly prompts: Prompts;
  /** How the views are filtered. */
  readonly arrangements: Arrangements;
  readonly buildDocuments: BuildDocuments;
  readonly builds: Builds;
  /** The docker command's contexts. */
  readonly contexts: ContextsView;
  readonly inspectDocuments: InspectDocuments;
  /** What the engine has said of instructions. */
  readonly verdicts: ShownVerdicts;
  /** What was answered before in this workspace. */
  readonly memory: vscode.Memento;
  /** To be called when something was removed from the engine's build cache. Never rejects. */
  readonly cachePruned: () => Promise<void>;
  /** To be called when these names may stand for other images now. Never rejects. */
  readonly imagesReplaced: (references: readonly string[]) => Promise<void>;
  /** Builds that have done something else than was foreseen. */
  readonly failedPredictions: FailedPredictions;
  readonly log: vscode.LogOutputChannel;
}

export interface Command {
  readonly id: string;
  /**
   * `item` is what the menu was opened on and `selection` everything that is
   * selected with it; the palette gives neither, and a keybinding anything.
   * Rejects with EngineError or CommandFailure; everything else is a bug.
   */
  run(services: Services, item?: unknown, selection?: unknown): Promise<void>;
}

/** Something that could not be done, in a sentence for the user. */
export class CommandFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CommandFailure";
  }
}

/** Registers the commands; the one place where their failures meet the user. */
export function registerCommands(
  services: Services,
  commands: readonly Command[],
): vscode.Disposable {
  return vscode.Disposable.from(
    ...commands.map((command) =>
      vscode.commands.registerCommand(command.id, async (item?: unknown, selection?: unknown) => {
        try {
          await command.run(services, item, selection);
        } catch (error) {
          showFailure(services, command.id, error);
        }
      }),
    ),
  );
}

/** Shows what a user can do something about; a bug is logged and thrown on. */
function showFailure({ prompts, log }: Services, id: string, error: unknown): void {
  if (error instanceof EngineError && error.reason === "cancelled") {
    log.debug(`${id}: cancelled.`);
    return;
  }
  if (error instanceof EngineError || error instanceof CommandFailure) {
    log.error(`${id}: ${error.message}`);
    if (error.cause instanceof Error) {
      log.error(error.cause);
    }
    void offerLog(prompts, log, error.message);
    return;
  }
  log.error(`${id}:`, error instanceof Error ? (error.stack ?? error.message) : String(error));
  throw error;
}

async function offerLog(
  prompts: Prompts,
  log: vscode.LogOutputChannel,
  message: string,
): Promise<void> {
  const showLog = vscode.l10n.t("Show Log");
  if ((await prompts.showError(message, showLog)) === showLog) {
    log.show();
  }
}
