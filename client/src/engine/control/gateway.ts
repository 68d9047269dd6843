import { randomUUID } from "node:crypto";
import type { BuildStep } from "../build.ts";
import type { DockerfileText } from "../dockerfileText.ts";
import { EngineError } from "../engineError.ts";
import { onAbort } from "../onAbort.ts";
import { writeFields } from "../protobuf.ts";
import type { ProtobufValue } from "../protobuf.ts";
import type { RegistryCredentials } from "../registryCredentials.ts";
import { openSession, sharedKey } from "../session.ts";
import type { Session } from "../session.ts";
import { diskFolder, memoryFolder } from "../sessionFileSync.ts";
import type { SharedFolder } from "../sessionFileSync.ts";
import { TraceDecoder } from "../traceDecoder.ts";
import type { Transport } from "../transport.ts";
import { openGrpc } from "./grpcConnection.ts";
import type { GrpcConnection } from "./grpcConnection.ts";
import { Llb } from "./llb.ts";
import { ProtobufMessage } from "./protobufMessage.ts";

export interface GatewayOptions {
  /** Aborting ends the opening, and later everything that is under way. */
  readonly signal?: AbortSignal | undefined;
  readonly credentialsFor?: (host: string) => Promise<RegistryCredentials | undefined>;
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * A build that does nothing by itself, in which the engine's builder answers
 * questions and solves graphs for as long as it is open. It appears in no
 * history. Rejects with EngineError only. Messages:
 * https://github.com/moby/buildkit/blob/v0.25.2/frontend/gateway/pb/gateway.proto
 */
export class Gateway {
  readonly #connection: GrpcConnection;
  readonly #session: Session;
  readonly #ref: string;
  readonly #dockerfiles: Map<string, Buffer>;
  readonly #trace = new TraceDecoder();
  readonly #steps = new Map<string, BuildStep>();
  readonly #output = new Map<string, string>();
  readonly #waiting = new Set<() => void>();
  /** Settles when the build has ended; never rejects. */
  readonly #ended: Promise<void>;
  #stopListening: () => void = () => undefined;
  #hasEnded = false;
  #endedByUs = false;

  private constructor(
    connection: GrpcConnection,
    session: Session,
    dockerfiles: Map<string, Buffer>,
    signal: AbortSignal | undefined,
  ) {
    this.#connection = connection;
    this.#session = session;
    this.#dockerfiles = dockerfiles;
    this.#ref = randomUUID().replaceAll("-", "");
    this.#ended = Promise.allSettled([this.#build(), this.#watch()]).then(() => this.#end());
    this.#stopListening = onAbort(signal, () => {
      this.#endedByUs = true;
      this.#end();
    });
  }

  /** Rejects with `unsupported` where the engine serves no such thing. */
  static async open(
    transport: Pick<Transport, "endpoint" | "hijack">,
    contextFolder: string,
    { signal, credentialsFor }: GatewayOptions = {},
  ): Promise<Gateway> {
    const dockerfiles = new Map<string, Buffer>();
    const connection = await openGrpc(transport, signal);
    try {
      const session = await openSession(transport, {
        folders: new Map([
          ["context", diskFolder(contextFolder)],
          ["dockerfile", changingFolder(dockerfiles)],
        ]),
        // That of our builds, so that the engine compares with the files that it has from them.
        sharedKey: sharedKey(contextFolder),
        ...(credentialsFor === undefined ? {} : { credentialsFor }),
      });
      return new Gateway(connection, session, dockerfiles, signal);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** Whether nothing more can be asked. */
  get closed(): boolean {
    return this.#hasEnded || this.#connection.closed;
  }

  /** What the builder has said of a step that it came across. */
  step(digest: string): BuildStep | undefined {
    return this.#steps.get(digest);
  }

  /** The beginning of what a step has put out. */
  output(digest: string): string {
    return this.#output.get(digest) ?? "";
  }

  /** The build graph of a text; `undefined` where it needs no step at all. */
  async graph(text: DockerfileText, options: CallOptions = {}): Promise<Llb | undefined> {
    const result = await this.#askFrontend(text, {}, options);
    const definition = (result.message(3) ?? firstOf(result.message(4)?.map(1)))?.bytes(2);
    return definition === undefined ? undefined : Llb.read(definition);
  }

  /** The JSON that the frontend answers a question with, such as `frontend.lint`. */
  async ask(text: DockerfileText, question: string, options: CallOptions = {}): Promise<unknown> {
    const result = await this.#askFrontend(text, { requestid: question }, options);
    const json = result.map(10).get("result.json");
    if (json === undefined) {
      // An old frontend overhears the question and makes the graph.
      throw new EngineError("unsupported", `The engine's Dockerfile frontend has no ${question}.`);
    }
    try {
      return JSON.parse(json.toString());
    } catch (error) {
      throw new EngineError("engine-failed", `The answer to ${question} is not JSON.`, {
        cause: error,
      });
    }
  }

  /** Solves a Definition, which executes whatever is not cached. */
  async solve(definition: Buffer, options: CallOptions = {}): Promise<void> {
    await this.#bridge("Solve", [[1, definition], [14, true], ...newResults], options);
  }

  /**
   * Resolves when the condition holds, looked at whenever the builder says
   * something, or after this time: it tells what it did beside its answer,
   * possibly a little later.
   */
  async until(condition: () => boolean, milliseconds: number): Promise<void> {
    const deadline = performance.now() + milliseconds;
    while (!condition() && !this.#hasEnded) {
      const left = deadline - performance.now();
      if (left <= 0) {
        return;
      }
      await this.#nextWord(left);
    }
  }

  /** Ends the build and the connections. Never rejects. */
  async close(): Promise<void> {
    this.#endedByUs = true;
    if (!this.#hasEnded) {
      const nothing = writeFields([
        [1, 1],
        [2, "nothing was to be built"],
      ]);
      await this.#bridge("Return", [[2, nothing]], {}).catch(() => undefined);
      const timer = setTimeout(() => this.#end(), endingMs);
      await this.#ended;
      clearTimeout(timer);
    }
    this.#end();
  }

  async #askFrontend(
    { text, name, ignoreText, target, buildArguments = {}, platform }: DockerfileText,
    more: Readonly<Record<string, string>>,
    options: CallOptions,
  ): Promise<ProtobufMessage> {
    // Within a build the frontend reads a file of the same name only once.
    const uniqueName = `${randomUUID()}.${name}`;
    const given = {
      filename: uniqueName,
      ...(target === undefined ? {} : { target }),
      ...(platform === undefined ? {} : { platform }),
      ...Object.fromEntries(
        Object.entries(buildArguments).map(([key, value]) => [`build-arg:${key}`, value]),
      ),
      ...more,
    };
    const ignoreName = `${uniqueName}.dockerignore`;
    this.#dockerfiles.set(uniqueName, Buffer.from(text));
    if (ignoreText !== undefined) {
      this.#dockerfiles.set(ignoreName, Buffer.from(ignoreText));
    }
    try {
      const answer = await this.#bridge(
        "Solve",
        [
          [2, "dockerfile.v0"],
          ...Object.entries(given).map(([key, value]) => [3, mapEntry(key, value)] as const),
          ...newResults,
        ],
        options,
      );
      return answer.message(3) ?? new ProtobufMessage(Buffer.alloc(0));
    } catch (error) {
      throw said(error, uniqueName, name);
    } finally {
      this.#dockerfiles.delete(uniqueName);
      this.#dockerfiles.delete(ignoreName);
    }
  }

  async #bridge(
    method: string,
    request: readonly (readonly [number, ProtobufValue])[],
    { signal }: CallOptions,
  ): Promise<ProtobufMessage> {
    if (this.#hasEnded && !this.#endedByUs) {
      throw new EngineError("unreachable", "The engine's builder has ended the conversation.");
    }
    const answer = await this.#connection.unary(
      `/moby.buildkit.v1.frontend.LLBBridge/${method}`,
      writeFields(request),
      { signal, metadata: { "buildkit-controlapi-buildid": this.#ref } },
    );
    return new ProtobufMessage(answer);
  }

  async #build(): Promise<void> {
    const request = [
      [1, this.#ref],
      [5, this.#session.id],
      [11, true],
    ] as const;
    await this.#connection.unary("/moby.buildkit.v1.Control/Solve", writeFields(request));
  }

  async #watch(): Promise<void> {
    const request = writeFields([[1, this.#ref]]);
    for await (const message of this.#connection.stream(
      "/moby.buildkit.v1.Control/Status",
      request,
    )) {
      for (const event of this.#trace.decode(message)) {
        if (event.type === "step") {
          this.#steps.set(event.step.digest, event.step);
        } else if (event.type === "log") {
          const text = this.output(event.digest) + event.text;
          this.#output.set(event.digest, text.slice(0, longestOutput));
        }
      }
      this.#wake();
    }
  }

  /** Resolves when the builder has said something, or after this time. */
  async #nextWord(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#waiting.add(done);
    });
  }

  #wake(): void {
    for (const done of this.#waiting) {
      done();
    }
  }

  #end(): void {
    if (!this.#hasEnded) {
      this.#hasEnded = true;
      this.#stopListening();
      this.#connection.close();
      this.#session.close();
      this.#wake();
    }
  }
}

/** The results are wanted in today's form, with their graphs. */
const newResults = [
  [5, true],
  [6, true],
] as const;

const longestOutput = 10_000;
/** How long it may take to end a build that is given up. */
const endingMs = 2_000;

/** The files as they are when they are asked for. */
function changingFolder(files: ReadonlyMap<string, Buffer>): SharedFolder {
  return {
    entries: (filter, signal) => memoryFolder(files).entries(filter, signal),
    read: (path) => memoryFolder(files).read(path),
  };
}

function mapEntry(key: string, value: string): Buffer {
  return writeFields([
    [1, key],
    [2, value],
  ]);
}

function firstOf(refs: ReadonlyMap<string, Buffer> | undefined): ProtobufMessage | undefined {
  const [first] = refs?.values() ?? [];
  return first === undefined ? undefined : new ProtobufMessage(first);
}

/** What the frontend says against a text, with the file's own name; not what went wrong on the way. */
function said(error: unknown, uniqueName: string, name: string): unknown {
  if (!(error instanceof EngineError) || error.reason !== "engine-failed") {
    return error;
  }
  const words = error.message
    .replaceAll(uniqueName, name)
    .replace("failed to solve with frontend dockerfile.v0: ", "")
    .replace("failed to create LLB definition: ", "");
  const reason = words.startsWith("unsupported request")
    ? "unsupported"
    : /failed to (?:resolve|load|fetch|do request|authorize)|pull access denied/.test(words)
      ? "engine-failed"
      : "bad-request";
  return new EngineError(reason, words, { cause: error.cause });
}
