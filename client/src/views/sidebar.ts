import * as vscode from "vscode";
import {
  endpointLabel,
  engineKey,
  type EngineKey,
  withoutPassword,
} from "../presentation/engineState.ts";
import { ContainersView, type ContainersNode } from "./containersView.ts";
import { ContextKeys } from "./contextKeys.ts";
import type { CurrentEngine } from "./currentEngine.ts";
import { engineStartCommand } from "./engineStart.ts";
import { ImagesView, type ImagesNode } from "./imagesView.ts";

/** Ages are told in minutes at their finest. */
const ageInterval = 60_000;

/**
 * The two views in the activity bar's container. The engine is watched while
 * one of them is visible, and not otherwise.
 */
export class Sidebar {
  readonly containers: vscode.TreeView<ContainersNode>;
  readonly images: vscode.TreeView<ImagesNode>;
  readonly containersView: ContainersView;
  readonly imagesView: ImagesView;
  readonly contextKeys: ContextKeys;
  readonly #engine: CurrentEngine;
  readonly #disposables: vscode.Disposable[] = [];
  #unwatch: (() => void) | undefined;
  #ages: NodeJS.Timeout | undefined;
  #key: EngineKey = "idle";

  constructor(engine: CurrentEngine, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.contextKeys = new ContextKeys();
    this.containersView = new ContainersView(engine);
    this.imagesView = new ImagesView(engine, log);
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
    const unsubscribe = engine.onDidChange((change) => {
      if (change.state) {
        this.#showState(log);
      }
    });
    this.#disposables.push(
      this.containers,
      this.images,
      this.containersView,
      this.imagesView,
      this.containers.onDidChangeVisibility(() => {
        this.#watchWhileVisible();
      }),
      this.images.onDidChangeVisibility(() => {
        this.#watchWhileVisible();
      }),
      { dispose: unsubscribe },
    );
    this.#showState(log);
    this.#watchWhileVisible();
  }

  dispose(): void {
    this.#stopWatching();
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }

  #watchWhileVisible(): void {
    if (!this.containers.visible && !this.images.visible) {
      this.#stopWatching();
      return;
    }
    this.#unwatch ??= this.#engine.watch();
    this.#ages ??= setInterval(() => {
      this.containersView.refreshAges();
      this.imagesView.refreshAges();
    }, ageInterval);
  }

  #stopWatching(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    clearInterval(this.#ages);
    this.#ages = undefined;
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
    if (key === "not-running") {
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
