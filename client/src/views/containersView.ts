import * as vscode from "vscode";
import type { Container } from "../engine/engine.ts";
import { nameInProject } from "../presentation/compose.ts";
import { containerTooltip, presentContainer } from "../presentation/container.ts";
import { presentGroup } from "../presentation/containerGroup.ts";
import {
  arrangeContainers,
  type ContainerArrangement,
  type ContainerGroup,
} from "../presentation/containerGroups.ts";
import { escapeMarkdown } from "../presentation/markdown.ts";
import type { TreeRow } from "../presentation/treeRow.ts";
import type { Arrangements } from "./arrangements.ts";
import type { CurrentEngine } from "./currentEngine.ts";
import { fireChanged } from "./fireChanged.ts";
import { settled } from "./settled.ts";
import { changedNodes, staleNodes, type TreeShape } from "./treeChanges.ts";
import { treeItem } from "./treeItem.ts";

/** A container in the tree; the node stays while the container's values come and go. */
export interface ContainerNode {
  readonly kind: "containerNode";
  readonly id: string;
  container: Container;
  group: GroupNode | undefined;
}

/** A Compose project, or another group, in the tree. */
export interface GroupNode {
  readonly kind: "groupNode";
  readonly id: string;
  group: ContainerGroup;
}

export type ContainersNode = ContainerNode | GroupNode;

/** Containers of the current engine, below their Compose projects unless they are arranged otherwise. */
export class ContainersView implements vscode.TreeDataProvider<ContainersNode> {
  readonly #engine: CurrentEngine;
  readonly #arrangements: Arrangements;
  #arrangement: ContainerArrangement;
  readonly #didChange = new vscode.EventEmitter<ContainersNode[] | undefined>();
  readonly onDidChangeTreeData = this.#didChange.event;
  #nodes = new Map<string, ContainersNode>();
  #shape: TreeShape = new Map();
  /** What each row says now, so that ages can be brought up to date without drawing everything again. */
  readonly #rows = new Map<string, string>();

  constructor(engine: CurrentEngine, arrangements: Arrangements) {
    this.#engine = engine;
    this.#arrangements = arrangements;
    this.#arrangement = arrangements.containers;
    engine.onDidChange((change) => {
      this.#update(change.containers);
    });
    arrangements.onDidChange((view) => {
      if (view === "containers") {
        this.#arrangement = this.#arrangements.containers;
        this.#rebuild(new Set());
        this.#didChange.fire(undefined);
      }
    });
  }

  /** How many of the engine's containers the tree shows. */
  get shown(): number {
    return [...this.#nodes.values()].filter(({ kind }) => kind === "containerNode").length;
  }

  async getChildren(node?: ContainersNode): Promise<ContainersNode[]> {
    if (node === undefined && this.#nodes.size === 0) {
      await settled(this.#engine);
    }
    const ids = this.#shape.get(node?.id ?? "") ?? [];
    return ids.flatMap((id) => this.#nodes.get(id) ?? []);
  }

  getParent(node: ContainersNode): ContainersNode | undefined {
    return node.kind === "containerNode" ? node.group : undefined;
  }

  getTreeItem(node: ContainersNode): vscode.TreeItem {
    const row = this.#row(node);
    this.#rows.set(node.id, row.description);
    return treeItem(
      node.id,
      row,
      node.kind === "groupNode"
        ? vscode.TreeItemCollapsibleState.Expanded
        : vscode.TreeItemCollapsibleState.None,
    );
  }

  resolveTreeItem(item: vscode.TreeItem, node: ContainersNode): vscode.TreeItem {
    item.tooltip = new vscode.MarkdownString(
      node.kind === "containerNode"
        ? containerTooltip(node.container, vscode.l10n.t)
        : escapeMarkdown(presentGroup(node.group, vscode.l10n.t).accessibilityLabel),
    );
    return item;
  }

  /** Draws the rows again whose age reads differently by now. */
  refreshAges(): void {
    const stale = staleNodes(
      this.#nodes.values(),
      this.#rows,
      (node) => this.#row(node).description,
    );
    if (stale.length > 0) {
      this.#didChange.fire(stale);
    }
  }

  dispose(): void {
    this.#didChange.dispose();
  }

  #row(node: ContainersNode): TreeRow {
    if (node.kind === "groupNode") {
      return presentGroup(node.group, vscode.l10n.t);
    }
    const { container, group } = node;
    return presentContainer(container, {
      label: group?.group.by === "project" ? nameInProject(container, group.group) : container.name,
      now: Date.now(),
      localize: vscode.l10n.t,
      description: this.#arrangement.description,
    });
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

  /** Makes nodes and shape anew out of the engine's containers, keeping nodes that stay; returns the ids of changed nodes. */
  #rebuild(changed: ReadonlySet<string>): ReadonlySet<string> {
    const root = this.#engine.endpoint?.url ?? "";
    const { groups, others } = arrangeContainers(this.#engine.containers, this.#arrangement, {
      now: Date.now(),
      localize: vscode.l10n.t,
    });
    const nodes = new Map<string, ContainersNode>();
    const shape = new Map<string, readonly string[]>();
    const touched = new Set<string>();

    const place = (container: Container, group: GroupNode | undefined): string => {
      const id = `${root}|container|${container.id}`;
      const old = this.#nodes.get(id);
      const node: ContainerNode =
        old?.kind === "containerNode" ? old : { kind: "containerNode", id, container, group };
      if (changed.has(container.id) || node.container !== container) {
        touched.add(id);
        if (group) {
          touched.add(group.id);
        }
      }
      node.container = container;
      node.group = group;
      nodes.set(id, node);
      return id;
    };

    const top = groups.map((group) => {
      const id = `${root}|${group.by}|${group.name}`;
      const old = this.#nodes.get(id);
      const node: GroupNode = old?.kind === "groupNode" ? old : { kind: "groupNode", id, group };
      node.group = group;
      nodes.set(id, node);
      shape.set(
        id,
        group.containers.map((container) => place(container, node)),
      );
      return id;
    });
    shape.set("", [...top, ...others.map((container) => place(container, undefined))]);
    for (const id of this.#rows.keys()) {
      if (!nodes.has(id)) {
        this.#rows.delete(id);
      }
    }
    this.#nodes = nodes;
    this.#shape = shape;
    return touched;
  }
}
