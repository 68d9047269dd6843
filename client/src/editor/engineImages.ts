import type { Engine, LiveModel, Unsubscribe } from "../engine/engine.ts";
import type { EngineImagesResult } from "../../../server/src/protocol.ts";
import { toBaseImage } from "../engine/buildCircumstances.ts";

/** The engine, as far as it is asked about images. */
export interface ImageSource extends Pick<LiveModel, "state" | "onDidChange"> {
  /** `undefined` as long as nobody has needed an engine. */
  readonly endpoint: unknown;
  get(): Promise<Pick<Engine, "inspectImage" | "traits">>;
}

/** What the language server may know of the engine's images. */
export class EngineImageAnswers {
  readonly #engine: ImageSource;

  constructor(engine: ImageSource) {
    this.#engine = engine;
  }

  /**
   * What the engine says of the images; nothing of those that it does not have. No engine is looked for on account of
   * this: there are answers only when something else has needed one. Never rejects.
   */
  async answer(references: readonly string[]): Promise<EngineImagesResult> {
    const { endpoint, state } = this.#engine;
    if (endpoint === undefined || state.kind === "unavailable") {
      return { images: {} };
    }
    const waiting = AbortSignal.timeout(patience);
    try {
      const engine = await this.#engine.get();
      const [{ operatingSystem, architecture }, ...found] = await Promise.all([
        engine.traits({ signal: waiting }),
        ...references.map(async (reference) => {
          const inspected = await engine
            .inspectImage(reference, { signal: waiting })
            .catch(() => undefined);
          const image = inspected === undefined ? undefined : toBaseImage(inspected);
          return image === undefined ? [] : [[reference, image] as const];
        }),
      ]);
      return {
        images: Object.fromEntries(found.flat()),
        platform: `${operatingSystem}/${architecture}`,
      };
    } catch {
      // An engine that is gone by now says nothing.
      return { images: {} };
    }
  }

  /** Told when the answers may be others: images have come, gone or changed, or an engine has. */
  onDidChange(listener: () => void): Unsubscribe {
    let kind = this.#engine.state.kind;
    return this.#engine.onDidChange(({ images }) => {
      const before = kind;
      kind = this.#engine.state.kind;
      if (images.size > 0 || (kind !== before && kind === "ready")) {
        listener();
      }
    });
  }
}

/** Milliseconds after which an engine that does not answer counts as none. */
const patience = 5000;
