import * as vscode from "vscode";
import { settingsSection } from "../../../server/src/protocol.ts";
import { presentStatus } from "../presentation/buildForecast.ts";
import { activeDockerfile, type CacheStates } from "../views/cacheStates.ts";

/** What the next build of the Dockerfile in front will do, in the status bar. */
export class CacheStatus {
  readonly #states: CacheStates;
  readonly #item = vscode.window.createStatusBarItem(
    "slipway.cacheStatus",
    vscode.StatusBarAlignment.Right,
    90,
  );
  readonly #disposables: vscode.Disposable[];

  constructor(states: CacheStates) {
    this.#states = states;
    this.#item.name = vscode.l10n.t("Next Build");
    this.#item.command = "slipway.forecast.focus";
    const draw = (): void => {
      this.#draw();
    };
    this.#disposables = [
      this.#item,
      states.onDidChange(draw),
      vscode.window.onDidChangeActiveTextEditor(draw),
      vscode.workspace.onDidChangeConfiguration(draw),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  #draw(): void {
    const document = activeDockerfile();
    const state = document === undefined ? undefined : this.#states.of(document.uri);
    const row = state === undefined ? undefined : presentStatus(state, vscode.l10n.t);
    const section = vscode.workspace.getConfiguration(settingsSection, document?.uri);
    if (row === undefined || section.get<unknown>("cacheHints.statusBar") === false) {
      this.#item.hide();
      return;
    }
    this.#item.text = row.text;
    this.#item.tooltip = new vscode.MarkdownString(row.tooltip);
    this.#item.accessibilityInformation = { label: row.accessibilityLabel };
    this.#item.show();
  }
}
