/**
 * Why the engine layer failed: a closed list, so that everybody who shows a
 * failure can be exhaustive about it.
 */
export type EngineErrorReason =
  /** No socket, or nobody listening on it. */
  | "unreachable"
  /** The socket is there but this user may not open it. */
  | "no-permission"
  /** The endpoint's text makes no sense, or names a host that does not exist. */
  | "bad-endpoint"
  /** TLS was refused by either side. */
  | "tls"
  | "timeout"
  | "cancelled"
  /** 404: the object is gone. */
  | "not-found"
  /** 409: the engine refuses because something else uses the object, or a name is taken. */
  | "conflict"
  /** 400: the engine does not understand what we asked for. */
  | "bad-request"
  /** 401 or 403, and registries that deny access. */
  | "unauthorized"
  /** An instruction of the Dockerfile failed. */
  | "build-failed"
  /** 5xx, and whatever else the engine says. */
  | "engine-failed"
  /** The engine is too old for what we asked. */
  | "unsupported";

/** The one error that the engine layer throws. `message` is an English sentence that says what went wrong and, where we know, what to do. */
export class EngineError extends Error {
  readonly reason: EngineErrorReason;
  /** HTTP status, where the engine answered at all. */
  readonly status: number | undefined;

  constructor(
    reason: EngineErrorReason,
    message: string,
    options?: { cause?: unknown; status?: number },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = "EngineError";
    this.reason = reason;
    this.status = options?.status;
  }
}
