import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Endpoint } from "../engine/endpoint.ts";
import type { Container, Engine, EngineState, LiveModel, ModelChange } from "../engine/engine.ts";
import { EngineError } from "../engine/engineError.ts";
import { sampleContainer } from "../presentation/sampleObjects.ts";
import { CurrentEngine } from "./currentEngine.ts";

const version = {
  version: "28",
  apiVersion: "1.51",
  operatingSystem: "linux",
  architecture: "amd64",
};

/** A model that answers at once, and counts who watches it. */
class FakeModel implements LiveModel {
  state: EngineState = { kind: "idle" };
  containers: readonly Container[] = [];
  readonly images = [];
  readonly volumes = [];
  readonly networks = [];
  watchers = 0;
  readonly #listeners = new Set<(change: ModelChange) => void>();

  watch(): () => void {
    this.watchers += 1;
    this.become({ kind: "ready", version });
    return () => {
      this.watchers -= 1;
    };
  }

  onDidChange(listener: (change: ModelChange) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async refresh(): Promise<void> {
    this.become({ kind: "ready", version });
  }

  become(state: EngineState): void {
    this.state = state;
    this.containers = state.kind === "ready" ? [sampleContainer()] : [];
    for (const listener of this.#listeners) {
      listener({
        state: true,
        containers: new Set(),
        images: new Set(),
        volumes: new Set(),
        networks: new Set(),
      });
    }
  }
}

interface FakeEngine {
  readonly endpoint: Endpoint;
  readonly model: FakeModel;
  disposed: boolean;
}

function setUp(first: string) {
  const made: FakeEngine[] = [];
  const place = { url: first, failure: undefined as EngineError | undefined };
  const current = new CurrentEngine({
    async findEndpoint() {
      if (place.failure) {
        throw place.failure;
      }
      return { url: place.url, source: "setting" };
    },
    async createEngine(endpoint) {
      const engine = {
        endpoint,
        model: new FakeModel(),
        disposed: false,
        dispose() {
          engine.disposed = true;
        },
      };
      made.push(engine);
      return engine as unknown as Engine;
    },
  });
  return { current, made, place };
}

suite("CurrentEngine", () => {
  test("nothing is looked for before somebody needs it", async () => {
    const { current, made } = setUp("unix:///a");
    assert.equal(current.state.kind, "idle");
    assert.equal(made.length, 0);
    await current.get();
    assert.equal(made.length, 1);
    assert.equal(made[0]?.model.watchers, 0);
  });

  test("several who need it at once get the same engine", async () => {
    const { current, made } = setUp("unix:///a");
    const [first, second] = await Promise.all([current.get(), current.get()]);
    assert.equal(first, second);
    assert.equal(made.length, 1);
  });

  test("the model is watched once for all watchers, until the last has gone", async () => {
    const { current, made } = setUp("unix:///a");
    const ends = [current.watch(), current.watch()];
    await current.get();
    assert.equal(made[0]?.model.watchers, 1);
    ends[0]?.();
    ends[0]?.();
    assert.equal(made[0]?.model.watchers, 1);
    ends[1]?.();
    assert.equal(made[0]?.model.watchers, 0);
  });

  test("after a change of settings watchers watch the new engine and the old one is closed", async () => {
    const { current, made, place } = setUp("unix:///a");
    const changes: ModelChange[] = [];
    current.watch();
    await current.get();
    current.onDidChange((change) => changes.push(change));
    place.url = "unix:///b";
    current.reset();
    const engine = await current.get();
    assert.equal(engine.endpoint.url, "unix:///b");
    assert.deepEqual(
      made.map(({ disposed, model }) => [disposed, model.watchers]),
      [
        [true, 0],
        [false, 1],
      ],
    );
    assert.ok(changes.some(({ containers }) => containers.has(sampleContainer().id)));
  });

  test("settings that change while the endpoint is being found win", async () => {
    const { current, made, place } = setUp("unix:///a");
    const early = current.get();
    place.url = "unix:///b";
    current.reset();
    assert.equal((await early).endpoint.url, "unix:///b");
    assert.equal((await current.get()).endpoint.url, "unix:///b");
    assert.equal(made.filter(({ disposed }) => !disposed).length, 1);
  });

  test("an endpoint that makes no sense is a state, until it makes sense again", async () => {
    const { current, place } = setUp("unix:///a");
    place.failure = new EngineError("bad-endpoint", "No such context: x.");
    current.watch();
    await assert.rejects(current.get(), { reason: "bad-endpoint" });
    assert.equal(current.state.kind, "unavailable");
    assert.equal(current.state.kind === "unavailable" && current.state.diagnosis, "bad-endpoint");
    place.failure = undefined;
    await current.refresh();
    assert.equal(current.state.kind, "ready");
    assert.equal(current.containers.length, 1);
  });

  test("a refresh keeps the engine where the endpoint is the same, and replaces it where it is not", async () => {
    const { current, made, place } = setUp("unix:///a");
    await current.refresh();
    await current.refresh();
    assert.equal(made.length, 1);
    place.url = "unix:///b";
    await current.refresh();
    assert.equal(made.length, 2);
    assert.equal(current.endpoint?.url, "unix:///b");
  });

  test("a refresh is told of once it is done, also when nothing has changed", async () => {
    const { current } = setUp("unix:///a");
    const told: string[] = [];
    const unsubscribe = current.onDidRefresh(() => told.push(current.state.kind));
    await current.refresh();
    await current.refresh();
    unsubscribe();
    await current.refresh();
    assert.deepEqual(told, ["ready", "ready"]);
  });

  test("disposing closes the engine", async () => {
    const { current, made } = setUp("unix:///a");
    await current.get();
    current.dispose();
    assert.equal(made[0]?.disposed, true);
    assert.equal(current.state.kind, "idle");
  });
});
