import * as vscode from "vscode";
import type { Network, Volume } from "../engine/engine.ts";
import {
  endpointLabel,
  engineKey,
  type EngineKey,
  withoutPassword,
} from "../presentation/engineState.ts";
import { filterMessage } from "../presentation/filterMessage.ts";
import { nameImages } from "../presentation/namedImage.ts";
import { Arrangements } from "./arrangements.ts";
import type { BuildHistory } from "./buildHistory.ts";
import { type BuildsNode, BuildsView } from "./buildsView.ts";
import { ContainersView, type ContainersNode } from "./containersView.ts";
import { ContextKeys } from "./contextKeys.ts";
import { ContextStatus } from "./contextStatus.ts";
import { type ContextNode, ContextsView } from "./contextsView.ts";
import type { CurrentEngine } from "./currentEngine.ts";
import { engineStartCommand } from "./engineStart.ts";
import { ImagesView, type ImagesNode } from "./imagesView.ts";
import { networksView } from "./networksView.ts";
import type { UsedObjectsNode, UsedObjectsView } from "./usedObjectsView.ts";
import { VolumesView } from "./volumesView.ts";

/** Ages are told in minutes at their finest. */
const ageInterval = 60_000;

/**
 * The views in the activity bar's container. The engine is watched while one
 * of them is visible, and not otherwise.
 */
export class Sidebar {
  readonly containers: vscode.TreeView<ContainersNode>;
  readonly images: vscode.TreeView<ImagesNode>;
  readonly builds: vscode.TreeView<BuildsNode>;
  readonly volumes: vscode.TreeView<UsedObjectsNode<Volume>>;
  readonly networks: vscode.TreeView<UsedObjectsNode<Network>>;
  readonly contexts: vscode.TreeView<ContextNode>;
  readonly containersView: ContainersView;
  readonly imagesView: ImagesView;
  readonly buildsView: BuildsView;
  readonly volumesView: VolumesView;
  readonly networksView: UsedObjectsView<Network>;
  readonly contextsView: ContextsView;
  readonly contextStatus: ContextStatus;
  readonly contextKeys: ContextKeys;
  readonly arrangements: Arrangements;
  readonly #engine: CurrentEngine;
  readonly #disposables: vscode.Disposable[] = [];
  #unwatch: (() => void) | undefined;
  #ages: NodeJS.Timeout | undefined;
  #key: EngineKey = "idle";

  constructor(
    engine: CurrentEngine,
    history: BuildHistory,
    memory: vscode.Memento,
    log: vscode.LogOutputChannel,
  ) {
    this.#engine = engine;
    this.contextKeys = new ContextKeys();
    this.arrangements = new Arrangements(memory, this.contextKeys);
    this.containersView = new ContainersView(engine, this.arrangements);
    this.imagesView = new ImagesView(engine, this.arrangements, log);
    this.buildsView = new BuildsView(history);
    this.volumesView = new VolumesView(engine, log);
    this.networksView = networksView(engine);
    this.containers = vscode.window.createTreeView("slipway.containers", {
      treeDataProvider: this.containersView,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.images = vscode.window.createTreeView("slipway.images", {
      treeDataProvider: this.imagesView,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.builds = vscode.window.createTreeView("slipway.builds", {
      treeDataProvider: this.buildsView,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.volumes = vscode.window.createTreeView("slipway.volumes", {
      treeDataProvider: this.volumesView.tree,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.networks = vscode.window.createTreeView("slipway.networks", {
      treeDataProvider: this.networksView,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.contextsView = new ContextsView();
    this.contextStatus = new ContextStatus(this.contextsView);
    this.contexts = vscode.window.createTreeView("slipway.contexts", {
      treeDataProvider: this.contextsView,
    });
    const unsubscribe = engine.onDidChange((change) => {
      if (change.state) {
        this.#showState(log);
        this.#measureWhileVisible();
      }
      this.#showFilters();
    });
    this.#disposables.push(
      this.containers,
      this.images,
      this.builds,
      this.volumes,
      this.networks,
      this.containersView,
      this.imagesView,
      this.buildsView,
      this.volumesView,
      this.networksView,
      this.contexts,
      this.contextsView,
      this.contextStatus,
      this.contextsView.onDidChangeTreeData(() => {
        // With one engine there is nothing to choose, and the sidebar stays as it is.
        const several = this.contextsView.contexts.length > 1;
        this.contextKeys.set("slipway.contexts.several", several);
        engine.recheck().catch((error: unknown) => {
          log.warn(`The engine cannot be looked for: ${String(error)}`);
        });
      }),
      this.arrangements,
      this.arrangements.onDidChange(() => {
        this.#showFilters();
      }),
      ...this.#views.map((view) =>
        view.onDidChangeVisibility(() => {
          this.#watchWhileVisible();
        }),
      ),
      this.builds.onDidChangeVisibility(({ visible }) => {
        this.buildsView.isVisible = visible;
      }),
      this.volumes.onDidChangeVisibility(() => {
        this.#measureWhileVisible();
      }),
      { dispose: unsubscribe },
      {
        dispose: engine.onDidRefresh(() => {
          this.#measureWhileVisible();
        }),
      },
    );
    this.buildsView.isVisible = this.builds.visible;
    this.#showState(log);
    this.#watchWhileVisible();
    this.#measureWhileVisible();
    void this.contextsView.read();
  }

  dispose(): void {
    this.#stopWatching();
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }

  get #views(): readonly vscode.TreeView<unknown>[] {
    return [this.containers, this.images, this.volumes, this.networks];
  }

  #watchWhileVisible(): void {
    if (!this.#views.some(({ visible }) => visible)) {
      this.#stopWatching();
      return;
    }
    this.#unwatch ??= this.#engine.watch();
    this.#ages ??= setInterval(() => {
      this.containersView.refreshAges();
      this.imagesView.refreshAges();
    }, ageInterval);
  }

  #measureWhileVisible(): void {
    if (this.volumes.visible && this.#engine.state.kind === "ready") {
      void this.volumesView.measure();
    } else {
      this.volumesView.stopMeasuring();
    }
  }

  #stopWatching(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    clearInterval(this.#ages);
    this.#ages = undefined;
  }

  /** A view that does not show everything says so. */
  #showFilters(): void {
    const { containers, images } = this.#engine;
    const isReady = this.#engine.state.kind === "ready";
    const views = [
      [this.containers, "containers", this.containersView.shown, containers.length],
      [this.images, "images", this.imagesView.shown, nameImages(images).length],
    ] as const;
    for (const [view, name, shown, total] of views) {
      const message = filterMessage(
        {
          filter: this.arrangements.filter(name),
          hides: this.arrangements.hides(name) && shown < total,
          shown,
          total,
        },
        vscode.l10n.t,
      );
      const text = isReady ? (message ?? "") : "";
      if ((view.message ?? "") !== text) {
        view.message = text;
      }
    }
  }

  #showState(log: vscode.LogOutputChannel): void {
    const { state, endpoint } = this.#engine;
    const key = engineKey(state, this.#key);
    if (key !== this.#key && state.kind === "unavailable") {
      log.warn(`The engine is not available (${state.diagnosis}): ${state.error.message}`);
    }
    if (key !== this.#key && state.kind === "ready") {
      const { version, apiVersion } = state.version;
      log.info(`Engine ${version}, API ${apiVersion}, at ${withoutPassword(endpoint?.url ?? "")}.`);
    }
    this.#key = key;
    if (key === "not-running" || key === "stale-socket") {
      this.contextKeys.set("slipway.canStartEngine", engineStartCommand(endpoint) !== undefined);
    }
    this.contextKeys.set("slipway.engine", key);
    const label = endpoint ? endpointLabel(endpoint, state, vscode.l10n.t) : "";
    // Setting it again would draw the header again.
    if ((this.containers.description ?? "") !== label) {
      this.containers.description = label;
    }
  }
}
