import { setMaxListeners } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import type {
  ClientRequest,
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
} from "node:http";
import type { Duplex, Readable } from "node:stream";
import { dial, parseEndpointUrl } from "./dial.ts";
import type { Endpoint } from "./endpoint.ts";
import { EngineError } from "./engineError.ts";
import { onAbort } from "./onAbort.ts";
import { redacted, withQuery } from "./requestQuery.ts";
import type { QueryValue } from "./requestQuery.ts";
import { httpError, toEngineError } from "./toEngineError.ts";

export interface TransportRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  /** Without the API version, such as `/containers/json`; parts that users name must be encoded. May carry a query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** A list is sent as one header per value. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text and bytes are sent with their length, a stream in chunks. Text is sent as JSON unless a header says otherwise. */
  readonly body?: string | Uint8Array | Readable;
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds until the answer's head has come (`request`, `hijack`) or all
   * of the answer (`text`, `json`). None when absent or 0.
   */
  readonly timeoutMs?: number;
  /** Sends the path as it is, without the API version in front. */
  readonly unversioned?: boolean;
}

export interface TransportResponse {
  /** 2xx, or 304 where the engine says that there was nothing to do. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /**
   * The answer as it comes. Must be read or destroyed. Aborting the request's
   * signal destroys it with EngineError `cancelled`; an error of any other
   * kind goes through `toEngineError`.
   */
  readonly body: Readable;
}

/** A request that ended or failed, without anything secret in it. */
export interface RequestRecord {
  readonly method: string;
  /** With the query, without the values of it that may hold secrets. */
  readonly path: string;
  /** Absent when no answer came. */
  readonly status?: number;
  readonly milliseconds: number;
  readonly error?: string;
}

export interface TransportOptions {
  readonly onRequest?: (record: RequestRecord) => void;
}

/** HTTP to one engine, whichever way it is reached. Every method rejects with EngineError only. */
export interface Transport {
  readonly endpoint: Endpoint;
  /** The API version that we and the engine both speak, such as `1.41`; asked once. */
  apiVersion(signal?: AbortSignal): Promise<string>;
  /** Forgets the API version, because the engine may have been replaced. */
  forgetVersion(): void;
  /** Resolves with the head of the answer; a status of 400 or more rejects. */
  request(request: TransportRequest): Promise<TransportResponse>;
  /** The whole answer as text; bounded to 64 MiB. */
  text(request: TransportRequest): Promise<string>;
  /** The whole answer as JSON; `undefined` for an empty one. */
  json(request: TransportRequest): Promise<unknown>;
  /**
   * Sends the request with an upgrade header and resolves with the bare
   * two-way stream. `protocol` is `tcp` for attach and exec, `h2c` for
   * `/session` and `/grpc`. Aborting the signal destroys the stream, also later.
   */
  hijack(request: TransportRequest, protocol?: "tcp" | "h2c"): Promise<Duplex>;
  /** Ends every connection; what is under way is `cancelled`. */
  dispose(): void;
}

/** The newest API version whose answers we know, and the oldest engine that we support (20.10). */
const newestApiVersion = "1.51";
const oldestApiVersion = "1.40";

const longestAnswer = 64 * 1024 * 1024;
const pingTimeoutMs = 20_000;

/** Opens nothing yet. Throws EngineError `bad-endpoint` where the endpoint's url makes no sense. */
export function createTransport(endpoint: Endpoint, options: TransportOptions = {}): Transport {
  return new HttpTransport(endpoint, options);
}

/** `first` is older than (negative), the same as (0) or newer than (positive) `second`. */
export function compareVersions(first: string, second: string): number {
  const [a = 0, b = 0] = first.split(".").map(Number);
  const [c = 0, d = 0] = second.split(".").map(Number);
  return a - c || b - d;
}

class HttpTransport implements Transport {
  readonly endpoint: Endpoint;
  readonly #agent: DialingAgent;
  readonly #onRequest: ((record: RequestRecord) => void) | undefined;
  readonly #disposed = new AbortController();
  #version: Promise<string> | undefined;

  constructor(endpoint: Endpoint, options: TransportOptions) {
    this.endpoint = endpoint;
    this.#agent = new DialingAgent(endpoint);
    this.#onRequest = options.onRequest;
    // Every call under way listens.
    setMaxListeners(0, this.#disposed.signal);
  }

  async apiVersion(signal?: AbortSignal): Promise<string> {
    // Whoever comes first asks for all, so the question must not end with the first one's signal.
    this.#version ??= this.#negotiate().catch((error: unknown) => {
      this.#version = undefined;
      throw error;
    });
    return await cancellable(this.#version, signal);
  }

  forgetVersion(): void {
    this.#version = undefined;
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    const path = await this.#fullPath(request);
    const response = await this.#send(request, path, undefined);
    return { status: response.statusCode ?? 0, headers: response.headers, body: response };
  }

  async text(request: TransportRequest): Promise<string> {
    const deadline = new Deadline(request, this.endpoint.url);
    try {
      const { body } = await this.request({ ...request, signal: deadline.signal, timeoutMs: 0 });
      return await readText(body, this.endpoint.url);
    } catch (error) {
      throw deadline.judge(error);
    } finally {
      deadline.clear();
    }
  }

  async json(request: TransportRequest): Promise<unknown> {
    const text = await this.text(request);
    if (text.trim() === "") {
      return undefined;
    }
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new EngineError(
        "engine-failed",
        "The container engine sent something that is not JSON.",
        { cause: error },
      );
    }
  }

  async hijack(request: TransportRequest, protocol: "tcp" | "h2c" = "tcp"): Promise<Duplex> {
    const path = await this.#fullPath(request);
    return await this.#send(request, path, protocol);
  }

  dispose(): void {
    this.#disposed.abort();
    this.#agent.destroy();
  }

  async #fullPath(request: TransportRequest): Promise<string> {
    const path = withQuery(request.path, request.query);
    return request.unversioned === true
      ? path
      : `/v${await this.apiVersion(request.signal)}${path}`;
  }

  async #negotiate(): Promise<string> {
    const response = await this.request({
      method: "GET",
      path: "/_ping",
      unversioned: true,
      timeoutMs: pingTimeoutMs,
    });
    // Read to its end, so that the connection serves the next call.
    await readText(response.body, this.endpoint.url);
    const header = response.headers["api-version"];
    const offered =
      typeof header === "string" && /^\d+\.\d+$/.test(header) ? header : oldestApiVersion;
    if (compareVersions(offered, oldestApiVersion) < 0) {
      const text = `The container engine is too old: it speaks API ${offered}, Slipway needs ${oldestApiVersion} (Docker 20.10) or later.`;
      throw new EngineError("unsupported", text);
    }
    return compareVersions(offered, newestApiVersion) > 0 ? newestApiVersion : offered;
  }

  #send(request: TransportRequest, path: string, protocol: undefined): Promise<IncomingMessage>;
  #send(request: TransportRequest, path: string, protocol: string): Promise<Duplex>;
  async #send(
    request: TransportRequest,
    path: string,
    protocol: string | undefined,
  ): Promise<IncomingMessage | Duplex> {
    const started = performance.now();
    const record = (status: number | undefined, error?: EngineError): void =>
      this.#onRequest?.({
        method: request.method,
        path: redacted(path),
        milliseconds: Math.round(performance.now() - started),
        ...(status === undefined ? {} : { status }),
        ...(error === undefined ? {} : { error: error.reason }),
      });
    for (let attempt = 1; ; attempt++) {
      const sent: { request?: ClientRequest } = {};
      try {
        const answer = await this.#sendOnce(request, path, protocol, sent);
        record("statusCode" in answer ? answer.statusCode : 101);
        return answer;
      } catch (error) {
        // The engine may close a kept connection just as we use it again; the request never arrived.
        const stale =
          sent.request?.reusedSocket === true &&
          error instanceof EngineError &&
          error.reason === "unreachable";
        if (stale && attempt === 1 && !isStream(request.body)) {
          continue;
        }
        const failure = toEngineError(error, { url: this.endpoint.url, signal: request.signal });
        record(failure.status, failure);
        throw failure;
      }
    }
  }

  /** One try; resolves with the answer's head or the upgraded stream. */
  #sendOnce(
    request: TransportRequest,
    path: string,
    protocol: string | undefined,
    sent: { request?: ClientRequest },
  ): Promise<IncomingMessage | Duplex> {
    const { url } = this.endpoint;
    return new Promise((resolve, reject) => {
      if (this.#disposed.signal.aborted || request.signal?.aborted === true) {
        reject(cancelled());
        return;
      }
      const outgoing = httpRequest({
        agent: this.#agent,
        method: request.method,
        path,
        headers: headersOf(request, protocol),
      });
      sent.request = outgoing;
      /** What ends together with the request: the request itself, later its answer or the upgraded stream. */
      let live: { destroy(error?: Error): unknown } = outgoing;
      const end = (error: EngineError): void => {
        live.destroy(error);
        reject(error);
      };
      const listening = [this.#disposed.signal, request.signal].map((signal) =>
        onAbort(signal, () => end(cancelled())),
      );
      const stopListening = (): void => listening.forEach((stop) => stop());
      const timer =
        request.timeoutMs === undefined || request.timeoutMs === 0
          ? undefined
          : setTimeout(() => end(timedOut(url, request.timeoutMs ?? 0)), request.timeoutMs);

      outgoing.once("error", (error) => {
        clearTimeout(timer);
        stopListening();
        reject(toEngineError(error, { url, signal: request.signal }));
      });
      // A later error (an abort while the body is still being sent) has been reported by then.
      outgoing.on("error", () => undefined);
      outgoing.once("response", (response) => {
        clearTimeout(timer);
        live = response;
        response.once("close", stopListening);
        // Errors reach whoever reads; without a reader they must not end the process.
        response.on("error", () => outgoing.destroy());
        const status = response.statusCode ?? 0;
        if (status >= 400 || protocol !== undefined) {
          readText(response, url).then(
            (body) => reject(status >= 400 ? httpError(status, body) : noUpgrade()),
            (error: unknown) => reject(toEngineError(error, { url, signal: request.signal })),
          );
        } else {
          resolve(response);
        }
      });
      outgoing.once("upgrade", (_response, socket: Duplex, head: Buffer) => {
        clearTimeout(timer);
        live = socket;
        socket.once("close", stopListening);
        socket.on("error", () => undefined);
        if (head.length > 0) {
          socket.unshift(head);
        }
        resolve(socket);
      });
      sendBody(outgoing, request.body);
    });
  }
}

/**
 * Node's own pool over connections of our own making. TLS and ssh cost a
 * handshake, so those connections are kept between requests; a local socket
 * costs nothing.
 */
class DialingAgent extends Agent {
  readonly #endpoint: Endpoint;

  constructor(endpoint: Endpoint) {
    const costly = parseEndpointUrl(endpoint.url).kind === "ssh" || endpoint.tls !== undefined;
    super({ keepAlive: costly, maxFreeSockets: 4 });
    this.#endpoint = endpoint;
  }

  override createConnection(): Duplex {
    return dial(this.#endpoint);
  }
}

/** A time limit over a whole exchange, joined with the caller's own signal. */
class Deadline {
  readonly signal: AbortSignal;
  readonly #request: TransportRequest;
  readonly #url: string;
  readonly #timer: NodeJS.Timeout | undefined;
  #passed = false;

  constructor(request: TransportRequest, url: string) {
    const controller = new AbortController();
    this.#request = request;
    this.#url = url;
    if (request.timeoutMs !== undefined && request.timeoutMs > 0) {
      this.#timer = setTimeout(() => {
        this.#passed = true;
        controller.abort();
      }, request.timeoutMs);
    }
    this.signal =
      request.signal === undefined
        ? controller.signal
        : AbortSignal.any([request.signal, controller.signal]);
  }

  /** A call that we cut off ourselves fails by its time, not by the cut. */
  judge(error: unknown): EngineError {
    return this.#passed && this.#request.signal?.aborted !== true
      ? timedOut(this.#url, this.#request.timeoutMs ?? 0)
      : toEngineError(error, { url: this.#url, signal: this.#request.signal });
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

function headersOf(request: TransportRequest, protocol: string | undefined): OutgoingHttpHeaders {
  const { body } = request;
  return {
    Host: "api.moby.localhost",
    "User-Agent": "Slipway",
    ...(typeof body === "string" ? { "Content-Type": "application/json" } : {}),
    ...(body instanceof Uint8Array || isStream(body)
      ? { "Content-Type": "application/x-tar" }
      : {}),
    ...(typeof body === "string" ? { "Content-Length": Buffer.byteLength(body) } : {}),
    ...(body instanceof Uint8Array ? { "Content-Length": body.length } : {}),
    ...(body === undefined && request.method !== "GET" && request.method !== "HEAD"
      ? { "Content-Length": 0 }
      : {}),
    ...(protocol === undefined ? {} : { Connection: "Upgrade", Upgrade: protocol }),
    ...Object.fromEntries(
      Object.entries(request.headers ?? {}).map(([name, value]) => [
        name,
        typeof value === "string" ? value : [...value],
      ]),
    ),
  };
}

function sendBody(outgoing: ClientRequest, body: TransportRequest["body"]): void {
  if (body === undefined) {
    outgoing.end();
  } else if (isStream(body)) {
    body.once("error", (error) => outgoing.destroy(error));
    outgoing.once("close", () => body.destroy());
    body.pipe(outgoing);
  } else {
    outgoing.end(body);
  }
}

function isStream(body: TransportRequest["body"]): body is Readable {
  return typeof body === "object" && !(body instanceof Uint8Array);
}

async function readText(body: Readable, url: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > longestAnswer) {
        throw new EngineError("engine-failed", "The container engine's answer is too long.");
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw toEngineError(error, { url });
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Settles as the promise does, or rejects with `cancelled` as soon as the signal says so. */
async function cancellable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const stopListening = onAbort(signal, () => reject(cancelled()));
    promise.then(resolve, reject).finally(stopListening);
  });
}

function cancelled(): EngineError {
  return new EngineError("cancelled", "The operation was cancelled.");
}

function timedOut(url: string, milliseconds: number): EngineError {
  return new EngineError(
    "timeout",
    `No answer from the container engine at ${url} within ${milliseconds / 1000} seconds.`,
  );
}

function noUpgrade(): EngineError {
  return new EngineError(
    "unsupported",
    "The container engine did not open the two-way stream that was asked for.",
  );
}
