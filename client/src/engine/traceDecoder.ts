import { StringDecoder } from "node:string_decoder";
import type { BuildEvent, BuildStep, StepState } from "./build.ts";
import { readFields } from "./protobuf.ts";

/**
 * Turns BuildKit's trace, the `moby.buildkit.trace` messages of `POST /build`,
 * into events. A step (vertex) is reported several times, possibly started
 * twice, and its output is cut anywhere: the decoder remembers what was said
 * before. Messages: StatusResponse of
 * https://github.com/moby/buildkit/blob/v0.25.2/api/services/control/control.proto
 */
export class TraceDecoder {
  readonly #steps = new Map<string, BuildStep>();
  readonly #ends = new Map<string, number>();
  readonly #transfers = new Map<string, Map<string, Transfer>>();
  readonly #decoders = new Map<string, StringDecoder>();

  /** Every step so far, in the order in which BuildKit first named them. */
  get steps(): readonly BuildStep[] {
    return [...this.#steps.values()];
  }

  /** The events of one StatusResponse. Throws EngineError when it is cut short. */
  decode(statusResponse: Buffer): BuildEvent[] {
    const changed = new Set<string>();
    const rest: BuildEvent[] = [];
    for (const { field, bytes } of readFields(statusResponse)) {
      switch (field) {
        case 1:
          changed.add(this.#readVertex(bytes));
          break;
        case 2: {
          const digest = this.#readTransfer(bytes);
          if (this.#steps.has(digest)) {
            changed.add(digest);
          }
          break;
        }
        case 3:
          rest.push(...this.#readLog(bytes));
          break;
        case 4:
          rest.push(readWarning(bytes));
          break;
        default:
          break;
      }
    }
    const steps: BuildEvent[] = [];
    for (const digest of changed) {
      const step = this.#steps.get(digest);
      if (step !== undefined) {
        steps.push({ type: "step", step });
      }
    }
    return [...steps, ...rest];
  }

  /**
   * No message follows: the steps that never ended were cancelled, and what
   * is left of a broken character comes out.
   */
  end(): BuildEvent[] {
    const events: BuildEvent[] = [];
    for (const [key, decoder] of this.#decoders) {
      events.push(...logEvents(key, decoder.end()));
    }
    this.#decoders.clear();
    for (const [digest, step] of this.#steps) {
      if (step.state === "running" || step.state === "waiting") {
        const { progress: _, ...kept } = step;
        const cancelled: BuildStep = { ...kept, state: "cancelled" };
        this.#steps.set(digest, cancelled);
        events.push({ type: "step", step: cancelled });
      }
    }
    return events;
  }

  #readVertex(message: Buffer): string {
    let digest = "";
    let name = "";
    let cached = false;
    let started: number | undefined;
    let completed: number | undefined;
    let error = "";
    const inputs: string[] = [];
    for (const { field, number, bytes } of readFields(message)) {
      if (field === 1) {
        digest = bytes.toString();
      } else if (field === 2) {
        inputs.push(bytes.toString());
      } else if (field === 3) {
        name = bytes.toString();
      } else if (field === 4) {
        cached = number !== 0;
      } else if (field === 5) {
        started = readTimestamp(bytes);
      } else if (field === 6) {
        completed = readTimestamp(bytes);
      } else if (field === 7) {
        error = bytes.toString();
      }
    }
    const before = this.#steps.get(digest);
    const wasCached = cached || before?.state === "cached";
    const startedAt = least(before?.startedAt, started);
    const ended = greatest(this.#ends.get(digest), completed);
    const failure = error === "" ? before?.error : error;
    const state = stateOf(wasCached, started, completed, failure);
    const progress = state === "running" ? before?.progress : undefined;
    const basis = inputs.length > 0 ? inputs : before?.inputs;
    // Looking a step up in the cache counts as a run of it, which ends before the real one.
    const completedAt = state === "running" ? undefined : ended;
    if (ended !== undefined) {
      this.#ends.set(digest, ended);
    }
    this.#steps.set(digest, {
      digest,
      name: name === "" ? (before?.name ?? "") : name,
      ...(basis === undefined ? {} : { inputs: basis }),
      state,
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(completedAt === undefined ? {} : { completedAt }),
      ...(failure === undefined ? {} : { error: failure }),
      ...(progress === undefined ? {} : { progress }),
    });
    return digest;
  }

  /** A VertexStatus: bytes of one layer or of the context; a step may have many under way. */
  #readTransfer(message: Buffer): string {
    let id = "";
    let digest = "";
    let current = 0;
    let total = 0;
    let completed = false;
    for (const { field, number, bytes } of readFields(message)) {
      if (field === 1) {
        id = bytes.toString();
      } else if (field === 2) {
        digest = bytes.toString();
      } else if (field === 4) {
        current = number;
      } else if (field === 5) {
        total = number;
      } else if (field === 8) {
        completed = true;
      }
    }
    const transfers = this.#transfers.get(digest) ?? new Map<string, Transfer>();
    this.#transfers.set(digest, transfers);
    const what = kindOfTransfer(id);
    transfers.set(id, { what, current, total });
    const step = this.#steps.get(digest);
    // A transfer that only says that it is there, as "exporting layers" does, has nothing to count.
    if (step?.state === "running" && (current > 0 || total > 0 || !completed)) {
      const alike = [...transfers.values()].filter((transfer) => transfer.what === what);
      const isUnknown = alike.some((transfer) => transfer.total === 0);
      this.#steps.set(digest, {
        ...step,
        progress: {
          what,
          current: sum(alike.map((transfer) => transfer.current)),
          total: isUnknown ? 0 : sum(alike.map((transfer) => transfer.total)),
        },
      });
    }
    return digest;
  }

  #readLog(message: Buffer): BuildEvent[] {
    let digest = "";
    let stream = 0;
    let output: Buffer = Buffer.alloc(0);
    for (const { field, number, bytes } of readFields(message)) {
      if (field === 1) {
        digest = bytes.toString();
      } else if (field === 3) {
        stream = number;
      } else if (field === 4) {
        output = bytes;
      }
    }
    const key = `${stream === 2 ? "stderr" : "stdout"} ${digest}`;
    const decoder = this.#decoders.get(key) ?? new StringDecoder("utf8");
    this.#decoders.set(key, decoder);
    return logEvents(key, decoder.write(output));
  }
}

interface Transfer {
  readonly what: string;
  readonly current: number;
  readonly total: number;
}

/** What the transfers of several layers have in common: their name without the digest. A bare digest is a layer that is downloaded. */
function kindOfTransfer(id: string): string {
  const kind = id.replace(/[ @]?\bsha(?:256|512):[0-9a-f]{32,}/, "").trim();
  return kind === "" ? "downloading" : kind;
}

function stateOf(
  cached: boolean,
  started: number | undefined,
  completed: number | undefined,
  error: string | undefined,
): StepState {
  if (error !== undefined) {
    // A command that BuildKit kills, since another step failed, has an exit code too.
    return error.endsWith("context canceled") ? "cancelled" : "failed";
  }
  if (cached) {
    return "cached";
  }
  if (completed !== undefined) {
    return "done";
  }
  return started === undefined ? "waiting" : "running";
}

function logEvents(key: string, text: string): BuildEvent[] {
  const [stream, digest] = key.split(" ");
  return text === "" || digest === undefined
    ? []
    : [{ type: "log", digest, stream: stream === "stderr" ? "stderr" : "stdout", text }];
}

function readWarning(message: Buffer): BuildEvent {
  let short = "";
  let url = "";
  let startLine: number | undefined;
  let endLine: number | undefined;
  for (const { field, bytes } of readFields(message)) {
    if (field === 3) {
      short = bytes.toString();
    } else if (field === 5) {
      url = bytes.toString();
    } else if (field === 7) {
      for (const position of readFields(bytes)) {
        const line = readLine(position.bytes);
        startLine = least(startLine, line);
        endLine = greatest(endLine, line);
      }
    }
  }
  return {
    type: "warning",
    message: short,
    ...(url === "" ? {} : { url }),
    ...(startLine === undefined ? {} : { startLine }),
    ...(endLine === undefined ? {} : { endLine }),
  };
}

/** The line of a Position. */
function readLine(message: Buffer): number | undefined {
  for (const { field, number } of readFields(message)) {
    if (field === 1) {
      return number;
    }
  }
  return undefined;
}

/** Milliseconds since 1970. */
function readTimestamp(message: Buffer): number {
  let milliseconds = 0;
  for (const { field, number } of readFields(message)) {
    milliseconds += field === 1 ? number * 1000 : number / 1e6;
  }
  return milliseconds;
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}

function greatest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
