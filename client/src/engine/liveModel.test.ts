import assert from "node:assert/strict";
import { test } from "node:test";
import type { LiveModel } from "./engine.ts";
import { EngineError } from "./engineError.ts";
import { type ImaginaryEngine, imaginaryEngine, listedContainer } from "./imaginaryEngine.ts";
import { EngineModel } from "./liveModel.ts";
import { createTransport } from "./transport.ts";

const version = {
  version: "99.0",
  apiVersion: "1.44",
  operatingSystem: "linux",
  architecture: "amd64",
};

async function withModel(
  use: (model: EngineModel, engine: ImaginaryEngine) => Promise<void>,
): Promise<void> {
  const engine = await imaginaryEngine();
  const transport = createTransport(engine.endpoint);
  const model = new EngineModel(transport, {
    version: async () => version,
    diagnose: async () => "not-running",
    firstPauseMs: 20,
  });
  try {
    await use(model, engine);
  } finally {
    model.dispose();
    transport.dispose();
    await engine.close();
  }
}

function shows(model: LiveModel, condition: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    if (condition()) {
      resolve();
      return;
    }
    const timer = setTimeout(() => {
      stop();
      reject(
        new Error(
          `The model is ${model.state.kind} with ${model.containers.map(({ id }) => id).join()}.`,
        ),
      );
    }, 10_000);
    const stop = model.onDidChange(() => {
      if (condition()) {
        clearTimeout(timer);
        stop();
        resolve();
      }
    });
  });
}

const isReady = (model: LiveModel) => shows(model, () => model.state.kind === "ready");
const lists = (engine: ImaginaryEngine, kind: string) =>
  engine.requests.filter((each) => each.includes(`/${kind}/json`));

test("one list per kind is asked for, and a burst of events asks once for what changed", () =>
  withModel(async (model, engine) => {
    engine.containers = [listedContainer("a"), listedContainer("b")];
    model.watch();
    await isReady(model);
    assert.equal(lists(engine, "containers").length, 1);
    assert.equal(lists(engine, "images").length, 1);

    const [a] = model.containers;
    const changes: string[][] = [];
    model.onDidChange(({ containers }) => changes.push([...containers]));
    engine.containers = [listedContainer("b", "paused")];
    for (let index = 0; index < 50; index++) {
      engine.emit({
        Type: "container",
        Action: "pause",
        Actor: { ID: "b" },
        timeNano: 1_700_000_000_123_456_768,
      });
    }
    await shows(model, () => model.containers[1]?.state === "paused");
    assert.equal(lists(engine, "containers").length, 2);
    assert.match(lists(engine, "containers")[1] ?? "", /filters=\{"id":\["b"\]\}/);
    assert.equal(lists(engine, "images").length, 1);
    assert.deepEqual(changes, [["b"]]);
    assert.equal(model.containers[0], a);
  }));

test("after a gap the stream goes on from the last event, everything is listed again, and the state stays ready", () =>
  withModel(async (model, engine) => {
    engine.containers = [listedContainer("a")];
    model.watch();
    await isReady(model);
    engine.containers = [listedContainer("a", "paused")];
    engine.emit({
      Type: "container",
      Action: "pause",
      Actor: { ID: "a" },
      timeNano: 1_700_000_000_123_456_768,
    });
    await shows(model, () => model.containers[0]?.state === "paused");
    const states: string[] = [];
    model.onDidChange(({ state }) => state && states.push(model.state.kind));
    engine.containers = [listedContainer("a", "paused"), listedContainer("new")];
    engine.cut();
    await shows(model, () => model.containers.length === 2);
    const since = engine.requests
      .filter((each) => each.includes("/events"))
      .map((each) => /since=([\d.]+)/.exec(each)?.[1]);
    assert.equal(since.length, 2);
    assert.equal(since[1], "1700000000.123455000");
    assert.deepEqual(states, []);
  }));

test("health checks and the like ask for nothing", () =>
  withModel(async (model, engine) => {
    engine.containers = [listedContainer("a")];
    model.watch();
    await isReady(model);
    for (const action of [
      "exec_create: sh",
      "exec_start: sh",
      "exec_die",
      "top",
      "resize",
      "attach",
    ]) {
      engine.emit({ Type: "container", Action: action, Actor: { ID: "a" }, timeNano: 1 });
    }
    engine.containers = [];
    engine.emit({ Type: "container", Action: "destroy", Actor: { ID: "a" }, timeNano: 2 });
    await shows(model, () => model.containers.length === 0);
    assert.equal(lists(engine, "containers").length, 2);
  }));

test("an engine that goes is told of once, and one that comes back is found by its socket at once", () =>
  withModel(async (model, engine) => {
    engine.containers = [listedContainer("a")];
    model.watch();
    await isReady(model);
    const states: string[] = [];
    model.onDidChange(({ state }) => state && states.push(model.state.kind));
    await engine.halt();
    await shows(model, () => model.state.kind === "unavailable");
    assert.deepEqual(model.containers, []);
    await assert.rejects(
      model.refresh(),
      (error) => error instanceof EngineError && error.reason === "unreachable",
    );
    await engine.listen();
    await isReady(model);
    assert.deepEqual([...new Set(states)], ["unavailable", "ready"]);
    assert.equal(model.containers.length, 1);
  }));

test("a stream that is cut again and again is not asked for in a busy loop", () =>
  withModel(async (model, engine) => {
    const times: number[] = [];
    engine.intercept = (request) => {
      const isEvents = request.url?.includes("/events") === true;
      if (isEvents) {
        times.push(performance.now());
        setTimeout(() => request.socket.destroy(), 10);
      }
      return isEvents;
    };
    model.watch();
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (times.length >= 5) {
          clearInterval(timer);
          resolve();
        }
      }, 20);
    });
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    // A loaded machine makes pauses longer, never shorter.
    const areDoubled = pauses.every((pause, index) => pause > 0.9 * 20 * 2 ** index);
    assert.ok(areDoubled, pauses.map(Math.round).join(", "));
  }));

test("refresh lists again, and without a watcher connects only for as long as it takes", () =>
  withModel(async (model, engine) => {
    await model.refresh();
    assert.equal(model.state.kind, "idle");
    const unwatch = model.watch();
    await isReady(model);
    engine.containers = [listedContainer("a")];
    await model.refresh();
    assert.equal(model.containers.length, 1);
    unwatch();
    await assert.rejects(
      (async () => {
        model.dispose();
        await model.refresh();
      })(),
      (error) => error instanceof EngineError && error.reason === "cancelled",
    );
  }));

test("volumes and networks are listed once and then again when one comes or goes, and not for a mount", () =>
  withModel(async (model, engine) => {
    engine.containers = [listedContainer("a")];
    engine.volumes = [{ Name: "data", Driver: "local" }];
    engine.networks = [{ Id: "n1", Name: "shop", Driver: "bridge" }];
    model.watch();
    await isReady(model);
    const [data] = model.volumes;
    const [shop] = model.networks;
    assert.equal(data?.name, "data");
    assert.equal(shop?.name, "shop");

    const event = { Type: "volume", Actor: { ID: "data" }, timeNano: 1 };
    engine.emit({ ...event, Action: "mount" });
    engine.emit({ ...event, Action: "unmount" });
    engine.emit({
      Type: "network",
      Action: "connect",
      Actor: { ID: "n1", Attributes: { container: "a" } },
      timeNano: 2,
    });
    engine.containers = [{ ...listedContainer("a"), NetworkSettings: { Networks: { shop: {} } } }];
    await shows(model, () => model.containers[0]?.networks.includes("shop") === true);
    const asked = (path: string) => engine.requests.filter((each) => each.endsWith(path)).length;
    assert.deepEqual([asked("/volumes"), asked("/networks")], [1, 1]);

    const changes: string[][] = [];
    model.onDidChange(({ volumes, networks }) => changes.push([...volumes, ...networks]));
    engine.volumes = [
      { Name: "data", Driver: "local" },
      { Name: "new", Driver: "local" },
    ];
    engine.networks = [];
    for (let index = 0; index < 20; index++) {
      engine.emit({ Type: "volume", Action: "create", Actor: { ID: "new" }, timeNano: 3 });
      engine.emit({ Type: "network", Action: "destroy", Actor: { ID: "n1" }, timeNano: 3 });
    }
    await shows(model, () => model.volumes.length === 2 && model.networks.length === 0);
    assert.deepEqual(changes, [["new", "n1"]]);
    assert.equal(model.volumes[0], data);
    assert.deepEqual([asked("/volumes"), asked("/networks")], [2, 2]);
  }));

test("a proxy that lets nobody list volumes does not hide the containers", () =>
  withModel(async (model, engine) => {
    engine.containers = [listedContainer("a")];
    engine.intercept = (request, response) => {
      const isForbidden = request.url?.endsWith("/volumes") === true;
      if (isForbidden) {
        response.writeHead(403).end("Forbidden");
      }
      return isForbidden;
    };
    model.watch();
    await isReady(model);
    assert.equal(model.containers.length, 1);
    assert.deepEqual(model.volumes, []);
  }));

test("a list that fails makes the model unavailable, with the engine's words", () =>
  withModel(async (model, engine) => {
    engine.intercept = (request, response) => {
      const fails = request.url?.includes("/containers/json") === true;
      if (fails) {
        response.writeHead(500).end('{"message":"the disk is on fire"}');
      }
      return fails;
    };
    model.watch();
    await shows(model, () => model.state.kind === "unavailable");
    assert.equal(
      model.state.kind === "unavailable" && model.state.error.message,
      "The disk is on fire.",
    );
  }));
