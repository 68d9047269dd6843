import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { EngineError } from "./engineError.ts";
import { type ImaginaryEngine, imaginaryEngine } from "./imaginaryEngine.ts";
import { createTransport } from "./transport.ts";
import type { RequestRecord, Transport } from "./transport.ts";

async function withEngine(
  use: (transport: Transport, engine: ImaginaryEngine, records: RequestRecord[]) => Promise<void>,
): Promise<void> {
  const engine = await imaginaryEngine();
  const records: RequestRecord[] = [];
  const transport = createTransport(engine.endpoint, {
    onRequest: (record) => records.push(record),
  });
  try {
    await use(transport, engine, records);
  } finally {
    transport.dispose();
    await engine.close();
  }
}

const failsWith = (reason: EngineError["reason"]) => (error: unknown) => {
  assert.ok(error instanceof EngineError, String(error));
  assert.equal(error.reason, reason, error.message);
  return true;
};

/** Asks without a signal, so that the version is known and does not count. */
const get = { method: "GET", path: "/containers/json" } as const;

test("the API version is asked for once and is never newer than the engine's", () =>
  withEngine(async (transport, { requests }) => {
    await Promise.all([transport.json(get), transport.json(get)]);
    assert.equal(requests.filter((each) => each === "GET /_ping").length, 1);
    assert.equal(requests.filter((each) => each === "GET /v1.44/containers/json").length, 2);
  }));

test("an engine that is too old is unsupported", () =>
  withEngine(async (transport, engine) => {
    engine.intercept = (_request, response) => {
      response.setHeader("Api-Version", "1.24").end("OK");
      return true;
    };
    await assert.rejects(transport.json(get), failsWith("unsupported"));
  }));

test("queries carry objects as JSON and leave out what is undefined", () =>
  withEngine(async (transport, { requests }) => {
    await transport.json({
      ...get,
      query: { all: true, filters: { id: ["a&b"] }, size: undefined },
    });
    assert.equal(requests.at(-1), 'GET /v1.44/containers/json?all=true&filters={"id":["a&b"]}');
  }));

test("a body from a stream arrives whole", () =>
  withEngine(async (transport, engine) => {
    engine.intercept = (request, response) => {
      if (request.method === "POST") {
        request.pipe(response);
      }
      return request.method === "POST";
    };
    const body = Readable.from([Buffer.from("one"), Buffer.from("two")]);
    assert.equal(await transport.text({ method: "POST", path: "/load", body }), "onetwo");
  }));

test("a call that gets no answer ends by its time limit, one without a limit does not", () =>
  withEngine(async (transport, engine) => {
    await transport.apiVersion();
    engine.intercept = () => true;
    const waiting = transport.json(get);
    waiting.catch(() => undefined);
    await assert.rejects(transport.json({ ...get, timeoutMs: 50 }), failsWith("timeout"));
    await assert.rejects(transport.request({ ...get, timeoutMs: 50 }), failsWith("timeout"));
    transport.dispose();
    await assert.rejects(waiting, failsWith("cancelled"));
  }));

test("a time limit covers the whole of an answer", () =>
  withEngine(async (transport, engine) => {
    await transport.apiVersion();
    engine.intercept = (_request, response) => response.write("[") || true;
    await assert.rejects(transport.json({ ...get, timeoutMs: 50 }), failsWith("timeout"));
  }));

test("a call is cancelled before, while and after it is answered", () =>
  withEngine(async (transport, engine) => {
    await assert.rejects(
      transport.json({ ...get, signal: AbortSignal.abort() }),
      failsWith("cancelled"),
    );
    await transport.apiVersion();
    const reached = new Promise<void>((resolve) => {
      engine.intercept = () => {
        resolve();
        return true;
      };
    });
    const controller = new AbortController();
    const waiting = transport.json({ ...get, signal: controller.signal });
    waiting.catch(() => undefined);
    await reached;
    controller.abort();
    await assert.rejects(waiting, failsWith("cancelled"));

    engine.intercept = () => false;
    const second = new AbortController();
    const { body } = await transport.request({
      method: "GET",
      path: "/events",
      signal: second.signal,
    });
    const read = body.toArray();
    second.abort();
    await assert.rejects(read, failsWith("cancelled"));
  }));

test("a connection that is cut is unreachable", () =>
  withEngine(async (transport, engine) => {
    await transport.apiVersion();
    engine.intercept = () => {
      engine.cut();
      return true;
    };
    await assert.rejects(transport.json(get), failsWith("unreachable"));
  }));

test("a hijacked stream goes both ways, begins with what came early, and ends with its signal", () =>
  withEngine(async (transport, engine) => {
    const controller = new AbortController();
    engine.intercept = (request) => {
      if (request.headers.upgrade === "tcp") {
        request.socket.write(
          "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly ",
        );
        request.socket.pipe(request.socket);
      }
      return request.headers.upgrade === "tcp";
    };
    const stream = await transport.hijack({
      method: "POST",
      path: "/attach",
      signal: controller.signal,
    });
    stream.setEncoding("utf8").write("late");
    let text = "";
    for await (const chunk of stream) {
      text += String(chunk);
      if (text.endsWith("late")) {
        break;
      }
    }
    assert.equal(text, "early late");
    controller.abort();
    assert.ok(stream.destroyed);
  }));

test("an engine that opens no two-way stream says why, or is unsupported", () =>
  withEngine(async (transport, engine) => {
    await assert.rejects(
      transport.hijack({ method: "POST", path: "/nowhere" }),
      failsWith("not-found"),
    );
    engine.intercept = (_request, response) => {
      response.end("no");
      return true;
    };
    await assert.rejects(
      transport.hijack({ method: "POST", path: "/attach" }),
      failsWith("unsupported"),
    );
  }));

test("the log of requests has no secrets in it", () =>
  withEngine(async (transport, _engine, records) => {
    await transport.json({
      ...get,
      query: { all: true, buildargs: { TOKEN: "secret" } },
      headers: { "X-Registry-Auth": "secret" },
    });
    const last = records.at(-1);
    assert.equal(last?.path, "/v1.44/containers/json?all=true&buildargs=…");
    assert.equal(last.status, 200);
    assert.doesNotMatch(JSON.stringify(records), /secret/);
  }));

test("nobody at the socket is unreachable, and nothing is left open", async () => {
  const transport = createTransport({ url: "unix:///no/such/docker.sock", source: "setting" });
  await assert.rejects(transport.json(get), failsWith("unreachable"));
});

test("an address that makes no sense is told of at once", () => {
  assert.throws(
    () => createTransport({ url: "gopher://x", source: "setting" }),
    failsWith("bad-endpoint"),
  );
});
