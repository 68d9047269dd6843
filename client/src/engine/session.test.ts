import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect as connectHttp2 } from "node:http2";
import type { ClientHttp2Session, IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import { createServer, connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { readFields, writeFields } from "./protobuf.ts";
import { openSession, sharedKey } from "./session.ts";
import type { SessionOptions } from "./session.ts";
import { memoryFolder } from "./sessionFileSync.ts";
import type { SharedFolder } from "./sessionFileSync.ts";
import { frameMessage, MessageReader } from "./sessionGrpc.ts";

test("the builder's question whether we are still there is answered", async (t) => {
  const builder = await open(t, {});
  const { messages, status } = await builder.call("/grpc.health.v1.Health/Check", [
    Buffer.alloc(0),
  ]);
  assert.equal(status, "0");
  assert.deepEqual([...(messages[0] ?? [])], [8, 1]);
});

test("each registry gets its own credentials, an unknown one none", async (t) => {
  const builder = await open(t, {
    credentialsFor: (host) =>
      Promise.resolve(
        host === "registry.example"
          ? { username: "ann", password: "secret" }
          : host === "token.example"
            ? { username: "", password: "", identityToken: "abc" }
            : host === "docker.io"
              ? { username: "hub", password: "x" }
              : undefined,
      ),
  });
  const ask = async (host: string): Promise<string[]> => {
    const request = writeFields([[1, host]]);
    const { messages } = await builder.call("/moby.filesync.v1.Auth/Credentials", [request]);
    return [...readFields(messages[0] ?? Buffer.alloc(0))].map(
      ({ field, bytes }) => `${field} ${bytes.toString()}`,
    );
  };
  assert.deepEqual(await ask("registry.example"), ["1 ann", "2 secret"]);
  assert.deepEqual(await ask("token.example"), ["2 abc"]);
  assert.deepEqual(await ask("registry-1.docker.io"), ["1 hub", "2 x"]);
  assert.deepEqual(await ask("other.example"), []);
});

test("credentials that cannot be had fail the call, not the session", async (t) => {
  const builder = await open(t, {
    credentialsFor: () => Promise.reject(new Error("no helper für x")),
  });
  const call = await builder.call("/moby.filesync.v1.Auth/Credentials", [writeFields([[1, "x"]])]);
  assert.equal(call.status, "2");
  assert.equal(decodeURIComponent(call.message), "no helper für x");
  assert.equal((await builder.call("/grpc.health.v1.Health/Check", [Buffer.alloc(0)])).status, "0");
});

test("a method that we do not know is said to be unimplemented", async (t) => {
  const builder = await open(t, {});
  const { status } = await builder.call("/moby.filesync.v1.Auth/FetchToken", [Buffer.alloc(0)]);
  assert.equal(status, "12");
});

test("a secret comes from its file or its variable, as it is now, and no other is to be had", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-secret-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "token");
  await writeFile(file, "first");
  process.env["SLIPWAY_TEST_SECRET"] = "from the environment";
  t.after(() => delete process.env["SLIPWAY_TEST_SECRET"]);
  const builder = await open(t, {
    secrets: { token: { file }, key: { variable: "SLIPWAY_TEST_SECRET" } },
  });
  const ask = async (id: string): Promise<string> => {
    const request = writeFields([[1, id]]);
    const { messages, status } = await builder.call(getSecret, [request]);
    const [data] = readFields(messages[0] ?? Buffer.alloc(0));
    return `${status} ${data?.bytes.toString() ?? ""}`;
  };
  assert.equal(await ask("token"), "0 first");
  await writeFile(file, "second");
  assert.equal(await ask("token"), "0 second");
  assert.equal(await ask("key"), "0 from the environment");
  assert.equal(await ask("other"), "5 ");
  assert.equal(await ask("constructor"), "5 ");
  await rm(file);
  const { status, message } = await builder.call(getSecret, [writeFields([[1, "token"]])]);
  assert.equal(status, "2");
  assert.match(decodeURIComponent(message), /token.* cannot be read/);
});

test("a step talks to the SSH agent that it was given, however much is said, and to no other", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-agent-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "agent.sock");
  const agent = createServer((socket) => socket.pipe(socket)).listen(path);
  await once(agent, "listening");
  t.after(() => agent.close());
  const builder = await open(t, { sshAgents: { default: path, gone: join(folder, "gone.sock") } });
  const check = async (id: string): Promise<string> =>
    (await builder.call(checkAgent, [writeFields([[1, id]])])).status;
  assert.equal(await check(""), "0");
  assert.equal(await check("default"), "0");
  assert.equal(await check("other"), "12");

  const said = Array.from({ length: 40 }, (_, index) => Buffer.alloc(30_000, `${index} `));
  const { messages, status } = await builder.call(
    forwardAgent,
    said.map((data) => writeFields([[1, data]])),
    { "buildkit.ssh.id": "default" },
  );
  assert.equal(status, "0");
  const heard = messages.flatMap((message) => [...readFields(message)].map(({ bytes }) => bytes));
  assert.ok(Buffer.concat(heard).equals(Buffer.concat(said)));

  const empty = [writeFields([[1, "x"]])];
  assert.equal(
    (await builder.call(forwardAgent, empty, { "buildkit.ssh.id": "other" })).status,
    "12",
  );
  assert.equal(
    (await builder.call(forwardAgent, empty, { "buildkit.ssh.id": "gone" })).status,
    "2",
  );
});

test("only the folders of the build may be read", async (t) => {
  const builder = await open(t, {});
  const { status } = await builder.call(diffCopy, [], { "dir-name": "home" });
  assert.equal(status, "5");
});

test("the builder learns of every file and gets the contents that it asks for", async (t) => {
  const large = Buffer.alloc(3_000_000, "0123456789");
  const files = new Map([
    ["Dockerfile", Buffer.from("FROM scratch\n")],
    ["large", large],
  ]);
  const builder = await open(t, { folders: new Map([["context", memoryFolder(files)]]) });
  const transfer = builder.transfer({ "dir-name": "context" });
  await transfer.sawEnd;
  assert.deepEqual(transfer.entries, ["Dockerfile 420 13", "large 420 3000000"]);
  transfer.request(1);
  assert.ok((await transfer.contents(1)).equals(large));
  assert.equal(await transfer.finish(), "0");
  assert.deepEqual(builder.session.sent, { files: 1, bytes: large.length });
});

test("patterns of the builder arrive as they were written, also with commas and umlauts", async (t) => {
  const filters: unknown[] = [];
  const folder: SharedFolder = {
    entries(filter) {
      filters.push(filter);
      return memoryFolder(new Map()).entries(filter);
    },
    async *read() {},
  };
  const builder = await open(t, { folders: new Map([["context", folder]]) });
  const transfer = builder.transfer({
    "dir-name": "context",
    "exclude-patterns": ["a, b", "c"],
    followpaths: ["%C3%A9+%C3%BC", "x"],
    "followpaths-encoded": "1",
  });
  await transfer.sawEnd;
  assert.deepEqual(filters, [
    { folder: "context", include: [], exclude: ["a, b", "c"], follow: ["é ü", "x"] },
  ]);
});

test("a folder that cannot be read fails the transfer with the reason", async (t) => {
  const folder: SharedFolder = {
    async *entries() {
      yield { path: "a", mode: 0o644, size: 1, modifiedAt: 1n, linkTarget: "" };
      throw new Error("EACCES: permission denied, scandir 'secret'");
    },
    async *read() {},
  };
  const builder = await open(t, { folders: new Map([["context", folder]]) });
  const { messages } = await builder.call(diffCopy, [], { "dir-name": "context" });
  const last = [...readFields(messages.at(-1) ?? Buffer.alloc(0))];
  assert.equal(last.find(({ field }) => field === 1)?.number, 4);
  assert.match(last.find(({ field }) => field === 4)?.bytes.toString() ?? "", /permission denied/);
});

test("a builder that hangs up in the middle ends the reading", async (t) => {
  let finished: (() => void) | undefined;
  const ended = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const folder: SharedFolder = {
    async *entries() {
      yield { path: "endless", mode: 0o644, size: 1, modifiedAt: 1n, linkTarget: "" };
    },
    async *read() {
      try {
        for (;;) {
          yield Buffer.alloc(65_536);
        }
      } finally {
        finished?.();
      }
    },
  };
  const builder = await open(t, { folders: new Map([["context", folder]]) });
  const transfer = builder.transfer({ "dir-name": "context" });
  await transfer.sawEnd;
  transfer.request(0);
  await transfer.sawContents;
  builder.session.close();
  await ended;
});

test("a file in memory has another time when it has other contents", async () => {
  assert.notEqual(await timeOfFile("RUN a"), await timeOfFile("RUN b"));
  assert.equal(await timeOfFile("RUN a"), await timeOfFile("RUN a"));
});

test("folders of the same name do not share what was sent", () => {
  assert.notEqual(sharedKey("/a/app"), sharedKey("/b/app"));
});

const getSecret = "/moby.buildkit.secrets.v1.Secrets/GetSecret";
const checkAgent = "/moby.sshforward.v1.SSH/CheckAgent";
const forwardAgent = "/moby.sshforward.v1.SSH/ForwardAgent";
const diffCopy = "/moby.filesync.v1.FileSync/DiffCopy";

async function timeOfFile(text: string): Promise<bigint | undefined> {
  const folder = memoryFolder(new Map([["Dockerfile", Buffer.from(text)]]));
  for await (const entry of folder.entries({})) {
    return entry.modifiedAt;
  }
  return undefined;
}

/** A session over a real connection, with the test as the engine's builder at its other end. */
async function open(t: TestContext, options: Partial<SessionOptions>) {
  const [ours, theirs] = await socketPair();
  const session = await openSession(
    { hijack: () => Promise.resolve(ours) },
    { folders: new Map(), sharedKey: "key", ...options },
  );
  const client = connectHttp2("http://engine", { createConnection: () => theirs });
  client.on("error", () => undefined);
  t.after(() => {
    session.close();
    client.destroy();
  });
  return {
    session,
    call: (path: string, messages: readonly Buffer[], headers?: OutgoingHttpHeaders) =>
      call(client, path, messages, headers),
    transfer: (headers: OutgoingHttpHeaders) => new Transfer(client, headers),
  };
}

async function socketPair(): Promise<readonly [Socket, Socket]> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const theirs = connect(port, "127.0.0.1");
  const [ours] = await accepted;
  server.close();
  return [ours, theirs];
}

interface Answer {
  readonly messages: readonly Buffer[];
  readonly status: string;
  readonly message: string;
}

async function call(
  client: ClientHttp2Session,
  path: string,
  requests: readonly Buffer[],
  headers: OutgoingHttpHeaders = {},
): Promise<Answer> {
  const stream = client.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    ...headers,
  });
  const reader = new MessageReader();
  const messages: Buffer[] = [];
  let ending: IncomingHttpHeaders = {};
  stream.on("response", (response) => (ending = response));
  stream.on("trailers", (trailers: IncomingHttpHeaders) => (ending = trailers));
  stream.on("data", (chunk: Buffer) => messages.push(...reader.read(chunk)));
  for (const request of requests) {
    stream.write(frameMessage(request));
  }
  if (requests.length > 0) {
    stream.end();
  } else {
    stream.once("end", () => stream.end());
  }
  await once(stream, "close");
  return {
    messages,
    status: String(ending["grpc-status"]),
    message: String(ending["grpc-message"]),
  };
}

/** What the engine's builder does in a transfer. */
class Transfer {
  readonly entries: string[] = [];
  readonly sawEnd: Promise<void>;
  readonly sawContents: Promise<void>;
  readonly #stream;
  readonly #contents = new Map<number, Buffer[]>();
  readonly #done = new Map<number, () => void>();
  #status = "";

  constructor(client: ClientHttp2Session, headers: OutgoingHttpHeaders) {
    this.#stream = client.request({
      ":method": "POST",
      ":path": diffCopy,
      "content-type": "application/grpc",
      ...headers,
    });
    this.#stream.on("error", () => undefined);
    this.#stream.on(
      "trailers",
      (trailers: IncomingHttpHeaders) => (this.#status = String(trailers["grpc-status"])),
    );
    const reader = new MessageReader();
    let end: () => void;
    let contents: () => void;
    this.sawEnd = new Promise((resolve) => (end = resolve));
    this.sawContents = new Promise((resolve) => (contents = resolve));
    this.#stream.on("data", (chunk: Buffer) => {
      for (const message of reader.read(chunk)) {
        const fields = new Map([...readFields(message)].map((field) => [field.field, field]));
        const stat = fields.get(2)?.bytes;
        const id = fields.get(3)?.number ?? 0;
        if (fields.get(1)?.number === 2) {
          const piece = fields.get(4)?.bytes;
          if (piece === undefined) {
            this.#done.get(id)?.();
          } else {
            this.#contents.set(id, [...(this.#contents.get(id) ?? []), piece]);
            contents();
          }
        } else if (stat === undefined) {
          end();
        } else {
          const entry = new Map([...readFields(stat)].map((field) => [field.field, field]));
          this.entries.push(
            `${entry.get(1)?.bytes.toString()} ${entry.get(2)?.number} ${entry.get(5)?.number}`,
          );
        }
      }
    });
  }

  request(id: number): void {
    this.#stream.write(
      frameMessage(
        writeFields([
          [1, 1],
          [3, id],
        ]),
      ),
    );
  }

  async contents(id: number): Promise<Buffer> {
    await new Promise<void>((resolve) => this.#done.set(id, resolve));
    return Buffer.concat(this.#contents.get(id) ?? []);
  }

  /** Resolves with the call's status. */
  async finish(): Promise<string> {
    this.#stream.write(frameMessage(writeFields([[1, 3]])));
    this.#stream.end();
    await once(this.#stream, "close");
    return this.#status;
  }
}
