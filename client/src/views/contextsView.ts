import * as vscode from "vscode";
import { contextInUse, type DockerContext, readContexts } from "../engine/contextStore.ts";
import { watchContexts } from "../engine/watchContexts.ts";
import { type ContextUse, contextTooltip, presentContext } from "../presentation/context.ts";
import { onEndpointSettings, readSettings } from "../settings.ts";
import { treeItem } from "./treeItem.ts";

/** A docker context in the tree; the node stays while what is known of it changes. */
export interface ContextNode {
  readonly kind: "contextNode";
  readonly id: string;
  context: DockerContext;
}

/**
 * The docker command's contexts, followed by the changes of its files. Reads
 * nothing else: no engine is connected by being listed.
 */
export class ContextsView implements vscode.TreeDataProvider<ContextNode> {
  readonly #didChange = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#didChange.event;
  readonly #disposables: vscode.Disposable[];
  #nodes: readonly ContextNode[] = [];
  #inUse: string | undefined;
  /** Grows with each look, so that a slow one does not undo a later one. */
  #look = 0;

  constructor() {
    const stop = watchContexts(() => void this.read());
    this.#disposables = [
      this.#didChange,
      { dispose: stop },
      onEndpointSettings(() => void this.read()),
    ];
  }

  /** In the order of the rows, `default` first. */
  get contexts(): readonly DockerContext[] {
    return this.#nodes.map(({ context }) => context);
  }

  /** The name of the context that views and commands work with; undefined where an address is set instead. */
  get inUse(): string | undefined {
    return this.#inUse;
  }

  /** Reads everything anew; called by itself whenever the files change. */
  async read(): Promise<void> {
    this.#look += 1;
    const look = this.#look;
    const [contexts, inUse] = await Promise.all([
      readContexts(),
      contextInUse(readSettings().endpoint),
    ]);
    if (look !== this.#look) {
      return;
    }
    const before = new Map(this.#nodes.map((node) => [node.id, node]));
    this.#nodes = contexts.map((context) => {
      const node = before.get(context.name) ?? { kind: "contextNode", id: context.name, context };
      node.context = context;
      return node;
    });
    this.#inUse = inUse;
    this.#didChange.fire(undefined);
  }

  getChildren(node?: ContextNode): ContextNode[] {
    return node === undefined ? [...this.#nodes] : [];
  }

  getParent(): undefined {
    return undefined;
  }

  getTreeItem({ id, context }: ContextNode): vscode.TreeItem {
    const row = presentContext(context, this.#use(context));
    return treeItem(id, row, vscode.TreeItemCollapsibleState.None);
  }

  resolveTreeItem(item: vscode.TreeItem, { context }: ContextNode): vscode.TreeItem {
    item.tooltip = new vscode.MarkdownString(contextTooltip(context, this.#use(context)));
    return item;
  }

  dispose(): void {
    this.#look += 1;
    this.#disposables.forEach((each) => void each.dispose());
  }

  #use({ name }: DockerContext): ContextUse {
    return {
      isCurrent: name === this.#inUse,
      isProtected: readSettings().protectedContexts.includes(name),
      localize: vscode.l10n.t,
    };
  }
}
