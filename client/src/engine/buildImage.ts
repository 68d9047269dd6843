import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { BuildEvent, BuildRequest, BuildResult } from "./build.ts";
import { describeFailure, StepOutput } from "./buildFailure.ts";
import { layerBytesOf } from "./buildLayerBytes.ts";
import { readBuildMessages } from "./buildMessages.ts";
import { packContext } from "./buildTarContext.ts";
import { TextStepDecoder } from "./buildTextSteps.ts";
import { EngineError } from "./engineError.ts";
import type { RegistryCredentials } from "./registryCredentials.ts";
import { openSession, sharedKey } from "./session.ts";
import type { Session } from "./session.ts";
import { readSecret } from "./sessionSecrets.ts";
import { diskFolder, memoryFolder } from "./sessionFileSync.ts";
import { toEngineError } from "./toEngineError.ts";
import { TraceDecoder } from "./traceDecoder.ts";
import type { Transport, TransportRequest } from "./transport.ts";

export interface BuildOptions {
  /** Aborting ends the connections of the build, at which the engine stops it; the call rejects with reason `cancelled`. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: BuildEvent) => void;
  /** What to log in with at a registry's host, Docker Hub's being `docker.io`, when the build pulls; `undefined` for anonymous. */
  readonly credentialsFor?: (host: string) => Promise<RegistryCredentials | undefined>;
}

/** What a build needs of the transport. */
export type BuildTransport = Pick<Transport, "endpoint" | "request" | "json" | "hijack">;

/**
 * Builds with the engine's BuildKit, which reads what it needs of the context
 * through a session instead of being sent all of it. An engine without
 * sessions (Podman, or Docker behind a proxy that lets no upgrade through) is
 * sent the context. Rejects with a `BuildFailure` when an instruction fails or
 * the Dockerfile is refused, otherwise with another EngineError; either way
 * nothing is left running, and no image was made.
 */
export async function buildImage(
  transport: BuildTransport,
  request: BuildRequest,
  options: BuildOptions = {},
): Promise<BuildResult> {
  const started = performance.now();
  try {
    const dockerfile = await readDockerfile(request);
    await checkSecrets(request);
    const session = await openSessionIfPossible(transport, request, dockerfile, options);
    try {
      const query = queryOf(request);
      const toSend: TransportRequest =
        session === undefined
          ? await tarRequest(request, dockerfile, query)
          : {
              ...post,
              query: {
                ...query,
                session: session.id,
                remote: "client-session",
                dockerfile: basename(request.dockerfile),
              },
            };
      const { imageId, steps } = await follow(
        transport,
        { ...toSend, signal: options.signal },
        dockerfile.contents.toString(),
        options.onEvent,
      );
      const layerBytes = await layerBytesOf(transport, imageId, steps);
      return { imageId, steps, seconds: (performance.now() - started) / 1000, layerBytes };
    } finally {
      session?.close();
    }
  } catch (error) {
    throw toEngineError(error, { url: transport.endpoint.url, signal: options.signal });
  }
}

interface Dockerfile {
  readonly contents: Buffer;
  /** The Dockerfile and the ignore file that belongs to it alone, under their own names. */
  readonly files: ReadonlyMap<string, Buffer>;
}

async function readDockerfile({ contextFolder, dockerfile }: BuildRequest): Promise<Dockerfile> {
  const isFolder = await stat(contextFolder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    throw new EngineError("not-found", `The build context ${contextFolder} is not a folder.`);
  }
  const ignoreFile = `${dockerfile}.dockerignore`;
  const contents = await readFile(dockerfile).catch((error: unknown) => {
    const text = `The Dockerfile ${dockerfile} cannot be read.`;
    throw new EngineError("not-found", text, { cause: error });
  });
  const ignored = await readFile(ignoreFile).catch(() => undefined);
  return {
    contents,
    files: new Map([
      [basename(dockerfile), contents],
      ...(ignored === undefined ? [] : [[basename(ignoreFile), ignored] as const]),
    ]),
  };
}

async function openSessionIfPossible(
  transport: BuildTransport,
  request: BuildRequest,
  dockerfile: Dockerfile,
  { signal, credentialsFor }: BuildOptions,
): Promise<Session | undefined> {
  const { contextFolder, secrets, sshAgents } = request;
  try {
    return await openSession(transport, {
      folders: new Map([
        ["context", diskFolder(contextFolder)],
        ["dockerfile", memoryFolder(dockerfile.files)],
      ]),
      sharedKey: sharedKey(contextFolder),
      signal,
      ...(credentialsFor === undefined ? {} : { credentialsFor }),
      ...(secrets === undefined ? {} : { secrets }),
      ...(sshAgents === undefined ? {} : { sshAgents }),
    });
  } catch (error) {
    if (
      error instanceof EngineError &&
      (error.reason === "not-found" || error.reason === "unsupported")
    ) {
      refuseWithoutSession(request, error);
      return undefined;
    }
    throw error;
  }
}

/** A secret that cannot be had is better known before the build than in its middle. */
async function checkSecrets({ secrets = {} }: BuildRequest): Promise<void> {
  for (const [id, source] of Object.entries(secrets)) {
    await readSecret(id, source);
  }
}

function refuseWithoutSession({ secrets, sshAgents }: BuildRequest, cause: EngineError): void {
  if (Object.keys({ ...secrets, ...sshAgents }).length > 0) {
    const said =
      "This engine opens no build session, and without one a build can be given neither secrets nor an SSH agent.";
    throw new EngineError("unsupported", said, { cause });
  }
}

const post = { method: "POST", path: "/build" } as const;

async function tarRequest(
  request: BuildRequest,
  { contents }: Dockerfile,
  query: TransportRequest["query"],
): Promise<TransportRequest> {
  const { dockerfile, body } = await packContext(
    request.contextFolder,
    request.dockerfile,
    contents,
  );
  return { ...post, query: { ...query, dockerfile }, body };
}

/** Parameters: https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Image/operation/ImageBuild */
function queryOf(request: BuildRequest): TransportRequest["query"] {
  const { cacheFrom = [] } = request;
  return {
    version: "2",
    t: request.tags,
    target: request.target,
    buildargs: buildArgumentsOf(request),
    labels: request.labels,
    platform: request.platform,
    nocache: request.noCache === true ? true : undefined,
    pull: request.pull === true ? true : undefined,
    networkmode: request.network,
    extrahosts: Object.entries(request.extraHosts ?? {}).map(([name, to]) => `${name}:${to}`),
    cachefrom: cacheFrom.length === 0 ? undefined : JSON.stringify(cacheFrom),
    rm: true,
    forcerm: true,
  };
}

/** The engine has no parameter for an inline cache; its builder takes an argument of this name. */
function buildArgumentsOf({
  buildArguments,
  inlineCache,
}: BuildRequest): Readonly<Record<string, string>> | undefined {
  return inlineCache === true ? { ...buildArguments, BUILDKIT_INLINE_CACHE: "1" } : buildArguments;
}

/** Follows the build to its end, good or bad. */
async function follow(
  transport: BuildTransport,
  request: TransportRequest,
  dockerfileText: string,
  onEvent: BuildOptions["onEvent"],
): Promise<Pick<BuildResult, "imageId" | "steps">> {
  const trace = new TraceDecoder();
  const text = new TextStepDecoder();
  const output = new StepOutput();
  const report = (events: readonly BuildEvent[]): void => {
    for (const event of events) {
      output.add(event);
      onEvent?.(event);
    }
  };
  let imageId: string | undefined;
  let failure: string | undefined;
  try {
    const { body } = await transport.request(request);
    for await (const message of readBuildMessages(body)) {
      switch (message.type) {
        case "trace":
          report(trace.decode(message.statusResponse));
          break;
        case "text":
          report(text.decode(message.text));
          break;
        case "image":
          imageId = message.id;
          break;
        case "error":
          failure = message.message;
          break;
      }
    }
  } finally {
    report(trace.end());
    report(
      text.end(
        failure === undefined
          ? { state: imageId === undefined ? "cancelled" : "done" }
          : { state: "failed", error: failure.trim() },
      ),
    );
  }
  const steps = [...trace.steps, ...text.steps];
  if (failure !== undefined) {
    throw describeFailure(failure, steps, output, dockerfileText);
  }
  if (imageId === undefined) {
    const said = "The engine ended the build without saying which image it made.";
    throw new EngineError("engine-failed", said);
  }
  return { imageId, steps };
}
