import * as vscode from "vscode";
import type { Container, ImageLayer } from "../engine/engine.ts";
import { EngineError } from "../engine/engineError.ts";
import { imageTooltip, presentImage } from "../presentation/image.ts";
import { nameImages, type NamedImage } from "../presentation/namedImage.ts";
import { presentImageGroup } from "../presentation/imageGroup.ts";
import {
  arrangeImages,
  type ImageArrangement,
  type ImageGroup,
} from "../presentation/imageGroups.ts";
import { imageNameParts } from "../presentation/imageNameParts.ts";
import type { UsedImage } from "../presentation/imageProperties.ts";
import { layerTooltip, presentLayer } from "../presentation/layer.ts";
import type { TreeRow } from "../presentation/treeRow.ts";
import type { Arrangements } from "./arrangements.ts";
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
  group: ImageGroupNode | undefined;
}

/** A layer of an image, newest first. */
export interface LayerNode {
  readonly kind: "layerNode";
  readonly id: string;
  readonly layer: ImageLayer;
  readonly parent: ImageNode;
}

/** Images that have something in common. */
export interface ImageGroupNode {
  readonly kind: "imageGroupNode";
  readonly id: string;
  group: ImageGroup;
}

export type ImagesNode = ImageNode | LayerNode | ImageGroupNode;

/** Images of the current engine, in groups where they are arranged so, and below each its layers. */
export class ImagesView implements vscode.TreeDataProvider<ImagesNode> {
  readonly #engine: CurrentEngine;
  readonly #log: vscode.LogOutputChannel;
  readonly #didChange = new vscode.EventEmitter<ImagesNode[] | undefined>();
  readonly onDidChangeTreeData = this.#didChange.event;
  readonly #arrangements: Arrangements;
  #arrangement: ImageArrangement;
  #nodes = new Map<string, ImageNode | ImageGroupNode>();
  #shape: TreeShape = new Map();
  /** An image never changes, so neither do its layers. */
  readonly #layers = new Map<string, readonly ImageLayer[]>();
  readonly #rows = new Map<string, string>();

  constructor(engine: CurrentEngine, arrangements: Arrangements, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#arrangements = arrangements;
    this.#arrangement = arrangements.images;
    this.#log = log;
    engine.onDidChange((change) => {
      this.#update(change.images);
    });
    arrangements.onDidChange((view) => {
      if (view === "images") {
        this.#arrangement = this.#arrangements.images;
        this.#rebuild(new Set());
        this.#didChange.fire(undefined);
      }
    });
  }

  /** How many of the engine's images the tree shows, each under all of its names. */
  get shown(): number {
    return [...this.#nodes.values()].filter(({ kind }) => kind === "imageNode").length;
  }

  async getChildren(node?: ImagesNode): Promise<ImagesNode[]> {
    if (node === undefined || node.kind === "imageGroupNode") {
      if (this.#nodes.size === 0) {
        await settled(this.#engine);
      }
      return (this.#shape.get(node?.id ?? "") ?? []).flatMap((id) => this.#nodes.get(id) ?? []);
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
    switch (node.kind) {
      case "layerNode":
        return node.parent;
      case "imageNode":
        return node.group;
      case "imageGroupNode":
        return undefined;
    }
  }

  getTreeItem(node: ImagesNode): vscode.TreeItem {
    const row = this.#row(node);
    this.#rows.set(node.id, row.description);
    return treeItem(
      node.id,
      row,
      node.kind === "layerNode"
        ? vscode.TreeItemCollapsibleState.None
        : vscode.TreeItemCollapsibleState.Collapsed,
    );
  }

  resolveTreeItem(item: vscode.TreeItem, node: ImagesNode): vscode.TreeItem {
    switch (node.kind) {
      case "imageNode":
        item.tooltip = new vscode.MarkdownString(
          imageTooltip(node.named, node.usedBy, vscode.l10n.t),
        );
        break;
      case "layerNode":
        item.tooltip = new vscode.MarkdownString(layerTooltip(node.layer, vscode.l10n.t));
        break;
      case "imageGroupNode":
        item.tooltip = node.group.name;
    }
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
    switch (node.kind) {
      case "layerNode":
        return presentLayer(node.layer, vscode.l10n.t);
      case "imageGroupNode":
        return presentImageGroup(node.group, vscode.l10n.t);
      case "imageNode": {
        const { description, groupBy } = this.#arrangement;
        const tag = imageNameParts(node.named.reference ?? "").tag;
        return presentImage(node.named, {
          usedBy: node.usedBy,
          now: Date.now(),
          localize: vscode.l10n.t,
          description,
          ...(groupBy === "repository" && tag !== "" ? { label: tag } : {}),
        });
      }
    }
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
    const nodes = new Map<string, ImageNode | ImageGroupNode>();
    const shape = new Map<string, readonly string[]>();
    const touched = new Set<string>();
    const named = nameImages(this.#engine.images).map((each) => ({
      named: each,
      users: users.get(each.image.id)?.length ?? 0,
    }));
    const { groups, others } = arrangeImages(named, this.#arrangement, {
      now: Date.now(),
      localize: vscode.l10n.t,
    });

    const place = ({ named: each }: UsedImage, group: ImageGroupNode | undefined): string => {
      const { image, reference } = each;
      const id = `${root}|image|${image.id}|${reference ?? ""}`;
      const usedBy = users.get(image.id) ?? [];
      const old = this.#nodes.get(id);
      const node: ImageNode =
        old?.kind === "imageNode" ? old : { kind: "imageNode", id, named: each, usedBy, group };
      if (
        changed.has(image.id) ||
        node.named.image !== image ||
        node.usedBy.length > 0 !== usedBy.length > 0
      ) {
        touched.add(id);
      }
      node.named = each;
      node.usedBy = usedBy;
      node.group = group;
      nodes.set(id, node);
      return id;
    };

    const top = groups.map((group) => {
      const id = `${root}|images|${group.name}`;
      const old = this.#nodes.get(id);
      const node: ImageGroupNode =
        old?.kind === "imageGroupNode" ? old : { kind: "imageGroupNode", id, group };
      node.group = group;
      nodes.set(id, node);
      shape.set(
        id,
        group.images.map((image) => place(image, node)),
      );
      return id;
    });
    shape.set("", [...top, ...others.map((image) => place(image, undefined))]);
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
    this.#shape = shape;
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
