/**
 * Measures the language server beside another one, interleaved in one run, so that the ratios hold on a busy machine.
 *   npm ci --prefix server/bench/peer --ignore-scripts
 *   node esbuild.mjs && node esbuild.mjs --tests server/bench/languageServer.ts
 *   node client/dist/test/server/bench/languageServer.js [--quick] [--node PATH] [--only ours,peer]
 * Needs Linux: what a process has used of the processor is read in /proc, threads and garbage collection included.
 * `empty` is a bundle of vscode-languageserver that answers nothing but `initialize`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import {
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";

const { values: chosen } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    node: { type: "string", default: process.execPath },
    only: { type: "string", default: "ours,peer" },
  },
});
const peer =
  "server/bench/peer/node_modules/dockerfile-language-server-nodejs/bin/docker-langserver";
const programs: Readonly<Record<string, string>> = { ours: "server/dist/server.js", peer };
const wanted = chosen.only.split(",");
const times = (count: number): number => (chosen.quick ? Math.ceil(count / 4) : count);
const figures = new Map<string, Map<string, number[]>>();

class Server {
  readonly connection: ProtocolConnection;
  readonly #process: ChildProcess;
  #pulls = false;
  #version = 1;
  #published: ((diagnostics: readonly Diagnostic[]) => void) | undefined;

  private constructor(program: string) {
    this.#process = spawn(chosen.node, [program, "--stdio"], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    const { stdin, stdout } = this.#process;
    if (stdin === null || stdout === null) {
      throw new Error(`${program} has no streams.`);
    }
    this.connection = createProtocolConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
  }

  /** Resolves when it has answered `initialize`. */
  static async start(program: string): Promise<Server> {
    const server = new Server(program);
    const { connection } = server;
    connection.onRequest("workspace/configuration", ({ items }: { items: unknown[] }) =>
      items.map(() => null),
    );
    connection.onRequest("client/registerCapability", () => null);
    connection.onNotification(
      "textDocument/publishDiagnostics",
      ({ diagnostics }: { diagnostics: Diagnostic[] }) => server.#published?.(diagnostics),
    );
    connection.listen();
    const { capabilities } = await connection.sendRequest<InitializeResult>("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: {
        workspace: { configuration: true },
        textDocument: { diagnostic: {}, publishDiagnostics: {} },
      },
      initializationOptions: { isTrusted: false },
    });
    server.#pulls = capabilities.diagnosticProvider !== undefined;
    await connection.sendNotification("initialized", {});
    return server;
  }

  /** Of the processor since its start, in milliseconds. */
  get cpu(): number {
    const tasks = `/proc/${this.#process.pid}/task`;
    const nanoseconds = readdirSync(tasks).map((task) =>
      Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]),
    );
    return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
  }

  /** In megabytes. */
  get memory(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, "utf8");
    return Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  }

  async open(text: string): Promise<void> {
    const textDocument = { uri, languageId: "dockerfile", version: 1, text };
    await this.#after(() =>
      this.connection.sendNotification("textDocument/didOpen", { textDocument }),
    );
  }

  /** Types or deletes one character, and waits for the diagnostics. */
  async type(line: number, character: number, text: string): Promise<void> {
    await this.#after(() => this.send(line, character, text));
  }

  async send(line: number, character: number, text: string): Promise<void> {
    const end = { line, character: text === "" ? character + 1 : character };
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: ++this.#version },
      contentChanges: [{ range: { start: { line, character }, end }, text }],
    });
  }

  /** The diagnostics of the text as it is now. */
  async diagnostics(): Promise<void> {
    await this.#after(() => Promise.resolve());
  }

  async #after(send: () => Promise<void>): Promise<void> {
    if (this.#pulls) {
      await send();
      await this.connection.sendRequest("textDocument/diagnostic", { textDocument: { uri } });
      return;
    }
    const published = new Promise<void>((done) => {
      this.#published = () => done();
    });
    await send();
    await published;
  }

  stop(): void {
    this.connection.dispose();
    this.#process.kill("SIGKILL");
  }
}

const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
const uri = `file://${folder}/Dockerfile`;

async function main(): Promise<void> {
  const empty = await emptyServer();
  for (let round = 0; round < times(12); round++) {
    for (const [name, program] of [...order(round), ["empty", empty] as const]) {
      const server = await Server.start(program);
      note("start to initialize, CPU ms", name, server.cpu);
      if (name !== "empty") {
        await server.open(dockerfile(200));
        note("start to first diagnostics of 200 lines, CPU ms", name, server.cpu);
      }
      server.stop();
    }
  }
  for (const lines of [200, 2000, 20_000]) {
    await keys(lines);
  }
  await bursts();
  report();
  rmSync(folder, { recursive: true });
}

/** An error comes and goes with each two keys, in the middle of the file. */
async function keys(lines: number): Promise<void> {
  const text = dockerfile(lines);
  const line = lineOfRun(text);
  const servers = await opened(text);
  for (let round = 0; round < times(lines > 10_000 ? 8 : 100); round++) {
    for (const [name, server] of round % 2 === 0 ? servers : servers.toReversed()) {
      const before = server.cpu;
      await server.type(line, 3, "Q");
      await server.type(line, 3, "");
      note(`key to diagnostics, ${lines} lines, CPU ms`, name, (server.cpu - before) / 2);
    }
  }
  for (const [name, server] of servers) {
    note(`memory after ${lines} lines, MB`, name, server.memory);
    server.stop();
  }
}

/** 200 keys at 20 ms, of which nobody waits for the diagnostics of each. */
async function bursts(): Promise<void> {
  const text = dockerfile(2000);
  const line = lineOfRun(text);
  for (const [name, server] of await opened(text)) {
    await pause(200);
    const before = server.cpu;
    let isAsking = false;
    const ask = async (): Promise<void> => {
      isAsking = true;
      await server.diagnostics();
      isAsking = false;
    };
    for (let key = 0; key < 200; key++) {
      await server.send(line, 3 + key, "Q");
      if (!isAsking) {
        void ask();
      }
      await pause(20);
    }
    await server.diagnostics();
    await pause(300);
    note("200 keys in a burst, 2000 lines, CPU ms", name, server.cpu - before);
    server.stop();
  }
}

async function opened(text: string): Promise<(readonly [string, Server])[]> {
  return Promise.all(
    order(0).map(async ([name, program]) => {
      const server = await Server.start(program);
      await server.open(text);
      return [name, server] as const;
    }),
  );
}

function order(round: number): (readonly [string, string])[] {
  const all = Object.entries(programs)
    .filter(([name]) => wanted.includes(name))
    .map(([name, program]) => [name, resolve(program)] as const);
  return round % 2 === 0 ? all : all.toReversed();
}

async function emptyServer(): Promise<string> {
  const outfile = join(folder, "empty.js");
  await build({
    stdin: {
      contents: `const { createConnection, ProposedFeatures, TextDocuments } = require("vscode-languageserver/node");
const { TextDocument } = require("vscode-languageserver-textdocument");
const connection = createConnection(ProposedFeatures.all);
connection.onInitialize(() => ({ capabilities: { textDocumentSync: 2 } }));
new TextDocuments(TextDocument).listen(connection);
connection.listen();`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    outfile,
  });
  return outfile;
}

/** A Dockerfile of so many lines with a few things to find in it: stages of what people write. */
function dockerfile(lines: number): string {
  const written = ["# syntax=docker/dockerfile:1", "ARG VERSION=1.0"];
  for (let stage = 0; written.length < lines - 32; stage++) {
    written.push(
      `FROM ${stage % 3 === 2 ? `stage${stage - 1}` : "debian:12.8"} AS stage${stage}`,
      `ARG VERSION BUILD_${stage}=1.2.${stage}`,
      `ENV HOME_${stage}=/srv/app${stage} \\`,
      `    RELEASE=\${BUILD_${stage}:-dev}`,
      `WORKDIR $HOME_${stage}`,
      "",
      "# What the build needs.",
      "RUN apt-get update && apt-get install -y --no-install-recommends \\",
      "      curl=7.88.1-10 \\",
      "      # for the submodules",
      "      git=1:2.39.5-0 \\",
      "    && rm -rf /var/lib/apt/lists/*",
      "COPY --chown=1000:1000 package.json package-lock.json ./",
      "RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev",
      `RUN curl -fsSL "https://example.com/v\${RELEASE}/app.tgz" -o /tmp/app.tgz && tar -xzf /tmp/app.tgz`,
      "RUN <<EOF",
      "set -eu",
      "for file in *.txt; do",
      `  sed -i "s/@VERSION@/$RELEASE/g" "$file"`,
      "done",
      "EOF",
      ...(stage % 4 === 0 ? ["MAINTAINER somebody@example.com"] : ["LABEL version=$RELEASE"]),
      ...(stage > 0 ? [`COPY --from=stage${stage - 1} /usr/local/bin/ /usr/local/bin/`] : []),
      "EXPOSE 8080/tcp",
      "HEALTHCHECK --interval=30s CMD curl -f http://localhost:8080/ || exit 1",
      "USER 1000",
      'ENTRYPOINT ["/usr/local/bin/app"]',
      'CMD ["--serve"]',
      "",
    );
  }
  while (written.length < lines) {
    written.push("# The end.");
  }
  return `${written.join("\n")}\n`;
}

function lineOfRun(text: string): number {
  const all = text.split("\n");
  return all.findIndex((line, index) => index >= all.length / 2 && line.startsWith("RUN apt-get"));
}

function note(figure: string, name: string, value: number): void {
  const all = figures.get(figure) ?? new Map<string, number[]>();
  figures.set(figure, all);
  all.set(name, [...(all.get(name) ?? []), value]);
}

function report(): void {
  const load = loadavg().map((each) => each.toFixed(1));
  console.log(
    `node ${chosen.node}, ${cpus().length} × ${cpus()[0]?.model}, load ${load.join(" ")}`,
  );
  console.log(
    "| median | ours | peer | empty | of all, mean ours | mean peer |\n|---|--:|--:|--:|--:|--:|",
  );
  for (const [figure, all] of figures) {
    const cell = (name: string, of: (values: readonly number[]) => number): string => {
      const values = all.get(name);
      return values === undefined ? "" : of(values).toFixed(1);
    };
    console.log(
      `| ${figure} | ${cell("ours", median)} | ${cell("peer", median)} | ${cell("empty", median)} | ${cell("ours", mean)} | ${cell("peer", mean)} |`,
    );
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, milliseconds);
  });
}

writeFileSync(join(folder, "package.json"), "{}");
void main();
