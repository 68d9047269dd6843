import type { Endpoint } from "../engine/endpoint.ts";
import type {
  Container,
  Engine,
  EngineState,
  Image,
  LiveModel,
  ModelChange,
  Network,
  Unsubscribe,
  Volume,
} from "../engine/engine.ts";
import { EngineError } from "../engine/engineError.ts";
import { idsOf } from "../engine/reconcile.ts";

/** Finds an endpoint and makes the engine behind it; connects to nothing yet. Rejects with EngineError. */
export interface EngineSource {
  findEndpoint(): Promise<Endpoint>;
  createEngine(endpoint: Endpoint): Promise<Engine>;
}

/**
 * The engine that views and commands work on. It is found when it is first
 * needed, and found again when the settings change or the user asks for a
 * refresh; whoever watches goes on watching the new one.
 */
export class CurrentEngine implements LiveModel {
  readonly #source: EngineSource;
  readonly #listeners = new Set<(change: ModelChange) => void>();
  readonly #refreshListeners = new Set<() => void>();
  #engine: Engine | undefined;
  #finding: Promise<Engine> | undefined;
  #endpointError: EngineError | undefined;
  /** Grows with every reset: what was looked for before is not wanted any more. */
  #generation = 0;
  #watchers = 0;
  #unwatchModel: Unsubscribe | undefined;
  #unsubscribe: Unsubscribe | undefined;
  #disposed = false;

  constructor(source: EngineSource) {
    this.#source = source;
  }

  /** Where the engine listens; undefined as long as nobody has needed it. */
  get endpoint(): Endpoint | undefined {
    return this.#engine?.endpoint;
  }

  get state(): EngineState {
    if (this.#endpointError) {
      return { kind: "unavailable", error: this.#endpointError, diagnosis: "bad-endpoint" };
    }
    return this.#engine?.model.state ?? { kind: this.#finding ? "connecting" : "idle" };
  }

  get containers(): readonly Container[] {
    return this.#engine?.model.containers ?? [];
  }

  get images(): readonly Image[] {
    return this.#engine?.model.images ?? [];
  }

  get volumes(): readonly Volume[] {
    return this.#engine?.model.volumes ?? [];
  }

  get networks(): readonly Network[] {
    return this.#engine?.model.networks ?? [];
  }

  /** The engine to call. Rejects with EngineError where the endpoint makes no sense. */
  async get(): Promise<Engine> {
    return this.#engine ?? (await this.#find());
  }

  watch(): Unsubscribe {
    this.#watchers += 1;
    if (this.#watchers === 1) {
      if (this.#engine) {
        this.#unwatchModel = this.#engine.model.watch();
      } else {
        // A failure is the state that watchers see.
        this.#find().catch(() => undefined);
      }
    }
    let ended = false;
    return () => {
      if (ended) {
        return;
      }
      ended = true;
      this.#watchers -= 1;
      if (this.#watchers === 0) {
        this.#unwatchModel?.();
        this.#unwatchModel = undefined;
      }
    };
  }

  onDidChange(listener: (change: ModelChange) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Called after a refresh that somebody asked for, whatever has changed by it. */
  onDidRefresh(listener: () => void): Unsubscribe {
    this.#refreshListeners.add(listener);
    return () => {
      this.#refreshListeners.delete(listener);
    };
  }

  /** Looks for the endpoint again too, since contexts and sockets come and go. */
  async refresh(): Promise<void> {
    const generation = this.#generation;
    const endpoint = await this.#orUnavailable(this.#source.findEndpoint());
    if (!this.#isAt(endpoint)) {
      const engine = await this.#orUnavailable(this.#source.createEngine(endpoint));
      if (generation === this.#generation && !this.#isAt(endpoint)) {
        this.#replace(engine);
      } else {
        engine.dispose();
      }
    }
    await (await this.get()).model.refresh();
    for (const listener of this.#refreshListeners) {
      listener();
    }
  }

  /** Looks whether another engine is meant by now, and connects to none that nobody watches. */
  async recheck(): Promise<void> {
    if (!this.#engine && !this.#endpointError) {
      return;
    }
    const generation = this.#generation;
    // An endpoint that cannot be found becomes the state when it is looked for again.
    const endpoint = await this.#source.findEndpoint().catch(() => undefined);
    if (generation === this.#generation && !(endpoint && this.#isAt(endpoint))) {
      this.reset();
    }
  }

  /** Forgets the engine, since what it was found by has changed. */
  reset(): void {
    this.#generation += 1;
    this.#finding = undefined;
    this.#replace(undefined);
    if (this.#watchers > 0) {
      this.#find().catch(() => undefined);
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#replace(undefined);
    this.#listeners.clear();
    this.#refreshListeners.clear();
  }

  #find(): Promise<Engine> {
    this.#finding ??= this.#findOnce(this.#generation);
    return this.#finding;
  }

  async #findOnce(generation: number): Promise<Engine> {
    try {
      const endpoint = await this.#orUnavailable(this.#source.findEndpoint());
      const engine = await this.#orUnavailable(this.#source.createEngine(endpoint));
      if (generation === this.#generation && !this.#engine) {
        this.#replace(engine);
        return engine;
      }
      // A refresh was faster, or the settings have changed.
      engine.dispose();
      return await this.get();
    } finally {
      if (generation === this.#generation) {
        this.#finding = undefined;
      }
    }
  }

  #isAt(endpoint: Endpoint): boolean {
    return this.#engine !== undefined && sameEndpoint(endpoint, this.#engine.endpoint);
  }

  /** What was found; a failure to find it becomes the state, since there is no engine that could tell it. */
  async #orUnavailable<T>(finding: Promise<T>): Promise<T> {
    try {
      return await finding;
    } catch (error) {
      const wrapped =
        error instanceof EngineError
          ? error
          : new EngineError("bad-endpoint", String(error), { cause: error });
      this.#replace(undefined);
      this.#endpointError = wrapped;
      this.#fire(stateChange);
      throw wrapped;
    }
  }

  #replace(engine: Engine | undefined): void {
    const before = this.#engine;
    this.#unwatchModel?.();
    this.#unwatchModel = undefined;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#endpointError = undefined;
    this.#engine = undefined;
    if (this.#disposed) {
      engine?.dispose();
    } else if (engine) {
      this.#engine = engine;
      this.#unsubscribe = engine.model.onDidChange((change) => {
        this.#fire(change);
      });
      if (this.#watchers > 0) {
        this.#unwatchModel = engine.model.watch();
      }
    }
    const change: ModelChange = {
      state: true,
      containers: idsOf(before?.model.containers ?? []),
      images: idsOf(before?.model.images ?? []),
      volumes: idsOf(before?.model.volumes ?? []),
      networks: idsOf(before?.model.networks ?? []),
    };
    before?.dispose();
    this.#fire(change);
  }

  #fire(change: ModelChange): void {
    for (const listener of this.#listeners) {
      listener(change);
    }
  }
}

const stateChange: ModelChange = {
  state: true,
  containers: new Set(),
  images: new Set(),
  volumes: new Set(),
  networks: new Set(),
};

function sameEndpoint(left: Endpoint, right: Endpoint): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
