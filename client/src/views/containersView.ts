import * as vscode from "vscode";
import type { Container } from "../engine/engine.ts";
import {
  type ComposeProject,
  groupByProject,
  nameInProject,
  presentProject,
} from "../presentation/compose.ts";
import { containerTooltip, presentContainer } from "../presentation/container.ts";
import { escapeMarkdown } from "../presentation/markdown.ts";
import type { TreeRow } from "../presentation/treeRow.ts";
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
  project: ProjectNode | undefined;
}

/** A Compose project in the tree. */
export interface ProjectNode {
  readonly kind: "projectNode";
  readonly id: string;
  project: ComposeProject;
}

export type ContainersNode = ContainerNode | ProjectNode;

/** Containers of the current engine, below their Compose projects where they have one. */
export class ContainersView implements vscode.TreeDataProvider<ContainersNode> {
  readonly #engine: CurrentEngine;
  readonly #didChange = new vscode.EventEmitter<ContainersNode[] | undefined>();
  readonly onDidChangeTreeData = this.#didChange.event;
  #nodes = new Map<string, ContainersNode>();
  #shape: TreeShape = new Map();
  /** What each row says now, so that ages can be brought up to date without drawing everything again. */
  readonly #rows = new Map<string, string>();

  constructor(engine: CurrentEngine) {
    this.#engine = engine;
    engine.onDidChange((change) => {
      this.#update(change.containers);
    });
  }

  async getChildren(node?: ContainersNode): Promise<ContainersNode[]> {
    if (node === undefined && this.#nodes.size === 0) {
      await settled(this.#engine);
    }
    const ids = this.#shape.get(node?.id ?? "") ?? [];
    return ids.flatMap((id) => this.#nodes.get(id) ?? []);
  }

  getParent(node: ContainersNode): ContainersNode | undefined {
    return node.kind === "containerNode" ? node.project : undefined;
  }

  getTreeItem(node: ContainersNode): vscode.TreeItem {
    const row = this.#row(node);
    this.#rows.set(node.id, row.description);
    return treeItem(
      node.id,
      row,
      node.kind === "projectNode"
        ? vscode.TreeItemCollapsibleState.Expanded
        : vscode.TreeItemCollapsibleState.None,
    );
  }

  resolveTreeItem(item: vscode.TreeItem, node: ContainersNode): vscode.TreeItem {
    item.tooltip = new vscode.MarkdownString(
      node.kind === "containerNode"
        ? containerTooltip(node.container, vscode.l10n.t)
        : escapeMarkdown(presentProject(node.project, vscode.l10n.t).accessibilityLabel),
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
    if (node.kind === "projectNode") {
      return presentProject(node.project, vscode.l10n.t);
    }
    const { container, project } = node;
    return presentContainer(container, {
      label: project ? nameInProject(container, project.project) : container.name,
      now: Date.now(),
      localize: vscode.l10n.t,
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
    const { projects, others } = groupByProject(this.#engine.containers);
    const nodes = new Map<string, ContainersNode>();
    const shape = new Map<string, readonly string[]>();
    const touched = new Set<string>();

    const place = (container: Container, project: ProjectNode | undefined): string => {
      const id = `${root}|container|${container.id}`;
      const old = this.#nodes.get(id);
      const node: ContainerNode =
        old?.kind === "containerNode" ? old : { kind: "containerNode", id, container, project };
      if (changed.has(container.id) || node.container !== container) {
        touched.add(id);
        if (project) {
          touched.add(project.id);
        }
      }
      node.container = container;
      node.project = project;
      nodes.set(id, node);
      return id;
    };

    const top = projects.map((project) => {
      const id = `${root}|project|${project.name}`;
      const old = this.#nodes.get(id);
      const node: ProjectNode =
        old?.kind === "projectNode" ? old : { kind: "projectNode", id, project };
      node.project = project;
      nodes.set(id, node);
      shape.set(
        id,
        project.containers.map((container) => place(container, node)),
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
