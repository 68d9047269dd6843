import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttp2Server } from "node:http2";
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { EngineError } from "../engineError.ts";
import { answerFailure, answerUnary, beginAnswer, frameMessage } from "../sessionGrpc.ts";
import { openGrpc } from "./grpcConnection.ts";
import type { GrpcConnection } from "./grpcConnection.ts";

type Serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** A connection to a builder of the test's own. */
async function connection(t: TestContext, serve: Serve): Promise<GrpcConnection> {
  const http2 = createHttp2Server({ maxSendHeaderBlockLength: 1_000_000 });
  http2.on("stream", (stream, headers) => {
    stream.on("error", () => undefined);
    serve(stream, headers);
  });
  http2.on("sessionError", () => undefined);
  const server = createServer();
  const accepted = once(server, "connection") as Promise<[Socket]>;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const near = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [far] = await accepted;
  far.on("error", () => undefined);
  http2.emit("connection", far);
  const grpc = await openGrpc({
    endpoint: { url: "unix:///test.sock", source: "setting" },
    hijack: () => Promise.resolve(near),
  });
  t.after(() => {
    grpc.close();
    far.destroy();
    server.close();
  });
  return grpc;
}

const nothing = Buffer.alloc(0);

test("a call is answered, with its metadata at the other side", async (t) => {
  const grpc = await connection(t, (stream, headers) => {
    answerUnary(stream, (request) =>
      Buffer.from(
        `${String(headers[":path"])} ${String(headers["x-build"])} ${request.toString()}`,
      ),
    );
  });
  const answer = await grpc.unary("/a.B/C", Buffer.from("hello"), { metadata: { "x-build": "7" } });
  assert.equal(answer.toString(), "/a.B/C 7 hello");
});

test("a long answer comes whole, however it is cut", async (t) => {
  const long = Buffer.alloc(5_000_000, "slipway");
  const grpc = await connection(t, (stream) => answerUnary(stream, () => long));
  assert.ok((await grpc.unary("/a.B/C", nothing)).equals(long));
});

test("a stream gives each message, and leaving it early ends the call", async (t) => {
  let closed: Promise<unknown> = Promise.resolve();
  const grpc = await connection(t, (stream) => {
    closed = once(stream, "close");
    beginAnswer(stream);
    stream.write(Buffer.concat([frameMessage(Buffer.from("1")), frameMessage(Buffer.from("2"))]));
  });
  const seen: string[] = [];
  for await (const message of grpc.stream("/a.B/C", nothing)) {
    seen.push(message.toString());
    if (seen.length === 2) {
      break;
    }
  }
  await closed;
  assert.deepEqual(seen, ["1", "2"]);
});

test("a status of the builder becomes a reason, with its words", async (t) => {
  const grpc = await connection(t, (stream) =>
    answerFailure(stream, 12, "unknown method ListenBuildHistory: 100 %"),
  );
  await assert.rejects(grpc.unary("/a.B/C", nothing), {
    name: "EngineError",
    reason: "unsupported",
    message: "unknown method ListenBuildHistory: 100 %",
  });
});

function failWithDetails(length: number): Serve {
  return (stream) => {
    stream.respond({ ":status": 200 }, { waitForTrailers: true });
    stream.once("wantTrailers", () =>
      stream.sendTrailers({
        "grpc-status": "2",
        "grpc-message": "exit code: 1",
        "grpc-status-details-bin": "x".repeat(length),
      }),
    );
    stream.end();
  };
}

test("a failure that comes with 60 KB of details is told like any other", async (t) => {
  const grpc = await connection(t, failWithDetails(60_000));
  await assert.rejects(grpc.unary("/a.B/C", nothing), {
    reason: "engine-failed",
    message: "exit code: 1",
  });
});

test("a failure with more details than Node reads is a lost connection, and nobody waits", async (t) => {
  const grpc = await connection(t, failWithDetails(200_000));
  await assert.rejects(grpc.unary("/a.B/C", nothing), { reason: "unreachable" });
  assert.equal(grpc.closed, true);
});

test("an aborted signal ends its call and no other", async (t) => {
  const grpc = await connection(t, (stream, headers) => {
    if (headers[":path"] === "/a.B/Good") {
      answerUnary(stream, () => Buffer.from("good"));
    }
  });
  const controller = new AbortController();
  const waiting = grpc.unary("/a.B/Hangs", nothing, { signal: controller.signal });
  controller.abort();
  await assert.rejects(waiting, { reason: "cancelled" });
  assert.equal((await grpc.unary("/a.B/Good", nothing)).toString(), "good");
  await assert.rejects(grpc.unary("/a.B/Good", nothing, { signal: controller.signal }), {
    reason: "cancelled",
  });
});

test("a call that takes too long fails by its time", async (t) => {
  const grpc = await connection(t, () => undefined);
  await assert.rejects(grpc.unary("/a.B/Hangs", nothing, { timeoutMs: 50 }), { reason: "timeout" });
});

test("closing cancels what is under way, and nothing can be called afterwards", async (t) => {
  const grpc = await connection(t, () => undefined);
  const waiting = grpc.unary("/a.B/Hangs", nothing);
  grpc.close();
  await assert.rejects(waiting, { reason: "cancelled" });
  assert.equal(grpc.closed, true);
  await assert.rejects(grpc.unary("/a.B/C", nothing), { reason: "cancelled" });
});

for (const [what, cut] of [
  ["hangs up", (stream: ServerHttp2Stream) => stream.session?.destroy()],
  ["says goodbye", (stream: ServerHttp2Stream) => stream.session?.goaway(2)],
  ["resets the call", (stream: ServerHttp2Stream) => stream.close(2)],
  [
    "ends the call without a status",
    (stream: ServerHttp2Stream) => {
      stream.respond({ ":status": 200 });
      stream.end();
    },
  ],
] as const) {
  test(`a builder that ${what} leaves nobody waiting`, async (t) => {
    const grpc = await connection(t, cut);
    await assert.rejects(
      grpc.unary("/a.B/C", nothing),
      (error) => error instanceof EngineError && error.reason === "unreachable",
    );
  });
}

test("a connection that is closed as soon as it is open is no trouble", async (t) => {
  const grpc = await connection(t, () => undefined);
  grpc.close();
  assert.equal(grpc.closed, true);
});

test("an engine without the interface is unsupported", async () => {
  const hijack = (): Promise<never> =>
    Promise.reject(new EngineError("not-found", "page not found", { status: 404 }));
  await assert.rejects(
    openGrpc({ endpoint: { url: "unix:///podman.sock", source: "setting" }, hijack }),
    { reason: "unsupported" },
  );
});
