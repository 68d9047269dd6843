import { asObject } from "./dockerConfig.ts";
import type { TransferProgress } from "./engine.ts";

interface Layer {
  done: boolean;
  current: number;
  total: number;
}

const doneWords = new Set(["Pull complete", "Already exists", "Pushed", "Layer already exists"]);
const layerWords =
  /^(?:Pulling fs layer|Waiting|Downloading|Verifying Checksum|Download complete|Extracting|Pull complete|Already exists|Preparing|Pushing|Pushed|Layer already exists|Mounted from|Retrying)/;

/** Adds up what the engine says of each layer of a pull or a push. */
export class TransferCounter {
  readonly #layers = new Map<string, Layer>();

  /** Takes in one line of the engine's; returns where things stand, or `undefined` when nothing is to be shown. */
  add(line: Readonly<Record<string, unknown>>): TransferProgress | undefined {
    const { status, id, progressDetail } = line;
    if (typeof status !== "string") {
      return undefined;
    }
    // The first line names the tag as its id: `Pulling from library/node`.
    if (typeof id === "string" && layerWords.test(status)) {
      this.#update(id, status, progressDetail);
    }
    const layers = [...this.#layers.values()];
    return {
      layers: layers.length,
      layersDone: layers.filter(({ done }) => done).length,
      current: sum(layers.map(({ current }) => current)),
      total: sum(layers.map(({ total }) => total)),
      status: typeof id === "string" ? `${id}: ${status}` : status,
    };
  }

  #update(id: string, status: string, detail: unknown): void {
    const layer = this.#layers.get(id) ?? { done: false, current: 0, total: 0 };
    this.#layers.set(id, layer);
    layer.done = doneWords.has(status) || status.startsWith("Mounted from");
    // Extracting counts the same bytes a second time.
    if (status === "Downloading" || status === "Pushing") {
      const { current, total } = asObject(detail);
      layer.current = typeof current === "number" ? current : layer.current;
      layer.total = Math.max(layer.total, typeof total === "number" ? total : 0, 0);
    } else if (layer.done || status === "Download complete") {
      layer.current = Math.max(layer.current, layer.total);
    }
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}
