import * as vscode from "vscode";
import type { CacheStage, CacheStateParams, CacheStep } from "../../../server/src/protocol.ts";
import {
  presentStage,
  presentStep,
  slowestStep,
  stepTooltip,
} from "../presentation/buildForecast.ts";
import { activeDockerfile, type CacheStates } from "./cacheStates.ts";
import { treeItem } from "./treeItem.ts";

export type ForecastNode =
  | { readonly kind: "stage"; readonly uri: vscode.Uri; readonly stage: CacheStage }
  | { readonly kind: "step"; readonly uri: vscode.Uri; readonly step: CacheStep };

/** What the next build of the Dockerfile in front will do, stage by stage and step by step. */
export class ForecastView implements vscode.TreeDataProvider<ForecastNode> {
  readonly tree: vscode.TreeView<ForecastNode>;
  readonly #states: CacheStates;
  readonly #didChange = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#didChange.event;
  readonly #disposables: vscode.Disposable[];
  /** The last Dockerfile in front: a look at another file does not empty the view. */
  #uri: vscode.Uri | undefined;

  constructor(states: CacheStates) {
    this.#states = states;
    this.tree = vscode.window.createTreeView("slipway.forecast", {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#disposables = [
      this.tree,
      this.#didChange,
      states.onDidChange((uri) => {
        if (uri === this.#uri?.toString()) {
          this.#show();
        }
      }),
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.#follow();
      }),
    ];
    this.#follow();
  }

  getChildren(node?: ForecastNode): ForecastNode[] {
    const uri = this.#uri;
    if (uri === undefined || node?.kind === "step") {
      return [];
    }
    return node === undefined
      ? (this.#state?.stages ?? []).map((stage) => ({ kind: "stage", uri, stage }))
      : node.stage.steps.map((step) => ({ kind: "step", uri, step }));
  }

  getTreeItem(node: ForecastNode): vscode.TreeItem {
    const { uri } = node;
    if (node.kind === "stage") {
      const { stage } = node;
      const isOpen = stage.steps.length > 0 && !stage.unneeded;
      return this.#item(
        `${uri.toString()}#${stage.line}`,
        presentStage(stage, vscode.l10n.t),
        stage.steps.length === 0
          ? vscode.TreeItemCollapsibleState.None
          : isOpen
            ? vscode.TreeItemCollapsibleState.Expanded
            : vscode.TreeItemCollapsibleState.Collapsed,
        node.stage.line,
      );
    }
    const { step } = node;
    const slowest = this.#state === undefined ? 0 : slowestStep(this.#state);
    const item = this.#item(
      `${uri.toString()}#${step.line}`,
      presentStep(step, slowest, vscode.l10n.t),
      vscode.TreeItemCollapsibleState.None,
      step.line,
    );
    item.tooltip = new vscode.MarkdownString(stepTooltip(step, vscode.l10n.t), true);
    return item;
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  get #state(): CacheStateParams | undefined {
    return this.#uri === undefined ? undefined : this.#states.of(this.#uri);
  }

  #follow(): void {
    this.#uri = activeDockerfile()?.uri ?? this.#uri;
    this.#show();
  }

  #show(): void {
    const state = this.#state;
    this.tree.description =
      state === undefined || this.#uri === undefined
        ? ""
        : vscode.workspace.asRelativePath(this.#uri);
    this.tree.message =
      state?.silence === undefined
        ? (state?.summary ?? "")
        : vscode.l10n.t("Next build unknown: {0}.", state.silence);
    this.#didChange.fire(undefined);
  }

  #item(
    id: string,
    row: Parameters<typeof treeItem>[1],
    state: vscode.TreeItemCollapsibleState,
    line: number,
  ): vscode.TreeItem {
    const item = treeItem(id, row, state);
    const options: vscode.TextDocumentShowOptions = {
      selection: new vscode.Range(line, 0, line, 0),
      preserveFocus: true,
    };
    item.command = {
      command: "vscode.open",
      title: vscode.l10n.t("Show in the Dockerfile"),
      arguments: [this.#uri, options],
    };
    return item;
  }
}
