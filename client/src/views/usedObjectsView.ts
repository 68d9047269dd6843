import * as vscode from "vscode";
import type { Container, ModelChange, Network, Volume } from "../engine/engine.ts";
import { containerTooltip, presentContainer } from "../presentation/container.ts";
import { stateText } from "../presentation/containerState.ts";
import type { TreeRow } from "../presentation/treeRow.ts";
import type { CurrentEngine } from "./currentEngine.ts";
import { fireChanged } from "./fireChanged.ts";
import { settled } from "./settled.ts";
import { changedNodes, type TreeShape } from "./treeChanges.ts";
import { treeItem } from "./treeItem.ts";

/** Something that containers use; the node stays while its values come and go. */
export interface UsedNode<T> {
  readonly kind: "usedNode";
  readonly id: string;
  object: T;
  users: readonly Container[];
}

/** A container below something that it uses. */
export interface UserNode<T> {
  readonly kind: "userNode";
  readonly id: string;
  container: Container;
  parent: UsedNode<T>;
}

export type UsedObjectsNode<T> = UsedNode<T> | UserNode<T>;

/** One kind of things that containers use: where they come from and how they read. */
export interface UsedObjects<T> {
  /** In the ids of rows. */
  readonly kind: string;
  /** In the order of the rows. */
  readonly list: (engine: CurrentEngine) => readonly T[];
  readonly changed: (change: ModelChange) => ReadonlySet<string>;
  readonly users: (object: T, containers: readonly Container[]) => readonly Container[];
  readonly row: (object: T, users: readonly Container[]) => TreeRow;
  /** A flag for the context value of those that use the object. */
  readonly userFlag?: (object: T) => string | undefined;
  /** Markdown. */
  readonly tooltip: (object: T, users: readonly Container[]) => string;
}

/** A tree of things of the current engine, and below each the containers that use it. */
export class UsedObjectsView<T extends Volume | Network> implements vscode.TreeDataProvider<
  UsedObjectsNode<T>
> {
  readonly #engine: CurrentEngine;
  readonly #objects: UsedObjects<T>;
  readonly #didChange = new vscode.EventEmitter<UsedObjectsNode<T>[] | undefined>();
  readonly onDidChangeTreeData = this.#didChange.event;
  #nodes = new Map<string, UsedObjectsNode<T>>();
  #shape: TreeShape = new Map();

  constructor(engine: CurrentEngine, objects: UsedObjects<T>) {
    this.#engine = engine;
    this.#objects = objects;
    engine.onDidChange((change) => {
      this.#update(objects.changed(change));
    });
  }

  async getChildren(node?: UsedObjectsNode<T>): Promise<UsedObjectsNode<T>[]> {
    if (node === undefined && this.#nodes.size === 0) {
      await settled(this.#engine);
    }
    const ids = this.#shape.get(node?.id ?? "") ?? [];
    return ids.flatMap((id) => this.#nodes.get(id) ?? []);
  }

  getParent(node: UsedObjectsNode<T>): UsedObjectsNode<T> | undefined {
    return node.kind === "userNode" ? node.parent : undefined;
  }

  getTreeItem(node: UsedObjectsNode<T>): vscode.TreeItem {
    return treeItem(
      node.id,
      this.#row(node),
      node.kind === "usedNode" && node.users.length > 0
        ? vscode.TreeItemCollapsibleState.Collapsed
        : vscode.TreeItemCollapsibleState.None,
    );
  }

  resolveTreeItem(item: vscode.TreeItem, node: UsedObjectsNode<T>): vscode.TreeItem {
    item.tooltip = new vscode.MarkdownString(
      node.kind === "usedNode"
        ? this.#objects.tooltip(node.object, node.users)
        : containerTooltip(node.container, vscode.l10n.t),
    );
    return item;
  }

  /** Draws the rows of these objects again, because more is known about them. */
  redraw(ids: ReadonlySet<string>): void {
    const nodes = [...this.#nodes.values()].filter(
      (node) => node.kind === "usedNode" && ids.has(node.object.id),
    );
    if (nodes.length > 0) {
      this.#didChange.fire(nodes);
    }
  }

  dispose(): void {
    this.#didChange.dispose();
  }

  #row(node: UsedObjectsNode<T>): TreeRow {
    if (node.kind === "usedNode") {
      return this.#objects.row(node.object, node.users);
    }
    const { container } = node;
    const localize = vscode.l10n.t;
    const row = presentContainer(container, { label: container.name, now: Date.now(), localize });
    const flag = this.#objects.userFlag?.(node.parent.object);
    return {
      ...row,
      contextValue: flag === undefined ? row.contextValue : `${row.contextValue};${flag}`,
      // An age would have to be kept up to date, and the other view tells it.
      description: stateText(container, localize),
    };
  }

  #update(changed: ReadonlySet<string>): void {
    const { state } = this.#engine;
    if (state.kind === "idle" || state.kind === "connecting") {
      // The last known rows stay until the engine has said what it holds now.
      return;
    }
    const before = this.#shape;
    const touched = this.#rebuild(changed);
    fireChanged(this.#didChange, this.#nodes, changedNodes(before, this.#shape, touched));
  }

  /** Makes nodes and shape anew out of what the engine holds, keeping nodes that stay; returns the ids of changed nodes. */
  #rebuild(changed: ReadonlySet<string>): ReadonlySet<string> {
    const root = this.#engine.endpoint?.url ?? "";
    const { containers } = this.#engine;
    const nodes = new Map<string, UsedObjectsNode<T>>();
    const shape = new Map<string, readonly string[]>();
    const touched = new Set<string>();

    const placeUser = (container: Container, parent: UsedNode<T>): string => {
      const id = `${parent.id}|container|${container.id}`;
      const old = this.#nodes.get(id);
      const node: UserNode<T> =
        old?.kind === "userNode" ? old : { kind: "userNode", id, container, parent };
      if (node.container !== container) {
        touched.add(id);
      }
      node.container = container;
      node.parent = parent;
      nodes.set(id, node);
      return id;
    };

    const top = this.#objects.list(this.#engine).map((object) => {
      const id = `${root}|${this.#objects.kind}|${object.id}`;
      const old = this.#nodes.get(id);
      const users = this.#objects.users(object, containers);
      const node: UsedNode<T> =
        old?.kind === "usedNode" ? old : { kind: "usedNode", id, object, users };
      if (changed.has(object.id) || node.object !== object) {
        touched.add(id);
      }
      node.object = object;
      node.users = users;
      nodes.set(id, node);
      shape.set(
        id,
        users.map((container) => placeUser(container, node)),
      );
      return id;
    });
    shape.set("", top);
    this.#nodes = nodes;
    this.#shape = shape;
    return touched;
  }
}
