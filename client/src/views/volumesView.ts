import * as vscode from "vscode";
import { volumeUsers } from "../engine/attachments.ts";
import type { Volume } from "../engine/engine.ts";
import { EngineError } from "../engine/engineError.ts";
import { presentVolume, sortVolumes, volumeTooltip } from "../presentation/volume.ts";
import type { CurrentEngine } from "./currentEngine.ts";
import { UsedObjectsView } from "./usedObjectsView.ts";

/** Volumes of the current engine, and below each the containers that use it. */
export class VolumesView {
  readonly tree: UsedObjectsView<Volume>;
  readonly #engine: CurrentEngine;
  readonly #log: vscode.LogOutputChannel;
  #sizes: ReadonlyMap<string, number> = new Map();
  /** The address of the engine that the sizes are of. */
  #sizesOf: string | undefined;
  #measuring: AbortController | undefined;

  constructor(engine: CurrentEngine, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#log = log;
    this.tree = new UsedObjectsView<Volume>(engine, {
      kind: "volume",
      list: ({ volumes }) => sortVolumes(volumes),
      changed: ({ volumes }) => volumes,
      users: volumeUsers,
      row: (volume, usedBy) =>
        presentVolume(volume, {
          usedBy,
          size: this.#size(volume),
          localize: vscode.l10n.t,
        }),
      tooltip: (volume, usedBy) => volumeTooltip(volume, usedBy, this.#size(volume), vscode.l10n.t),
    });
  }

  /** Asks once how large the volumes are: the engine counts on its disk, so that this is done when the view is opened or refreshed and not with every change. */
  async measure(): Promise<void> {
    if (this.#measuring) {
      return;
    }
    const measuring = new AbortController();
    this.#measuring = measuring;
    const before = this.#sizes;
    try {
      const engine = await this.#engine.get();
      const sizes = await engine.volumeSizes({ signal: measuring.signal });
      this.#sizes = sizes;
      this.#sizesOf = engine.endpoint.url;
      const names = new Set([...before.keys(), ...sizes.keys()]);
      this.tree.redraw(new Set([...names].filter((name) => before.get(name) !== sizes.get(name))));
    } catch (error) {
      if (!(error instanceof EngineError)) {
        throw error;
      }
      // Without sizes the rows say everything else; that no engine answers is told by the view itself.
      this.#log.debug(`The sizes of volumes are not known: ${error.message}`);
    } finally {
      if (this.#measuring === measuring) {
        this.#measuring = undefined;
      }
    }
  }

  #size({ name }: Volume): number | undefined {
    return this.#engine.endpoint?.url === this.#sizesOf ? this.#sizes.get(name) : undefined;
  }

  /** Ends a measurement that nobody looks at any more. */
  stopMeasuring(): void {
    this.#measuring?.abort();
    this.#measuring = undefined;
  }

  dispose(): void {
    this.stopMeasuring();
    this.tree.dispose();
  }
}
