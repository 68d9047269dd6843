import { cacheState } from "./features/cacheState.ts";
import type { Forecast, Silence } from "./forecast/forecast.ts";
import type { OpenDocument } from "./openDocuments.ts";
import type { CacheStateParams } from "./protocol.ts";

export interface CacheStatesOptions {
  readonly openDocument: (uri: string) => OpenDocument | undefined;
  /** What is to be shown of it; `undefined` too where nothing is wanted. */
  readonly outlook: (document: OpenDocument) => Promise<Forecast | Silence | undefined>;
  readonly send: (params: CacheStateParams) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Tells the client what the next build will do with each open Dockerfile, and only what is new. */
export class CacheStates {
  readonly #options: CacheStatesOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** What was sent last, without the version. */
  readonly #sent = new Map<string, string>();
  /** Whether the client wants to be told. */
  isOn = false;

  constructor(options: CacheStatesOptions) {
    this.#options = options;
  }

  /** A little later, since edits come in bursts. */
  tellSoon(uri: string): void {
    if (!this.isOn) {
      return;
    }
    clearTimeout(this.#timers.get(uri));
    this.#timers.set(
      uri,
      setTimeout(() => {
        this.#timers.delete(uri);
        this.#tell(uri).catch(this.#options.onError);
      }, burst),
    );
  }

  forget(uri: string): void {
    clearTimeout(this.#timers.get(uri));
    this.#timers.delete(uri);
    this.#sent.delete(uri);
  }

  async #tell(uri: string): Promise<void> {
    const document = this.#options.openDocument(uri);
    if (document === undefined) {
      return;
    }
    const params = cacheState(document, await this.#options.outlook(document));
    const news = JSON.stringify({ ...params, version: 0 });
    // Where nothing is known, nothing is told at first.
    const before = this.#sent.get(uri) ?? JSON.stringify({ uri, version: 0, stages: [] });
    if (news !== before) {
      this.#sent.set(uri, news);
      await this.#options.send(params);
    }
  }
}

/** Milliseconds. */
const burst = 30;
