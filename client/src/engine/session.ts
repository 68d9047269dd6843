import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http2";
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import { readFields, writeFields } from "./protobuf.ts";
import type { RegistryCredentials } from "./registryCredentials.ts";
import { serveFileSync } from "./sessionFileSync.ts";
import type { SharedFolder, TransferCount } from "./sessionFileSync.ts";
import { answerFailure, answerUnary, grpcStatus } from "./sessionGrpc.ts";
import type { Transport } from "./transport.ts";

export interface SessionOptions {
  /** By the names that the builder asks for: `context` and `dockerfile`. */
  readonly folders: ReadonlyMap<string, SharedFolder>;
  /** Builds with the same key compare what is sent with what was sent before; see `sharedKey`. */
  readonly sharedKey: string;
  /** What to log in with at a registry's host, Docker Hub's being `docker.io`; `undefined` for anonymous. */
  readonly credentialsFor?: (host: string) => Promise<RegistryCredentials | undefined>;
  readonly signal?: AbortSignal | undefined;
}

/** What an engine's builder may ask of us while a build that names `id` runs. */
export interface Session {
  readonly id: string;
  /** Contents that were sent so far. */
  readonly sent: Readonly<TransferCount>;
  /** Ends the session and every transfer in it. */
  close(): void;
}

/**
 * Opens a build session: a connection on which the engine's builder is the
 * client and we serve files and credentials, by gRPC over HTTP/2. Rejects with
 * EngineError, of reason `not-found` or `unsupported` where the engine has no
 * sessions. Protocol: https://github.com/moby/buildkit/tree/v0.25.2/session
 */
export async function openSession(
  transport: Pick<Transport, "hijack">,
  options: SessionOptions,
): Promise<Session> {
  const id = randomUUID().replaceAll("-", "");
  const socket = await transport.hijack(
    {
      method: "POST",
      path: "/session",
      headers: {
        "X-Docker-Expose-Session-Uuid": id,
        "X-Docker-Expose-Session-Name": "slipway",
        "X-Docker-Expose-Session-Sharedkey": options.sharedKey,
        "X-Docker-Expose-Session-Grpc-Method": Object.values(method),
      },
      signal: options.signal,
    },
    "h2c",
  );
  const sent: TransferCount = { files: 0, bytes: 0 };
  const server = createServer();
  const listener = (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    _flags: number,
    rawHeaders: readonly string[],
  ): void => {
    // A builder that hangs up in the middle is not an error of ours.
    stream.on("error", () => undefined);
    serve(stream, String(headers[":path"]), rawHeaders, options, sent);
  };
  server.on("stream", listener);
  keepQuiet(server, socket);
  server.emit("connection", socket);
  return { id, sent, close: () => socket.destroy() };
}

/** The key of a context folder: ours alone, so that two folders of the same name do not share what was sent. */
export function sharedKey(contextFolder: string): string {
  return createHash("sha256").update(`slipway\0${contextFolder}`).digest("hex");
}

const method = {
  fileSync: "/moby.filesync.v1.FileSync/DiffCopy",
  credentials: "/moby.filesync.v1.Auth/Credentials",
  health: "/grpc.health.v1.Health/Check",
} as const;

function serve(
  stream: ServerHttp2Stream,
  path: string,
  rawHeaders: readonly string[],
  options: SessionOptions,
  sent: TransferCount,
): void {
  switch (path) {
    case method.health:
      // SERVING; the builder asks every few seconds and gives up when no answer comes.
      answerUnary(stream, () => writeFields([[1, 1]]));
      break;
    case method.credentials:
      answerUnary(stream, (request) => answerCredentials(request, options));
      break;
    case method.fileSync:
      void serveFileSync(stream, rawHeaders, options.folders, sent);
      break;
    default:
      answerFailure(stream, grpcStatus.unimplemented, `unknown method ${path}`);
  }
}

/** CredentialsRequest { host } to CredentialsResponse { username, secret }; empty for anonymous. */
async function answerCredentials(request: Buffer, options: SessionOptions): Promise<Buffer> {
  let host = "";
  for (const { field, bytes } of readFields(request)) {
    if (field === 1) {
      host = bytes.toString();
    }
  }
  const credentials = await options.credentialsFor?.(
    host === "registry-1.docker.io" ? "docker.io" : host,
  );
  if (credentials === undefined) {
    return writeFields([]);
  }
  return writeFields(
    credentials.identityToken === undefined
      ? [
          [1, credentials.username],
          [2, credentials.password],
        ]
      : [[2, credentials.identityToken]],
  );
}

/** Both end whenever the builder likes; without listeners that would end the process. */
function keepQuiet(server: Http2Server, socket: Duplex): void {
  socket.on("error", () => undefined);
  server.on("sessionError", () => undefined);
  server.on("error", () => undefined);
}
