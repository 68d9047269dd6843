import * as vscode from "vscode";
import type { PruneKind, PruneOptions } from "../engine/engine.ts";
import { nothingToPrune, presentPrune, presentPruneResult } from "../presentation/prune.ts";
import type { Services } from "./command.ts";
import { type ViewId, withViewProgress } from "./progress.ts";

/** Shows what would go and how many bytes that frees, asks, and removes it. */
export async function prune(
  services: Services,
  kind: PruneKind,
  options: PruneOptions,
): Promise<void> {
  const engine = await services.engine.get();
  const view = viewOf[kind];
  const preview = await withViewProgress(
    view,
    vscode.l10n.t("Looking for what can go…"),
    (signal) => engine.previewPrune(kind, { ...options, signal }),
  );
  if (preview.items.length === 0) {
    void services.prompts.showInformation(nothingToPrune(kind, vscode.l10n.t));
    return;
  }
  if (!(await services.prompts.confirm(presentPrune(preview, vscode.l10n.t)))) {
    return;
  }
  const result = await withViewProgress(view, vscode.l10n.t("Removing…"), (signal) =>
    engine.prune(kind, { ...options, only: preview.items.map(({ id }) => id), signal }),
  );
  if (kind === "images" || kind === "buildCache") {
    // With the containerd image store no hit is certain after images went, either.
    await services.cachePruned();
  }
  void services.prompts.showInformation(presentPruneResult(kind, result, vscode.l10n.t));
}

const viewOf: Readonly<Record<PruneKind, ViewId>> = {
  containers: "slipway.containers",
  images: "slipway.images",
  buildCache: "slipway.images",
  volumes: "slipway.volumes",
  networks: "slipway.networks",
};

/** For tests, which must not prune more than they made: the options that the command's caller passes. */
export function pruneOptions(item: unknown): PruneOptions {
  return typeof item === "object" &&
    item !== null &&
    "label" in item &&
    typeof item.label === "string"
    ? { label: item.label }
    : {};
}
