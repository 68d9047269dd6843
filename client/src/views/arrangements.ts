import * as vscode from "vscode";
import type { ContainerArrangement } from "../presentation/containerGroups.ts";
import {
  containerPropertyNames,
  defaultContainerDescription,
} from "../presentation/containerProperties.ts";
import type { ImageArrangement } from "../presentation/imageGroups.ts";
import { defaultImageDescription, imagePropertyNames } from "../presentation/imageProperties.ts";
import { onViewSettings, readContainersSettings, readImagesSettings } from "../settings.ts";
import type { ContextKeys } from "./contextKeys.ts";

/** The views that can be arranged. */
export type ArrangedView = (typeof arrangedViews)[number];

const arrangedViews = ["containers", "images"] as const;

/**
 * How the user wants the views arranged: by the settings, and by what he filters and hides, which is kept
 * with the workspace.
 */
export class Arrangements {
  readonly #memory: vscode.Memento;
  readonly #contextKeys: ContextKeys;
  readonly #didChange = new vscode.EventEmitter<ArrangedView>();
  readonly onDidChange = this.#didChange.event;
  readonly #settings: readonly vscode.Disposable[];

  constructor(memory: vscode.Memento, contextKeys: ContextKeys) {
    this.#memory = memory;
    this.#contextKeys = contextKeys;
    this.#settings = arrangedViews.map((view) =>
      onViewSettings(view, () => {
        this.#didChange.fire(view);
      }),
    );
    arrangedViews.forEach((view) => {
      this.#tell(view);
    });
  }

  get containers(): ContainerArrangement {
    const { groupBy, groupByLabel, sortBy, description } = readContainersSettings();
    return {
      groupBy: oneOf(groupBy, [...containerPropertyNames, "label", "none"], "project"),
      label: typeof groupByLabel === "string" ? groupByLabel : "",
      sortBy: oneOf(sortBy, containerPropertyNames, "name"),
      description: someOf(description, containerPropertyNames, defaultContainerDescription),
      filter: this.filter("containers"),
      onlyRunning: this.hides("containers"),
    };
  }

  get images(): ImageArrangement {
    const { groupBy, sortBy, description } = readImagesSettings();
    return {
      groupBy: oneOf(groupBy, [...imagePropertyNames, "none"], "none"),
      sortBy: oneOf(sortBy, imagePropertyNames, "name"),
      description: someOf(description, imagePropertyNames, defaultImageDescription),
      filter: this.filter("images"),
      onlyTagged: this.hides("images"),
    };
  }

  /** The words to look for; empty for all. */
  filter(view: ArrangedView): string {
    return this.#memory.get(filterKey(view), "");
  }

  async setFilter(view: ArrangedView, filter: string): Promise<void> {
    await this.#memory.update(filterKey(view), filter.trim() === "" ? undefined : filter.trim());
    this.#changed(view);
  }

  /** Whether stopped containers, or dangling images, are left out. */
  hides(view: ArrangedView): boolean {
    return this.#memory.get(hidesKey(view), false);
  }

  async setHides(view: ArrangedView, hides: boolean): Promise<void> {
    await this.#memory.update(hidesKey(view), hides || undefined);
    this.#changed(view);
  }

  dispose(): void {
    this.#settings.forEach((each) => {
      each.dispose();
    });
    this.#didChange.dispose();
  }

  #changed(view: ArrangedView): void {
    this.#tell(view);
    this.#didChange.fire(view);
  }

  #tell(view: ArrangedView): void {
    this.#contextKeys.set(`slipway.${view}.filtered`, this.filter(view) !== "");
    this.#contextKeys.set(`slipway.${view}.hides`, this.hides(view));
  }
}

function filterKey(view: ArrangedView): string {
  return `slipway.${view}.filter`;
}

function hidesKey(view: ArrangedView): string {
  return `slipway.${view}.hides`;
}

/** A setting may hold anything. */
function oneOf<const T extends string>(value: unknown, known: readonly T[], otherwise: T): T {
  return known.find((each) => each === value) ?? otherwise;
}

function someOf<const T extends string>(
  value: unknown,
  known: readonly T[],
  otherwise: readonly T[],
): readonly T[] {
  return Array.isArray(value)
    ? value.flatMap((each: unknown) => known.find((name) => name === each) ?? [])
    : otherwise;
}
