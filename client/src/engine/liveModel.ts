import type { ContainerInfo, ImageInfo } from "dockerode";
import { diagnose } from "./diagnose.ts";
import { asObject } from "./dockerConfig.ts";
import type {
  Container,
  Diagnosis,
  EngineState,
  EngineVersion,
  Image,
  LiveModel,
  ModelChange,
  Network,
  Unsubscribe,
  Volume,
} from "./engine.ts";
import { EngineError } from "./engineError.ts";
import { engineClock, eventTime } from "./engineTime.ts";
import { readJsonLines } from "./jsonLines.ts";
import { onAbort } from "./onAbort.ts";
import { idsOf, reconcile, reconcileSome, replaced } from "./reconcile.ts";
import { Settling } from "./settling.ts";
import { eventTypes, makeAllStale, noteEvent, nothingStale } from "./stale.ts";
import type { Stale } from "./stale.ts";
import { toContainer } from "./toContainer.ts";
import { toEngineError } from "./toEngineError.ts";
import { toImage } from "./toImage.ts";
import { toNetwork } from "./toNetwork.ts";
import { toVolume } from "./toVolume.ts";
import type { Transport } from "./transport.ts";
import { watchSocket } from "./watchSocket.ts";

export interface LiveModelOptions {
  /** Asks the engine for its version. */
  readonly version: (signal: AbortSignal) => Promise<EngineVersion>;
  readonly diagnose?: (error: EngineError) => Promise<Diagnosis>;
  /** Milliseconds of the first pause before connecting again; it doubles up to 30 s. */
  readonly firstPauseMs?: number;
}

/** Milliseconds in which events are gathered into one update. */
const gatherMs = 75;
/** Milliseconds until a container that had an event is looked at again; see Settling. */
const settleMs = 400;
const longestPauseMs = 30_000;
/** After a connection was lost the model goes on showing what it knew, so it must not pause for long. */
const longestLostPauseMs = 1_000;
/** A connection that lasted as long as this was a good one: the pauses begin anew. */
const goodConnectionMs = 10_000;
const listTimeoutMs = 60_000;
/** Above so many changed containers listing all costs less than asking for each. */
const mostIdsAsked = 40;

/** Of setTimeout. */
const longestTimerMs = 2 ** 31 - 1;
/** Trying these again by ourselves changes nothing, and hosts lock out who knocks too often. */
const needsPerson: ReadonlySet<Diagnosis> = new Set([
  "ssh-unknown-key",
  "ssh-changed-key",
  "ssh-login",
]);

interface Waiter {
  resolve(): void;
  reject(error: EngineError): void;
}

/** The live model over a transport. Connects with the first watcher and ends everything with the last. */
export class EngineModel implements LiveModel {
  readonly #transport: Transport;
  readonly #options: LiveModelOptions;
  readonly #listeners = new Set<(change: ModelChange) => void>();
  #watchers = 0;
  #running: AbortController | undefined;
  #disposed = false;
  #state: EngineState = { kind: "idle" };
  #containers: readonly Container[] = [];
  #images: readonly Image[] = [];
  #volumes: readonly Volume[] = [];
  #networks: readonly Network[] = [];
  #stale = nothingStale();
  #settling = new Settling();
  #waiters: Waiter[] = [];
  /** Ends the pause between two attempts. */
  #wake: (() => void) | undefined;
  /** Begins an update of what is stale, while connected. */
  #update: ((delayMs: number) => void) | undefined;
  /** Of the last event, in seconds with nanoseconds, by the engine's clock. */
  #lastEvent: string | undefined;

  constructor(transport: Transport, options: LiveModelOptions) {
    this.#transport = transport;
    this.#options = options;
  }

  get state(): EngineState {
    return this.#state;
  }

  get containers(): readonly Container[] {
    return this.#containers;
  }

  get images(): readonly Image[] {
    return this.#images;
  }

  get volumes(): readonly Volume[] {
    return this.#volumes;
  }

  get networks(): readonly Network[] {
    return this.#networks;
  }

  watch(): Unsubscribe {
    this.#watchers++;
    if (this.#running === undefined && !this.#disposed) {
      this.#start();
    }
    let watching = true;
    return () => {
      if (watching) {
        watching = false;
        this.#watchers--;
        if (this.#watchers === 0) {
          this.#stop();
        }
      }
    };
  }

  onDidChange(listener: (change: ModelChange) => void): Unsubscribe {
    const own = (change: ModelChange): void => listener(change);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  async refresh(): Promise<void> {
    const unwatch = this.watch();
    try {
      await new Promise<void>((resolve, reject) => {
        if (this.#disposed) {
          reject(ended());
          return;
        }
        this.#waiters.push({ resolve, reject });
        this.#transport.forgetVersion();
        makeAllStale(this.#stale);
        this.#update?.(0);
        this.#wake?.();
      });
    } finally {
      unwatch();
    }
  }

  /** Tells that images may have changed where the engine sends no event, as after a build without a tag. */
  imagesMayHaveChanged(): void {
    this.#stale.images = true;
    this.#update?.(0);
  }

  /** The same for a container. */
  containerMayHaveChanged(id: string): void {
    this.#stale.containers.add(id);
    this.#update?.(0);
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop();
  }

  #start(): void {
    const running = new AbortController();
    this.#running = running;
    this.#lastEvent = undefined;
    this.#setState({ kind: "connecting" });
    void this.#keepConnected(running.signal);
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#settleWaiters(ended());
    if (this.#state.kind !== "idle") {
      this.#setState({ kind: "idle" });
    }
  }

  /** Runs until aborted. Never rejects: every failure becomes a state and a pause. */
  async #keepConnected(signal: AbortSignal): Promise<void> {
    let pause = this.#options.firstPauseMs ?? 250;
    const firstPause = pause;
    while (!signal.aborted) {
      const connection = { readyAt: 0 };
      const error = await this.#connectOnce(signal, connection).then(lost, (reason: unknown) =>
        toEngineError(reason, { url: this.#transport.endpoint.url, signal }),
      );
      if (signal.aborted) {
        return;
      }
      this.#transport.forgetVersion();
      const wasReady = connection.readyAt > 0;
      if (wasReady) {
        const isGood = performance.now() - connection.readyAt > goodConnectionMs;
        pause = isGood ? firstPause : Math.min(pause, longestLostPauseMs);
      }
      if (!wasReady) {
        const diagnosis = await this.#diagnose(error);
        if (signal.aborted) {
          return;
        }
        this.#setState({ kind: "unavailable", error, diagnosis });
        this.#settleWaiters(error);
        if (needsPerson.has(diagnosis)) {
          pause = longestTimerMs;
        }
      }
      const woken = await this.#sleep(pause, signal);
      pause = woken ? firstPause : Math.min(pause * 2, longestPauseMs);
    }
  }

  /** One connection: version, event stream, lists, then events until the stream ends. Rejects when anything fails. */
  async #connectOnce(outer: AbortSignal, connection: { readyAt: number }): Promise<void> {
    const inner = new AbortController();
    const signal = AbortSignal.any([outer, inner.signal]);
    try {
      const [version, clock] = await Promise.all([
        this.#options.version(signal),
        engineClock(this.#transport, signal),
      ]);
      // The stream is asked for before the lists, so that nothing falls between; what it repeats does no harm.
      const updates = this.#beginUpdates(signal);
      const events = this.#readEvents(this.#lastEvent ?? clock, signal);
      // Handled by the race below, but it may fail before that is reached.
      events.catch(() => undefined);
      makeAllStale(this.#stale);
      await Promise.race([
        this.#updateStale(signal, version),
        events.then(() => Promise.reject(lost())),
      ]);
      connection.readyAt = performance.now();
      updates.begin();
      await Promise.race([events, updates.failed]);
    } finally {
      this.#update = undefined;
      inner.abort();
    }
  }

  async #readEvents(since: string, signal: AbortSignal): Promise<void> {
    const filters = { type: eventTypes };
    const { body } = await this.#transport.request({
      method: "GET",
      path: "/events",
      query: { since, filters },
      signal,
    });
    for await (const event of readJsonLines(body)) {
      this.#noteEvent(event);
    }
  }

  #noteEvent(event: Readonly<Record<string, unknown>>): void {
    const { timeNano, time } = event;
    this.#lastEvent = eventTime(time, timeNano) ?? this.#lastEvent;
    if (noteEvent(this.#stale, this.#settling, event)) {
      this.#update?.(gatherMs);
    }
  }

  /** Updates one at a time, begun by `#update`; those wait for the first lists, which `begin` marks as there. */
  #beginUpdates(signal: AbortSignal): { readonly failed: Promise<never>; begin(): void } {
    const running = { timer: undefined as NodeJS.Timeout | undefined, busy: true, again: false };
    const settle = { timer: undefined as NodeJS.Timeout | undefined };
    const update = (delayMs: number): void => {
      if (running.busy) {
        running.again = true;
      } else {
        running.timer ??= setTimeout(() => void run(), delayMs);
      }
    };
    const begin = (): void => {
      running.busy = false;
      if (running.again && !signal.aborted) {
        running.again = false;
        update(gatherMs);
      }
      const due = settle.timer === undefined ? this.#settling.due(this.#containers) : [];
      if (due.length > 0 && !signal.aborted) {
        settle.timer = setTimeout(() => {
          settle.timer = undefined;
          due.forEach((id) => this.#stale.containers.add(id));
          update(0);
        }, settleMs);
      }
    };
    const failure: { reject?: (error: unknown) => void } = {};
    const failed = new Promise<never>((_resolve, reject) => {
      failure.reject = reject;
    });
    // It may fail when nobody listens any more.
    failed.catch(() => undefined);
    const run = async (): Promise<void> => {
      running.timer = undefined;
      running.busy = true;
      try {
        await this.#updateStale(signal);
        begin();
      } catch (error) {
        failure.reject?.(error);
      }
    };
    this.#update = update;
    onAbort(signal, () => {
      clearTimeout(running.timer);
      clearTimeout(settle.timer);
    });
    return { failed, begin };
  }

  /** Asks for what is stale and tells the listeners once. With `version` the model becomes ready by it. */
  async #updateStale(signal: AbortSignal, version?: EngineVersion): Promise<void> {
    const stale = this.#stale;
    const waiters = this.#waiters;
    this.#stale = nothingStale();
    this.#waiters = [];
    try {
      const [containers, images, volumes, networks] = await Promise.all([
        this.#listContainers(stale, signal),
        stale.images
          ? this.#list("/images/json", {}, signal).then((all) => all as ImageInfo[])
          : undefined,
        stale.volumes ? this.#listIfAllowed("/volumes", signal) : undefined,
        stale.networks ? this.#listIfAllowed("/networks", signal) : undefined,
      ]);
      if (signal.aborted) {
        throw ended();
      }
      const some = stale.allContainers ? undefined : stale.containers;
      const before = this.#containers;
      const nextContainers =
        containers === undefined
          ? replaced(before, undefined)
          : some === undefined
            ? reconcile(before, containers.map(toContainer))
            : reconcileSome(before, some, containers.map(toContainer));
      const nextImages = replaced(this.#images, images?.map(toImage));
      const nextVolumes = replaced(this.#volumes, volumes?.map(toVolume));
      const nextNetworks = replaced(this.#networks, networks?.map(toNetwork));
      this.#containers = nextContainers.list;
      this.#images = nextImages.list;
      this.#volumes = nextVolumes.list;
      this.#networks = nextNetworks.list;
      const becameReady = version !== undefined && !this.#isReadyWith(version);
      if (becameReady) {
        this.#state = { kind: "ready", version };
      }
      const change: ModelChange = {
        state: becameReady,
        containers: nextContainers.changed,
        images: nextImages.changed,
        volumes: nextVolumes.changed,
        networks: nextNetworks.changed,
      };
      const { state: _state, ...changed } = change;
      if (becameReady || Object.values(changed).some(({ size }) => size > 0)) {
        this.#emit(change);
      }
      waiters.forEach((each) => each.resolve());
    } catch (error) {
      // Whoever waits is told by the next attempt.
      this.#waiters.push(...waiters);
      throw error;
    }
  }

  async #listContainers(stale: Stale, signal: AbortSignal): Promise<ContainerInfo[] | undefined> {
    if (stale.containers.size > mostIdsAsked) {
      stale.allContainers = true;
    }
    if (!stale.allContainers && stale.containers.size === 0) {
      return undefined;
    }
    const query = stale.allContainers
      ? { all: true }
      : { all: true, filters: { id: [...stale.containers] } };
    return (await this.#list("/containers/json", query, signal)) as ContainerInfo[];
  }

  async #list(
    path: string,
    query: Record<string, boolean | object>,
    signal: AbortSignal,
  ): Promise<unknown[]> {
    const list = await this.#transport.json({
      method: "GET",
      path,
      query: query as Record<string, boolean>,
      signal,
      timeoutMs: listTimeoutMs,
    });
    // Volumes are listed one level deeper than everything else.
    const all = path === "/volumes" ? asObject(list)["Volumes"] : list;
    return Array.isArray(all) ? all : [];
  }

  /** Proxies before an engine's socket may allow less than everything; that must not hide what they allow. */
  async #listIfAllowed(path: string, signal: AbortSignal): Promise<unknown[]> {
    try {
      return await this.#list(path, {}, signal);
    } catch (error) {
      const { reason, status } = toEngineError(error, { signal });
      if (status !== undefined && (reason === "unauthorized" || reason === "not-found")) {
        return [];
      }
      throw error;
    }
  }

  #isReadyWith(version: EngineVersion): boolean {
    return (
      this.#state.kind === "ready" &&
      JSON.stringify(this.#state.version) === JSON.stringify(version)
    );
  }

  /** Every state but `ready` has empty lists. */
  #setState(state: EngineState): void {
    const change: ModelChange = {
      state: true,
      containers: idsOf(this.#containers),
      images: idsOf(this.#images),
      volumes: idsOf(this.#volumes),
      networks: idsOf(this.#networks),
    };
    this.#state = state;
    this.#containers = [];
    this.#images = [];
    this.#volumes = [];
    this.#networks = [];
    this.#emit(change);
  }

  #emit(change: ModelChange): void {
    for (const listener of this.#listeners) {
      listener(change);
    }
  }

  #settleWaiters(error: EngineError): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    waiters.forEach((each) => each.reject(error));
  }

  async #diagnose(error: EngineError): Promise<Diagnosis> {
    try {
      return this.#options.diagnose === undefined
        ? await diagnose(this.#transport.endpoint, error)
        : await this.#options.diagnose(error);
    } catch {
      return "unknown";
    }
  }

  /** Resolves after the pause, or with true as soon as somebody asks or the engine's socket appears. */
  async #sleep(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    const stops: (() => void)[] = [];
    try {
      return await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), milliseconds);
        const wake = (): void => resolve(true);
        this.#wake = wake;
        stops.push(
          () => clearTimeout(timer),
          onAbort(signal, () => resolve(false)),
        );
        stops.push(watchSocket(this.#transport.endpoint.url, wake));
        if (this.#waiters.length > 0) {
          wake();
        }
      });
    } finally {
      this.#wake = undefined;
      stops.forEach((stop) => stop());
    }
  }
}

function lost(): EngineError {
  return new EngineError("unreachable", "The connection to the container engine was lost.");
}

function ended(): EngineError {
  return new EngineError("cancelled", "Nobody watches the container engine any more.");
}
