import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http2";
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import type { SecretSource } from "./build.ts";
import { readFields, writeFields } from "./protobuf.ts";
import type { RegistryCredentials } from "./registryCredentials.ts";
import { serveFileSync } from "./sessionFileSync.ts";
import type { SharedFolder, TransferCount } from "./sessionFileSync.ts";
import { answerFailure, answerUnary, GrpcFailure, grpcStatus } from "./sessionGrpc.ts";
import { readSecret } from "./sessionSecrets.ts";
import { serveSshAgent } from "./sessionSsh.ts";
import type { Transport } from "./transport.ts";

export interface SessionOptions {
  /** By the names that the builder asks for: `context` and `dockerfile`. */
  readonly folders: ReadonlyMap<string, SharedFolder>;
  /** Builds with the same key compare what is sent with what was sent before; see `sharedKey`. */
  readonly sharedKey: string;
  /** What to log in with at a registry's host, Docker Hub's being `docker.io`; `undefined` for anonymous. */
  readonly credentialsFor?: (host: string) => Promise<RegistryCredentials | undefined>;
  /** What the builder may ask for, by id; read anew each time. */
  readonly secrets?: Readonly<Record<string, SecretSource>>;
  /** Sockets of SSH agents, by id. */
  readonly sshAgents?: Readonly<Record<string, string>>;
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
 * client and we serve files, credentials, secrets and SSH agents, by gRPC over HTTP/2. Rejects with
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
    serve(stream, headers, rawHeaders, options, sent);
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
  secret: "/moby.buildkit.secrets.v1.Secrets/GetSecret",
  checkAgent: "/moby.sshforward.v1.SSH/CheckAgent",
  forwardAgent: "/moby.sshforward.v1.SSH/ForwardAgent",
  health: "/grpc.health.v1.Health/Check",
} as const;

function serve(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
  options: SessionOptions,
  sent: TransferCount,
): void {
  const path = String(headers[":path"]);
  switch (path) {
    case method.health:
      // SERVING; the builder asks every few seconds and gives up when no answer comes.
      answerUnary(stream, () => writeFields([[1, 1]]));
      break;
    case method.credentials:
      answerUnary(stream, (request) => answerCredentials(request, options));
      break;
    case method.secret:
      answerUnary(stream, (request) => answerSecret(request, options));
      break;
    case method.checkAgent:
      answerUnary(stream, (request) => answerCheckAgent(request, options));
      break;
    case method.forwardAgent:
      serveSshAgent(
        stream,
        ownValue(options.sshAgents, String(headers["buildkit.ssh.id"] ?? "") || "default"),
      );
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
  const host = firstText(request);
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

/** GetSecretRequest { id } to GetSecretResponse { data }; a mount that is not required goes without when there is none. */
async function answerSecret(request: Buffer, { secrets }: SessionOptions): Promise<Buffer> {
  const id = firstText(request);
  const source = ownValue(secrets, id);
  if (source === undefined) {
    throw new GrpcFailure(grpcStatus.notFound, `secret ${id} was not given`);
  }
  return writeFields([[1, await readSecret(id, source)]]);
}

/** CheckAgentRequest { id } to an empty message. The builder takes `unimplemented` for an agent that is not there. */
function answerCheckAgent(request: Buffer, { sshAgents }: SessionOptions): Buffer {
  const id = firstText(request) || "default";
  if (ownValue(sshAgents, id) === undefined) {
    throw new GrpcFailure(grpcStatus.unimplemented, `SSH agent ${id} was not given`);
  }
  return writeFields([]);
}

/** The text in field 1, which is all that these requests have. */
function firstText(request: Buffer): string {
  let text = "";
  for (const { field, bytes } of readFields(request)) {
    if (field === 1) {
      text = bytes.toString();
    }
  }
  return text;
}

/** Ids come from a Dockerfile, where one may well be called `constructor`. */
function ownValue<T>(values: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return values !== undefined && Object.hasOwn(values, key) ? values[key] : undefined;
}

/** Both end whenever the builder likes; without listeners that would end the process. */
function keepQuiet(server: Http2Server, socket: Duplex): void {
  socket.on("error", () => undefined);
  server.on("sessionError", () => undefined);
  server.on("error", () => undefined);
}
