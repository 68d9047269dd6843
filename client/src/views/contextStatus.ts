import * as vscode from "vscode";
import type { ContextsView } from "./contextsView.ts";

/** Says in the status bar which engine commands work with, where there is more than one to choose from. */
export class ContextStatus {
  readonly #contexts: ContextsView;
  readonly #item: vscode.StatusBarItem;
  readonly #subscription: vscode.Disposable;

  constructor(contexts: ContextsView) {
    this.#contexts = contexts;
    this.#item = vscode.window.createStatusBarItem(
      "slipway.context",
      vscode.StatusBarAlignment.Left,
      0,
    );
    this.#item.name = vscode.l10n.t("Docker Context");
    this.#item.command = "slipway.contexts.use";
    this.#subscription = contexts.onDidChangeTreeData(() => {
      this.#show();
    });
    this.#show();
  }

  /** What is shown; empty when nothing is. */
  get text(): string {
    return this.#contexts.contexts.length > 1 ? this.#item.text : "";
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#item.dispose();
  }

  #show(): void {
    const { contexts, inUse } = this.#contexts;
    if (contexts.length < 2) {
      this.#item.hide();
      return;
    }
    const name = inUse ?? vscode.l10n.t("by address");
    this.#item.text = `$(server) ${name}`;
    this.#item.tooltip = vscode.l10n.t("Docker context: {0}. Choose another one.", name);
    this.#item.accessibilityInformation = { label: vscode.l10n.t("Docker context {0}", name) };
    this.#item.show();
  }
}
