import * as vscode from "vscode";
import type { Container, ImageLayer } from "../engine/engine.ts";
import { EngineError } from "../engine/engineError.ts";
import { imageTooltip, nameImages, type NamedImage, presentImage } from "../presentation/image.ts";
import { layerTooltip, presentLayer } from "../presentation/layer.ts";
import type { TreeRow } from "../presentation/treeRow.ts";
import type { CurrentEngine } from "./currentEngine.ts";
import { fireChanged } from "./fireChanged.ts";
import { settled } from "./settled.ts";
import { changedNodes, staleNodes, type TreeShape } from "./treeChanges.ts";
import { treeItem } from "./treeItem.ts";

/** An image under one of its references. */
export interface ImageNode {
  readonly kind: "imageNode";
  readonly id: string;
  named: NamedImage;
  usedBy: readonly Container[];
}

/** A layer of an image, newest first. */
export interface LayerNode {
  readonly kind: "layerNode";
  readonly id: string;
  readonly layer: ImageLayer;
  readonly parent: ImageNode;
}

export type ImagesNode = ImageNode | LayerNode;

/** Images of the current engine, and below each its layers. */
export class ImagesView implements vscode.TreeDataProvider<ImagesNode> {
  readonly #engine: CurrentEngine;
  readonly #log: vscode.LogOutputChannel;
  readonly #didChange = new vscode.EventEmitter<ImagesNode[] | undefined>();
  readonly onDidChangeTreeData = this.#didChange.event;
  #nodes = new Map<string, ImageNode>();
  #shape: TreeShape = new Map();
  /** An image never changes, so neither do its layers. */
  readonly #layers = new Map<string, readonly ImageLayer[]>();
  readonly #rows = new Map<string, string>();

  constructor(engine: CurrentEngine, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#log = log;
    engine.onDidChange((change) => {
      this.#update(change.images);
    });
  }

  async getChildren(node?: ImagesNode): Promise<ImagesNode[]> {
    if (node === undefined) {
      if (this.#nodes.size === 0) {
        await settled(this.#engine);
      }
      return (this.#shape.get("") ?? []).flatMap((id) => this.#nodes.get(id) ?? []);
    }
    if (node.kind === "layerNode") {
      return [];
    }
    const layers = await this.#imageLayers(node.named.image.id);
    return layers.map((layer, index) => ({
      kind: "layerNode",
      id: `${node.id}|layer|${layers.length - index}`,
      layer,
      parent: node,
    }));
  }

  getParent(node: ImagesNode): ImagesNode | undefined {
    return node.kind === "layerNode" ? node.parent : undefined;
  }

  getTreeItem(node: ImagesNode): vscode.TreeItem {
    const row = this.#row(node);
    this.#rows.set(node.id, row.description);
    return treeItem(
      node.id,
      row,
      node.kind === "imageNode"
        ? vscode.TreeItemCollapsibleState.Collapsed
        : vscode.TreeItemCollapsibleState.None,
    );
  }

  resolveTreeItem(item: vscode.TreeItem, node: ImagesNode): vscode.TreeItem {
    item.tooltip = new vscode.MarkdownString(
      node.kind === "imageNode"
        ? imageTooltip(node.named, node.usedBy, vscode.l10n.t)
        : layerTooltip(node.layer, vscode.l10n.t),
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

  async #imageLayers(id: string): Promise<readonly ImageLayer[]> {
    const known = this.#layers.get(id);
    if (known) {
      return known;
    }
    try {
      const engine = await this.#engine.get();
      const layers = await engine.imageHistory(id);
      this.#layers.set(id, layers);
      return layers;
    } catch (error) {
      if (error instanceof EngineError) {
        // The image may have gone while it was being opened.
        this.#log.warn(`Layers of ${id}: ${error.message}`);
        return [];
      }
      throw error;
    }
  }

  #row(node: ImagesNode): TreeRow {
    return node.kind === "imageNode"
      ? presentImage(node.named, {
          usedBy: node.usedBy,
          now: Date.now(),
          localize: vscode.l10n.t,
        })
      : presentLayer(node.layer, vscode.l10n.t);
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

  /** Makes the nodes anew out of the engine's images, keeping nodes that stay; returns the ids of changed nodes. */
  #rebuild(changed: ReadonlySet<string>): ReadonlySet<string> {
    const root = this.#engine.endpoint?.url ?? "";
    const users = containersByImage(this.#engine.containers);
    const nodes = new Map<string, ImageNode>();
    const touched = new Set<string>();
    const top = nameImages(this.#engine.images).map((named) => {
      const { image, reference } = named;
      const id = `${root}|image|${image.id}|${reference ?? ""}`;
      const usedBy = users.get(image.id) ?? [];
      const old = this.#nodes.get(id);
      const node: ImageNode = old ?? { kind: "imageNode", id, named, usedBy };
      if (
        changed.has(image.id) ||
        node.named.image !== image ||
        node.usedBy.length > 0 !== usedBy.length > 0
      ) {
        touched.add(id);
      }
      node.named = named;
      node.usedBy = usedBy;
      nodes.set(id, node);
      return id;
    });
    const present = new Set(this.#engine.images.map(({ id }) => id));
    for (const id of this.#layers.keys()) {
      if (!present.has(id)) {
        this.#layers.delete(id);
      }
    }
    for (const id of this.#rows.keys()) {
      if (!nodes.has(id)) {
        this.#rows.delete(id);
      }
    }
    this.#nodes = nodes;
    this.#shape = new Map([["", top]]);
    return touched;
  }
}

function containersByImage(
  containers: readonly Container[],
): ReadonlyMap<string, readonly Container[]> {
  const result = new Map<string, Container[]>();
  for (const container of containers) {
    const users = result.get(container.imageId);
    if (users) {
      users.push(container);
    } else {
      result.set(container.imageId, [container]);
    }
  }
  return result;
}
