import { EngineError } from "./engineError.ts";
import type { EngineErrorReason } from "./engineError.ts";

/** What is known about the call that failed, for a better sentence. */
export interface FailureContext {
  /** The endpoint's url, to be named in the sentence. */
  readonly url?: string;
  /** The signal that the call was given; once it is aborted, every failure is `cancelled`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Turns whatever a socket, TLS, a child process or a parser threw into an
 * EngineError with a sentence for the user. An EngineError stays as it is.
 */
export function toEngineError(error: unknown, context: FailureContext = {}): EngineError {
  if (error instanceof EngineError) {
    return error;
  }
  if (context.signal?.aborted === true || nameOf(error) === "AbortError") {
    return new EngineError("cancelled", "The operation was cancelled.", { cause: error });
  }
  const code = codeOf(error);
  const where =
    context.url === undefined
      ? "the container engine"
      : `the container engine at ${withoutPassword(context.url)}`;
  const text = (error instanceof Error ? error.message : String(error)).trim();
  const reason = reasonOfCode(code, text);
  return new EngineError(reason, sentence(reason, where, code, text), { cause: error });
}

/** The failure that an answer with a status of 400 or more stands for; `body` is what the engine sent. */
export function httpError(status: number, body: string): EngineError {
  const said = messageIn(body);
  const message =
    said === "" ? `The container engine answered with HTTP status ${status}.` : asSentence(said);
  return new EngineError(reasonOfStatus(status, said), message, { status });
}

/** The failure that an engine reports inside of a stream that began well, as pull and push do. */
export function streamedError(said: string, status?: number): EngineError {
  const reason =
    reasonOfWords(said) ?? (status === undefined ? "engine-failed" : reasonOfStatus(status, said));
  return new EngineError(reason, asSentence(said), status === undefined ? undefined : { status });
}

/** Of a host that a TCP or TLS connection is made to. */
const badEndpointCodes = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_NODATA",
  "EINVAL",
  "ERR_INVALID_URL",
  "ERR_SOCKET_BAD_PORT",
]);
const unreachableCodes = new Set([
  "ENOENT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTSOCK",
  "EHOSTDOWN",
  "ENETDOWN",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ECONNABORTED",
]);

function reasonOfCode(code: string, text: string): EngineErrorReason {
  if (code === "EACCES" || code === "EPERM") {
    return "no-permission";
  }
  if (code === "ETIMEDOUT" || code === "ESOCKETTIMEDOUT") {
    return "timeout";
  }
  if (badEndpointCodes.has(code)) {
    return "bad-endpoint";
  }
  if (isTlsFailure(code, text)) {
    return "tls";
  }
  if (unreachableCodes.has(code) || text === "aborted" || text === "socket hang up") {
    return "unreachable";
  }
  return "engine-failed";
}

function isTlsFailure(code: string, text: string): boolean {
  return (
    code.startsWith("ERR_TLS") ||
    code.startsWith("ERR_SSL") ||
    code.startsWith("ERR_OSSL") ||
    code === "EPROTO" ||
    /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|CRL_|ERROR_IN_CERT|INVALID_CA)/.test(
      code,
    ) ||
    text.startsWith("Client network socket disconnected before secure TLS connection")
  );
}

function sentence(reason: EngineErrorReason, where: string, code: string, text: string): string {
  switch (reason) {
    case "no-permission":
      return `This user may not open ${where}. On Linux, add the user to the group that owns the socket (usually “docker”) and log in again.`;
    case "timeout":
      return `No answer from ${where} in time.`;
    case "bad-endpoint":
      return `Cannot find ${where}: check the address (${text}).`;
    case "tls":
      return `No secure connection to ${where}: ${text}. Check the certificates.`;
    case "unreachable":
      return code === "ENOENT" || code === "ECONNREFUSED"
        ? `Nobody answers for ${where}. Is the engine running?`
        : `The connection to ${where} was lost.`;
    default:
      return `Talking to ${where} failed: ${text}.`;
  }
}

function reasonOfStatus(status: number, said: string): EngineErrorReason {
  switch (status) {
    case 400:
      return reasonOfBadRequest(said);
    case 401:
      return "unauthorized";
    case 403:
      // Engines refuse so to remove a network that is in use or their own.
      return /has active endpoints|pre-defined network/.test(said) ? "conflict" : "unauthorized";
    case 404:
      return reasonOfWords(said) === "unauthorized" ? "unauthorized" : "not-found";
    case 409:
      return "conflict";
    case 501:
      return "unsupported";
    default:
      return reasonOfWords(said) ?? "engine-failed";
  }
}

/** Engine 25 and later say of every call when the client's API version is out of their range. */
function reasonOfBadRequest(said: string): EngineErrorReason {
  if (/client version .* is too (?:old|new)/i.test(said)) {
    return "unsupported";
  }
  return said.startsWith("Client sent an HTTP request to an HTTPS server") ? "tls" : "bad-request";
}

/** Engines send registry failures as status 500 or 404, or in the stream, so that only the words tell. */
function reasonOfWords(said: string): EngineErrorReason | undefined {
  if (
    /pull access denied|unauthorized|authentication required|denied: |no basic auth credentials|incorrect username or password/i.test(
      said,
    )
  ) {
    return "unauthorized";
  }
  if (
    /manifest unknown|manifest for .* not found|repository .* not found|no such image|not found: manifest|failed to resolve reference .* not found/i.test(
      said,
    )
  ) {
    return "not-found";
  }
  if (/port is already allocated|address already in use|is already in use/i.test(said)) {
    return "conflict";
  }
  return undefined;
}

/** Docker says `{"message": …}`, Podman `{"cause": …, "message": …, "response": …}`, proxies plain text. */
function messageIn(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (
      typeof parsed === "object" &&
      parsed !== null &&
      "message" in parsed &&
      typeof parsed.message === "string"
    ) {
      return parsed.message.trim();
    }
  } catch {
    // Not JSON: plain text is shown as it is, markup of a proxy is not.
  }
  return body.trimStart().startsWith("<") ? "" : body.trim().slice(0, 2_000);
}

function asSentence(said: string): string {
  const text = said.trim().replace(/^Error response from daemon: /, "");
  const capital = /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}

function codeOf(error: unknown): string {
  return typeof error === "object" &&
    error !== null &&
    "code" in error &&
    typeof error.code === "string"
    ? error.code
    : "";
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

function withoutPassword(url: string): string {
  return url.replace(/(\/\/[^/:@]*):[^@/]*@/, "$1:…@");
}
