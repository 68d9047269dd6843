import type Docker from "dockerode";
import type { Readable } from "node:stream";
import type { BuildEvent, BuildRequest, BuildResult } from "./build.ts";
import { buildImage } from "./buildImage.ts";
import {
  buildCacheRecords,
  buildHistory,
  buildLog,
  buildProvenance,
  deleteBuild,
  pinBuild,
} from "./control/buildHistory.ts";
import { dryRun } from "./control/dryRun.ts";
import { KeptFrontend } from "./control/keptFrontend.ts";
import { containerChanges, createImageFrom } from "./containerFiles.ts";
import { containerProcesses } from "./containerProcesses.ts";
import { asObject } from "./dockerConfig.ts";
import type { DockerfileText } from "./dockerfileText.ts";
import type { DryRun } from "./dryRun.ts";
import type { Endpoint } from "./endpoint.ts";
import type {
  ArchiveOptions,
  CallOptions,
  Engine,
  EngineTraits,
  EngineVersion,
  FileChange,
  ImageLayer,
  LogOptions,
  NetworkRequest,
  OutputChunk,
  ProcessTable,
  PruneKind,
  PruneOptions,
  PrunePreview,
  PruneResult,
  RunRequest,
  TerminalSession,
  TransferProgress,
  VolumeRequest,
} from "./engine.ts";
import type { EngineError } from "./engineError.ts";
import { readFrames, readPlain } from "./frames.ts";
import { loadImages, saveImages } from "./imageArchives.ts";
import { parseImageName } from "./imageName.ts";
import { readJsonLines } from "./jsonLines.ts";
import { EngineModel } from "./liveModel.ts";
import { createDocker } from "./modem.ts";
import { changeMembership, createNetwork, removeNetwork } from "./networks.ts";
import { openShell } from "./openShell.ts";
import type { BuildCacheRecord, BuildHistoryEvent, BuildProvenance } from "./pastBuild.ts";
import { pathOf } from "./pathOf.ts";
import { previewPrune, prune } from "./prune.ts";
import { registryAuthHeader, registryCredentials } from "./registryCredentials.ts";
import { runContainer, runInteractive } from "./runContainer.ts";
import { toTraits } from "./toTraits.ts";
import { toEngineError } from "./toEngineError.ts";
import { TransferCounter } from "./transferProgress.ts";
import { createTransport } from "./transport.ts";
import type { RequestRecord, Transport } from "./transport.ts";
import { createVolume, removeVolume, volumeSizes } from "./volumes.ts";

export interface DockerEngineOptions {
  /** Told of every request, without anything secret. */
  readonly onRequest?: (record: RequestRecord) => void;
}

/** The engine at an endpoint; connects to nothing yet. Throws EngineError `bad-endpoint` for an url that makes no sense. */
export function createDockerEngine(endpoint: Endpoint, options: DockerEngineOptions = {}): Engine {
  return new DockerEngine(createTransport(endpoint, options));
}

type TransferOptions = CallOptions & { readonly onProgress?: (progress: TransferProgress) => void };

/** Milliseconds between two reports of progress; engines send dozens a second. */
const reportEveryMs = 100;

class DockerEngine implements Engine {
  readonly endpoint: Endpoint;
  readonly model: EngineModel;
  readonly dockerfileFrontend: KeptFrontend;
  readonly #transport: Transport;
  readonly #docker: Docker;

  constructor(transport: Transport) {
    this.endpoint = transport.endpoint;
    this.#transport = transport;
    this.#docker = createDocker(transport);
    this.model = new EngineModel(transport, { version: (signal) => this.version({ signal }) });
    this.dockerfileFrontend = new KeptFrontend(transport, {
      credentialsFor: (host) => registryCredentials(host),
    });
  }

  dispose(): void {
    this.model.dispose();
    this.dockerfileFrontend.dispose();
    this.#transport.dispose();
  }

  async version(options: CallOptions = {}): Promise<EngineVersion> {
    const answer = asObject(await this.#ask("/version", options));
    const text = (key: string): string => (typeof answer[key] === "string" ? answer[key] : "");
    return {
      version: text("Version"),
      apiVersion: text("ApiVersion"),
      operatingSystem: text("Os"),
      architecture: text("Arch"),
    };
  }

  async traits(options: CallOptions = {}): Promise<EngineTraits> {
    const [version, info] = await Promise.all([
      this.#ask("/version", options),
      this.#ask("/info", options),
    ]);
    return toTraits(asObject(version), asObject(info));
  }

  async startContainer(id: string, options: CallOptions = {}): Promise<void> {
    await this.#container(id).start(abortable(options));
  }

  async stopContainer(id: string, options: CallOptions = {}): Promise<void> {
    await this.#container(id).stop(abortable(options));
  }

  async restartContainer(id: string, options: CallOptions = {}): Promise<void> {
    await this.#container(id).restart(abortable(options));
  }

  async pauseContainer(id: string, options: CallOptions = {}): Promise<void> {
    await this.#container(id).pause(abortable(options));
  }

  async unpauseContainer(id: string, options: CallOptions = {}): Promise<void> {
    await this.#container(id).unpause(abortable(options));
  }

  async killContainer(id: string, options: CallOptions = {}): Promise<void> {
    await this.#container(id).kill(abortable(options));
  }

  async renameContainer(id: string, name: string, options: CallOptions = {}): Promise<void> {
    await this.#container(id).rename({ _query: { name }, _body: {}, ...abortable(options) });
  }

  async removeContainer(id: string, options: CallOptions = {}): Promise<void> {
    await this.#container(id).remove({ v: true, force: false, ...abortable(options) });
  }

  async inspectContainer(id: string, options: CallOptions = {}): Promise<Record<string, unknown>> {
    return { ...(await this.#container(id).inspect(abortable(options))) };
  }

  async *containerLogs(id: string, options: LogOptions): AsyncGenerator<OutputChunk> {
    const { follow, tail, timestamps, signal } = options;
    const inspected = await this.#container(id).inspect(abortable(options));
    // dockerode would hold all of a log that is not followed in memory.
    const { body } = await this.#transport.request({
      method: "GET",
      path: `/containers/${inspected.Id}/logs`,
      query: {
        stdout: true,
        stderr: true,
        follow,
        tail: tail ?? "all",
        timestamps: timestamps ?? false,
      },
      signal,
    });
    try {
      yield* inspected.Config.Tty ? readPlain(body) : readFrames(body);
    } catch (error) {
      throw this.#translate(error, signal);
    } finally {
      body.destroy();
    }
  }

  async runContainer(request: RunRequest, options: CallOptions = {}): Promise<string> {
    return request.interactive === true
      ? (await this.runInteractive(request, options)).id
      : await runContainer(this.#docker, request, options);
  }

  async runInteractive(
    request: RunRequest,
    options: CallOptions = {},
  ): Promise<{ readonly id: string; readonly session: TerminalSession }> {
    return await runInteractive(this.#docker, this.#transport, request, options);
  }

  async openShell(id: string, options: CallOptions = {}): Promise<TerminalSession> {
    try {
      return await openShell(this.#docker, this.#transport, id, options);
    } catch (error) {
      throw this.#translate(error, options.signal);
    }
  }

  async containerProcesses(id: string, options: CallOptions = {}): Promise<ProcessTable> {
    return await containerProcesses(this.#transport, id, options);
  }

  async containerChanges(id: string, options: CallOptions = {}): Promise<readonly FileChange[]> {
    return await containerChanges(this.#transport, id, options);
  }

  async createImageFrom(id: string, reference: string, options: CallOptions = {}): Promise<string> {
    return await createImageFrom(this.#transport, id, reference, options);
  }

  async inspectImage(
    reference: string,
    options: CallOptions = {},
  ): Promise<Record<string, unknown>> {
    // dockerode's types know of no signal here.
    return asObject(await this.#ask(`/images/${pathOf(reference)}/json`, options));
  }

  async imageHistory(reference: string, options: CallOptions = {}): Promise<readonly ImageLayer[]> {
    const history = await this.#ask(`/images/${pathOf(reference)}/history`, options);
    return (Array.isArray(history) ? history : []).map(toLayer);
  }

  async pullImage(reference: string, options: TransferOptions = {}): Promise<void> {
    const { repository, tag, registry } = parseImageName(reference);
    const query = { fromImage: repository, tag };
    await this.#transfer("/images/create", query, registry, options);
  }

  async pushImage(reference: string, options: TransferOptions = {}): Promise<void> {
    const { repository, tag, registry } = parseImageName(reference);
    await this.#transfer(`/images/${pathOf(repository)}/push`, { tag }, registry, options);
  }

  async tagImage(
    reference: string,
    newReference: string,
    options: CallOptions = {},
  ): Promise<void> {
    const { repository, tag } = parseImageName(newReference);
    await this.#image(reference).tag({ repo: repository, tag, ...abortable(options) });
  }

  async removeImage(reference: string, options: CallOptions = {}): Promise<void> {
    await this.#image(reference).remove({ force: false, ...abortable(options) });
  }

  async saveImages(
    references: readonly string[],
    file: string,
    options: ArchiveOptions = {},
  ): Promise<void> {
    try {
      await saveImages(this.#transport, references, file, options);
    } catch (error) {
      throw this.#translate(error, options.signal);
    }
  }

  async loadImages(file: string, options: ArchiveOptions = {}): Promise<readonly string[]> {
    try {
      return await loadImages(this.#transport, file, options);
    } catch (error) {
      throw this.#translate(error, options.signal);
    } finally {
      this.model.imagesMayHaveChanged();
    }
  }

  async createVolume(request: VolumeRequest, options: CallOptions = {}): Promise<string> {
    return await createVolume(this.#transport, request, options);
  }

  async inspectVolume(name: string, options: CallOptions = {}): Promise<Record<string, unknown>> {
    return asObject(await this.#ask(`/volumes/${pathOf(name)}`, options));
  }

  async removeVolume(name: string, options: CallOptions = {}): Promise<void> {
    await removeVolume(this.#transport, name, options);
  }

  async volumeSizes(options: CallOptions = {}): Promise<ReadonlyMap<string, number>> {
    return await volumeSizes(this.#transport, options);
  }

  async createNetwork(request: NetworkRequest, options: CallOptions = {}): Promise<string> {
    return await createNetwork(this.#transport, request, options);
  }

  async inspectNetwork(id: string, options: CallOptions = {}): Promise<Record<string, unknown>> {
    return asObject(await this.#ask(`/networks/${pathOf(id)}`, options));
  }

  async removeNetwork(id: string, options: CallOptions = {}): Promise<void> {
    await removeNetwork(this.#transport, id, options);
  }

  async connectToNetwork(
    id: string,
    containerId: string,
    options: CallOptions = {},
  ): Promise<void> {
    await this.#changeMembership("connect", id, containerId, options);
  }

  async disconnectFromNetwork(
    id: string,
    containerId: string,
    options: CallOptions = {},
  ): Promise<void> {
    await this.#changeMembership("disconnect", id, containerId, options);
  }

  async previewPrune(kind: PruneKind, options: PruneOptions = {}): Promise<PrunePreview> {
    return await previewPrune(this.#transport, kind, options);
  }

  async prune(kind: PruneKind, options: PruneOptions = {}): Promise<PruneResult> {
    return await prune(this.#transport, kind, options);
  }

  async buildImage(
    request: BuildRequest,
    options: CallOptions & { readonly onEvent?: (event: BuildEvent) => void } = {},
  ): Promise<BuildResult> {
    try {
      return await buildImage(this.#transport, request, {
        ...options,
        credentialsFor: (host) => registryCredentials(host),
      });
    } catch (error) {
      throw this.#translate(error, options.signal);
    } finally {
      // An image without a tag is announced by no event of older engines.
      this.model.imagesMayHaveChanged();
    }
  }

  async dryRun(text: DockerfileText, options: CallOptions = {}): Promise<DryRun> {
    return await dryRun(this.#transport, text, {
      ...options,
      credentialsFor: (host) => registryCredentials(host),
    });
  }

  async buildCacheRecords(options: CallOptions = {}): Promise<readonly BuildCacheRecord[]> {
    return await buildCacheRecords(this.#transport, options);
  }

  buildHistory(
    options: CallOptions & { readonly follow: boolean },
  ): AsyncGenerator<BuildHistoryEvent> {
    return buildHistory(this.#transport, options);
  }

  buildLog(ref: string, options: CallOptions = {}): AsyncGenerator<BuildEvent> {
    return buildLog(this.#transport, ref, options);
  }

  async buildProvenance(
    ref: string,
    options: CallOptions = {},
  ): Promise<BuildProvenance | undefined> {
    return await buildProvenance(this.#transport, ref, options);
  }

  async deleteBuild(ref: string, options: CallOptions = {}): Promise<void> {
    await deleteBuild(this.#transport, ref, options);
  }

  async pinBuild(ref: string, pinned: boolean, options: CallOptions = {}): Promise<void> {
    await pinBuild(this.#transport, ref, pinned, options);
  }

  async #changeMembership(
    change: "connect" | "disconnect",
    id: string,
    containerId: string,
    options: CallOptions,
  ): Promise<void> {
    try {
      await changeMembership(this.#transport, change, id, containerId, options);
    } finally {
      // Of a container that does not run engines send no event.
      this.model.containerMayHaveChanged(containerId);
    }
  }

  /** A pull or a push: both tell of progress line by line, and of failure in a line too. */
  async #transfer(
    path: string,
    query: Readonly<Record<string, string>>,
    registry: string,
    { signal, onProgress }: TransferOptions,
  ): Promise<void> {
    const headers = {
      "X-Registry-Auth": registryAuthHeader(registry, await registryCredentials(registry)),
    };
    const { body }: { body: Readable } = await this.#transport.request({
      method: "POST",
      path,
      query,
      headers,
      signal,
    });
    const counter = new TransferCounter();
    let latest: TransferProgress | undefined;
    let reportedAt = 0;
    try {
      for await (const line of readJsonLines(body)) {
        latest = counter.add(line) ?? latest;
        if (latest && performance.now() - reportedAt >= reportEveryMs) {
          reportedAt = performance.now();
          onProgress?.(latest);
        }
      }
    } catch (error) {
      throw this.#translate(error, signal);
    } finally {
      body.destroy();
    }
    if (latest) {
      onProgress?.(latest);
    }
  }

  async #ask(path: string, { signal }: CallOptions): Promise<unknown> {
    return await this.#transport.json({ method: "GET", path, signal, timeoutMs: 60_000 });
  }

  #translate(error: unknown, signal: AbortSignal | undefined): EngineError {
    return toEngineError(error, { url: this.endpoint.url, signal });
  }

  #container(id: string): Docker.Container {
    return this.#docker.getContainer(pathOf(id));
  }

  #image(reference: string): Docker.Image {
    return this.#docker.getImage(pathOf(reference));
  }
}

function abortable({ signal }: CallOptions): { readonly abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function toLayer(entry: unknown): ImageLayer {
  const {
    Id: id,
    CreatedBy: createdBy,
    Created: created,
    Size: size,
    Comment: comment,
  } = asObject(entry);
  return {
    id: typeof id === "string" ? id : "<missing>",
    createdBy: typeof createdBy === "string" ? createdBy : "",
    createdAt: typeof created === "number" ? created * 1000 : 0,
    size: typeof size === "number" ? size : 0,
    comment: typeof comment === "string" ? comment : "",
  };
}
