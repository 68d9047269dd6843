import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import {
  type ClientCapabilities,
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
} from "vscode-languageserver/node";

export interface EditorOptions {
  readonly capabilities?: ClientCapabilities;
  /** What the editor has set under `slipway`, asked for by `workspace/configuration`. */
  readonly settings?: unknown;
  readonly initializationOptions?: unknown;
  /** On top of the environment of the tests. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** An editor without a screen: it runs the built server as a process of its own and talks to it over its streams. */
export class Editor {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  /** What the server logged, in order. */
  readonly log: string[];
  /** Requests of the server to look again, by method. */
  readonly refreshes: string[];
  settings: unknown;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown[]>;
  readonly #published: Publications;

  private constructor(started: Started, initialized: InitializeResult) {
    this.connection = started.connection;
    this.initialized = initialized;
    this.log = started.log;
    this.refreshes = started.refreshes;
    this.#process = started.process;
    this.#exited = once(started.process, "exit");
    this.#published = started.published;
  }

  /** The server as esbuild has left it in `server/dist`. The working directory has to be the project's root. */
  static async start({
    capabilities = {},
    settings,
    initializationOptions,
    environment = {},
  }: EditorOptions = {}): Promise<Editor> {
    const server = spawn(process.execPath, [resolve("server/dist/server.js"), "--stdio"], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...environment },
    });
    const connection = createProtocolConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    const started: Started = {
      connection,
      process: server,
      log: [],
      refreshes: [],
      published: new Publications(),
    };
    let editor: Editor | undefined;
    connection.onNotification("window/logMessage", ({ message }: { message: string }) => {
      started.log.push(message);
    });
    connection.onNotification(
      "textDocument/publishDiagnostics",
      (params: PublishDiagnosticsParams) => {
        started.published.add(params);
      },
    );
    connection.onRequest("workspace/configuration", ({ items }: { items: readonly unknown[] }) =>
      items.map(() => (editor === undefined ? settings : editor.settings) ?? null),
    );
    connection.onRequest("client/registerCapability", () => null);
    for (const method of ["workspace/diagnostic/refresh", "workspace/inlayHint/refresh"]) {
      connection.onRequest(method, () => {
        started.refreshes.push(method);
        started.published.wake();
        return null;
      });
    }
    connection.listen();
    const initialized = await connection.sendRequest<InitializeResult>("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities,
      initializationOptions,
    });
    editor = new Editor(started, initialized);
    editor.settings = settings;
    await connection.sendNotification("initialized", {});
    return editor;
  }

  async open(uri: string, text: string, version = 1): Promise<void> {
    const textDocument = { uri, languageId: "dockerfile", version, text };
    await this.connection.sendNotification("textDocument/didOpen", { textDocument });
  }

  async edit(
    uri: string,
    version: number,
    contentChanges: readonly TextDocumentContentChangeEvent[],
  ): Promise<void> {
    const params = { textDocument: { uri, version }, contentChanges };
    await this.connection.sendNotification("textDocument/didChange", params);
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }

  async request<Result>(method: string, params: object): Promise<Result> {
    return this.connection.sendRequest<Result>(method, params);
  }

  /** The diagnostics that the server published for this version, as soon as they are there. */
  async published(uri: string, version: number | undefined): Promise<readonly Diagnostic[]> {
    return this.#published.until(
      (all) => all.findLast((each) => each.uri === uri && each.version === version)?.diagnostics,
      `diagnostics of version ${version}`,
    );
  }

  /** Diagnostics of any version that fit, as soon as the server has published them. */
  async publishedOnce(
    uri: string,
    fits: (diagnostics: readonly Diagnostic[]) => boolean,
  ): Promise<readonly Diagnostic[]> {
    return this.#published.until(
      (all) => all.findLast((each) => each.uri === uri && fits(each.diagnostics))?.diagnostics,
      "diagnostics that fit",
    );
  }

  /** The versions for which diagnostics were published, in order. */
  publishedVersions(uri: string): (number | undefined)[] {
    return this.#published.all.filter((each) => each.uri === uri).map(({ version }) => version);
  }

  async refreshed(method: string): Promise<void> {
    await this.#published.until(
      () => (this.refreshes.includes(method) ? true : undefined),
      `a request ${method}`,
    );
  }

  /** Shuts the server down as the protocol asks and gives its exit code. */
  async quit(): Promise<number | null> {
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    const [code] = await this.#exited;
    this.connection.dispose();
    return typeof code === "number" ? code : null;
  }

  /** Ends the server whatever it does; does nothing when it has ended. */
  kill(): void {
    this.#process.kill();
  }
}

interface Started {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcess;
  readonly log: string[];
  readonly refreshes: string[];
  readonly published: Publications;
}

const deadline = 20_000;

/** What arrives without being asked for, and those who wait for it. */
class Publications {
  readonly all: PublishDiagnosticsParams[] = [];
  readonly #waiting = new Set<() => void>();

  add(params: PublishDiagnosticsParams): void {
    this.all.push(params);
    this.wake();
  }

  wake(): void {
    for (const look of this.#waiting) {
      look();
    }
  }

  /** Rejects when nothing fits within 20 seconds. */
  async until<T>(
    find: (all: readonly PublishDiagnosticsParams[]) => T | undefined,
    what: string,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`The server sent no ${what}.`));
      }, deadline);
      const look = (): void => {
        const found = find(this.all);
        if (found !== undefined) {
          clearTimeout(timer);
          this.#waiting.delete(look);
          resolve(found);
        }
      };
      this.#waiting.add(look);
      look();
    });
  }
}
