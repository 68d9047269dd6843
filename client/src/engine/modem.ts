import Docker from "dockerode";
import type { DockerOptions } from "dockerode";
import type { Readable } from "node:stream";
import { EngineError } from "./engineError.ts";
import { toEngineError } from "./toEngineError.ts";
import type { QueryValue } from "./requestQuery.ts";
import type { Transport, TransportRequest } from "./transport.ts";

/** Answers to questions come at once; work such as stopping, pruning or removing may take its time. */
const questionTimeoutMs = 60_000;
const workTimeoutMs = 600_000;

/** dockerode over our own transport, so that nothing of the environment changes where a call goes. */
export function createDocker(transport: Transport): Docker {
  const modem = { dial: dialThrough(transport) };
  // dockerode takes any object with these functions; its types do not say so.
  return new Docker({ modem } as unknown as DockerOptions);
}

/** What dockerode gives to `modem.dial`, as far as the calls that we make use it. */
interface DialOptions {
  readonly path: string;
  readonly method: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly authconfig?: unknown;
  readonly abortSignal?: AbortSignal;
  readonly isStream?: boolean;
  readonly hijack?: boolean;
}

type DialCallback = (error: EngineError | null, answer?: unknown) => void;

function dialThrough(
  transport: Transport,
): (options: DialOptions, callback: DialCallback) => Promise<void> {
  return async (options, callback) => {
    const outcome = await perform(transport, options).then(
      (answer) => ({ error: null, answer }),
      (error: unknown) => ({ error: toEngineError(error), answer: undefined }),
    );
    callback(outcome.error, outcome.answer);
  };
}

async function perform(transport: Transport, options: DialOptions): Promise<unknown> {
  const { abortSignal: _signal, authconfig: _auth, ...rest } = options.options ?? {};
  const takesQuery = options.path.includes("?");
  const body = rest["_body"] ?? rest;
  const hasBody = options.method === "POST" && options.options !== undefined && !isEmpty(body);
  const request: TransportRequest = {
    method: method(options.method),
    path: options.path.replace(/\?$/, ""),
    ...(takesQuery ? { query: (rest["_query"] ?? rest) as Record<string, QueryValue> } : {}),
    ...(hasBody ? { body: JSON.stringify(body) } : {}),
    signal: options.abortSignal,
  };
  if (options.hijack === true) {
    return await transport.hijack(request);
  }
  if (options.isStream === true) {
    const { body: stream }: { body: Readable } = await transport.request(request);
    return stream;
  }
  const timeoutMs = options.method === "GET" ? questionTimeoutMs : workTimeoutMs;
  return await transport.json({ ...request, timeoutMs });
}

function isEmpty(value: unknown): boolean {
  return typeof value !== "object" || value === null || Object.keys(value).length === 0;
}

function method(name: string): TransportRequest["method"] {
  switch (name) {
    case "GET":
    case "HEAD":
    case "POST":
    case "PUT":
    case "DELETE":
      return name;
    default:
      throw new EngineError("bad-request", `The method ${name} is not one of the engine's.`);
  }
}
