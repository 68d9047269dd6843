import * as vscode from "vscode";
import { lastDrawn } from "../engine/lastDrawn.ts";
import { differenceText } from "../presentation/buildComparison.ts";
import {
  buildBefore,
  type BuildRecord,
  criticalPath,
  type RecordedStep,
} from "../presentation/buildRecord.ts";
import {
  buildTooltip,
  isLocated,
  presentBuild,
  presentDifference,
  presentGroup,
  presentLine,
  presentStep,
  stepTooltip,
} from "../presentation/buildRows.ts";
import { groupSteps, type StepGroup } from "../presentation/stepGroups.ts";
import type { BuildHistory } from "./buildHistory.ts";
import { treeItem } from "./treeItem.ts";

export interface BuildNode {
  readonly kind: "buildNode";
  readonly id: string;
  /** The last known state. */
  build: BuildRecord;
}

/** What differs from the build before. */
export interface DifferenceNode {
  readonly kind: "buildDifferenceNode";
  readonly id: string;
  readonly parent: BuildNode;
  readonly before: BuildRecord;
  readonly text: string;
}

export interface StepGroupNode {
  readonly kind: "stepGroupNode";
  readonly id: string;
  readonly parent: BuildNode;
  readonly group: StepGroup;
}

export interface StepNode {
  readonly kind: "stepNode";
  readonly id: string;
  readonly parent: StepGroupNode;
  readonly step: RecordedStep;
  readonly isCritical: boolean;
  /** The last lines that it printed. */
  readonly lines: readonly string[];
}

export interface LineNode {
  readonly kind: "lineNode";
  readonly id: string;
  readonly parent: StepNode;
  readonly text: string;
}

export type BuildsNode = BuildNode | DifferenceNode | StepGroupNode | StepNode | LineNode;

/** Lines of output below a step; the rest is a click away. */
const mostLines = 10;
/** Milliseconds between two drawings of a build that runs: its steps report far more often than one can read. */
const pace = 400;
/** Milliseconds after which durations of what runs are drawn again though nothing was reported. */
const tick = 1000;

/** The builds of this workspace, and below each its stages, steps and the last lines of their output. */
export class BuildsView implements vscode.TreeDataProvider<BuildsNode> {
  readonly #history: BuildHistory;
  readonly #didChange = new vscode.EventEmitter<BuildsNode | undefined>();
  readonly onDidChangeTreeData = this.#didChange.event;
  readonly #nodes = new Map<string, BuildNode>();
  readonly #changed = new Set<string>();
  readonly #subscription: vscode.Disposable;
  #drawing: NodeJS.Timeout | undefined;
  #ticking: NodeJS.Timeout | undefined;
  #isVisible = false;

  constructor(history: BuildHistory) {
    this.#history = history;
    this.#subscription = history.onDidChange((id) => {
      if (id === undefined) {
        this.#didChange.fire(undefined);
      } else {
        this.#changed.add(id);
      }
      this.#schedule();
    });
  }

  /** Nothing is drawn for nobody. */
  set isVisible(isVisible: boolean) {
    this.#isVisible = isVisible;
    this.#schedule();
  }

  async getChildren(node?: BuildsNode): Promise<BuildsNode[]> {
    switch (node?.kind) {
      case undefined:
        return this.#roots();
      case "buildNode":
        return this.#partsOf(node);
      case "stepGroupNode":
        return this.#stepsOf(node);
      case "stepNode":
        return node.lines.map((text, index) => ({
          kind: "lineNode",
          id: `${node.id}|${index}`,
          parent: node,
          text,
        }));
      case "buildDifferenceNode":
      case "lineNode":
        return [];
    }
  }

  getParent(node: BuildsNode): BuildsNode | undefined {
    return node.kind === "buildNode" ? undefined : node.parent;
  }

  getTreeItem(node: BuildsNode): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const now = Date.now();
    const localize = vscode.l10n.t;
    switch (node.kind) {
      case "buildNode": {
        const row = presentBuild(node.build, { now, localize, place: this.#place(node.build) });
        return treeItem(node.id, row, node.build.outcome === "running" ? Expanded : Collapsed);
      }
      case "buildDifferenceNode": {
        const item = treeItem(node.id, presentDifference(node.text, localize), None);
        item.command = command("slipway.builds.compare", node);
        return item;
      }
      case "stepGroupNode": {
        const row = presentGroup(node.group, { now, localize });
        return treeItem(node.id, row, node.group.kind === "stage" ? Expanded : Collapsed);
      }
      case "stepNode": {
        const { step, isCritical, lines } = node;
        const row = presentStep(step, { now, localize, isCritical, hasOutput: lines.length > 0 });
        const isOpen = step.state === "failed";
        const item = treeItem(
          node.id,
          row,
          lines.length === 0 ? None : isOpen ? Expanded : Collapsed,
        );
        if (isLocated(step)) {
          item.command = command("slipway.builds.goToStep", node);
        }
        return item;
      }
      case "lineNode": {
        const item = treeItem(node.id, presentLine(node.text), None);
        item.command = command("slipway.builds.showOutput", node.parent);
        return item;
      }
    }
  }

  resolveTreeItem(item: vscode.TreeItem, node: BuildsNode): vscode.TreeItem {
    const localize = vscode.l10n.t;
    if (node.kind === "buildNode") {
      const before = buildBefore(node.build, this.#history.builds);
      item.tooltip = new vscode.MarkdownString(buildTooltip(node.build, before, localize));
    } else if (node.kind === "stepNode") {
      item.tooltip = new vscode.MarkdownString(stepTooltip(node.step, node.isCritical, localize));
    } else if (node.kind === "buildDifferenceNode") {
      item.tooltip = node.text;
    }
    return item;
  }

  /** Ages are told in minutes at their finest. */
  refreshAges(): void {
    this.#didChange.fire(undefined);
  }

  dispose(): void {
    clearTimeout(this.#drawing);
    clearTimeout(this.#ticking);
    this.#subscription.dispose();
    this.#didChange.dispose();
  }

  async #roots(): Promise<BuildsNode[]> {
    await this.#history.load();
    const { builds } = this.#history;
    const nodes = builds.map((build) => {
      const node = this.#nodes.get(build.id) ?? { kind: "buildNode", id: build.id, build };
      node.build = build;
      return node;
    });
    this.#nodes.clear();
    for (const node of nodes) {
      this.#nodes.set(node.id, node);
    }
    return nodes;
  }

  #partsOf(node: BuildNode): BuildsNode[] {
    node.build = this.#history.get(node.id) ?? node.build;
    const { build } = node;
    const before = build.outcome === "built" ? buildBefore(build, this.#history.builds) : undefined;
    const text = before === undefined ? "" : differenceText(before, build, vscode.l10n.t);
    return [
      ...(before === undefined || text === ""
        ? []
        : [
            {
              kind: "buildDifferenceNode" as const,
              id: `${node.id}|difference`,
              parent: node,
              before,
              text,
            },
          ]),
      ...groupSteps(build.steps).map((group): StepGroupNode => ({
        kind: "stepGroupNode",
        id: `${node.id}|${group.kind}|${group.name}`,
        parent: node,
        group,
      })),
    ];
  }

  async #stepsOf(node: StepGroupNode): Promise<BuildsNode[]> {
    const { build } = node.parent;
    const critical = criticalPath(build.steps, Date.now());
    return Promise.all(
      node.group.steps.map(async (step): Promise<StepNode> => ({
        kind: "stepNode",
        id: `${node.id}|${step.digest}`,
        parent: node,
        step,
        isCritical: critical.has(step.digest),
        lines: lastLines(await this.#history.output(build.id, step.digest)),
      })),
    );
  }

  /** The Dockerfile, where there are builds of several. */
  #place({ plan }: BuildRecord): string | undefined {
    const others = this.#history.builds.some((build) => build.plan.dockerfile !== plan.dockerfile);
    return others ? vscode.workspace.asRelativePath(plan.dockerfile) : undefined;
  }

  #schedule(): void {
    if (!this.#isVisible) {
      clearTimeout(this.#ticking);
      this.#ticking = undefined;
      return;
    }
    this.#drawing ??= setTimeout(() => {
      this.#drawing = undefined;
      this.#draw();
    }, pace);
  }

  #draw(): void {
    clearTimeout(this.#ticking);
    this.#ticking = undefined;
    for (const id of this.#changed) {
      const node = this.#nodes.get(id);
      const build = this.#history.get(id);
      if (node !== undefined && build !== undefined) {
        node.build = build;
        this.#didChange.fire(node);
      }
    }
    this.#changed.clear();
    const running = this.#history.builds.filter(({ outcome }) => outcome === "running");
    if (running.length > 0 && this.#isVisible) {
      this.#ticking = setTimeout(() => {
        for (const { id } of running) {
          this.#changed.add(id);
        }
        this.#draw();
      }, tick);
    }
  }
}

function command(id: string, node: BuildsNode): vscode.Command {
  return { command: id, title: "", arguments: [node] };
}

function lastLines(output: string): readonly string[] {
  const lines = output.split("\n").map(lastDrawn);
  if (lines.at(-1) === "") {
    lines.pop();
  }
  return lines.slice(-mostLines);
}
