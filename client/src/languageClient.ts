import * as vscode from "vscode";
import {
  type LanguageClientOptions,
  LanguageClient,
  type ServerOptions,
  TransportKind,
} from "vscode-languageclient/node";
import {
  type BuildFinishedParams,
  buildFinishedRequest,
  type BuildFinishedResult,
  type BuildStartingParams,
  buildStartingRequest,
  type BuildStartingResult,
  cachePrunedNotification,
  cacheStateNotification,
  type CacheStateParams,
  engineChangedNotification,
  type EngineChangedParams,
  engineImagesChangedNotification,
  type EngineImagesParams,
  engineImagesRequest,
  type EngineImagesResult,
  imagesReplacedNotification,
  type ImagesReplacedParams,
  type InitializationOptions,
  languageId,
  predictionFailedNotification,
  type PredictionFailedParams,
  settingsSection,
  workspaceTrustedNotification,
} from "../../server/src/protocol.ts";

/** Where a Dockerfile that somebody edits lives; not the read-only sides of a diff. */
const schemes = ["file", "untitled", "vscode-vfs", "vscode-remote", "memfs", "vscode-userdata"];

/** The running language server. */
export interface LanguageServer extends vscode.Disposable {
  /** Tells it that a build is about to begin; resolves when it has seen the files, undefined where nobody answers. */
  buildStarting(params: BuildStartingParams): Promise<BuildStartingResult | undefined>;
  /** Tells it that something was removed from the engine's build cache. */
  cachePruned(): Promise<void>;
  /** Tells it which engine the next build is for. */
  engineChanged(params: EngineChangedParams): Promise<void>;
  /** Tells it that these names may stand for other images now. */
  imagesReplaced(references: readonly string[]): Promise<void>;
  /** Tells it how a build went; it answers where the steps stand in the Dockerfile, undefined where nobody answers. */
  buildFinished(params: BuildFinishedParams): Promise<BuildFinishedResult | undefined>;
}

/** Who knows the engine's images. */
export interface ImageAnswers {
  answer(references: readonly string[]): Promise<EngineImagesResult>;
  /** Told when the answers may be others; calling what it returns ends that. */
  onDidChange(listener: () => void): () => void;
}

/** What the language server tells unasked. */
export interface LanguageServerListener {
  cacheState(params: CacheStateParams): void;
  predictionFailed(params: PredictionFailedParams): void;
}

/** Starts the language server as a process of its own. It is restarted when it crashes, up to the client's limit. */
export async function startLanguageServer(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  images: ImageAnswers,
  listener: LanguageServerListener,
): Promise<LanguageServer> {
  const module = context.asAbsolutePath("server/dist/server.js");
  const server: ServerOptions = {
    run: { module, transport: TransportKind.ipc },
    debug: {
      module,
      transport: TransportKind.ipc,
      options: { execArgv: ["--nolazy", "--inspect=6009"] },
    },
  };
  const watchers = new ContextWatchers();
  const options: LanguageClientOptions = {
    documentSelector: schemes.map((scheme) => ({ scheme, language: languageId })),
    outputChannel: log,
    initializationOptions: (): InitializationOptions => ({
      isTrusted: vscode.workspace.isTrusted,
      knowsImages: true,
      showsCacheState: true,
    }),
    synchronize: {
      configurationSection: settingsSection,
      // What a build reads can be anywhere in the workspace; the server knows which files matter.
      fileEvents: vscode.workspace.createFileSystemWatcher("**/*"),
    },
  };
  const client = new LanguageClient(
    "slipway",
    vscode.l10n.t("Slipway Language Server"),
    server,
    options,
  );
  client.onRequest(engineImagesRequest, ({ references }: EngineImagesParams) =>
    images.answer(references),
  );
  client.onNotification(cacheStateNotification, (params: CacheStateParams) => {
    listener.cacheState(params);
  });
  client.onNotification(predictionFailedNotification, (params: PredictionFailedParams) => {
    listener.predictionFailed(params);
  });
  await client.start();
  const forgetImages = images.onDidChange(() => {
    client.sendNotification(engineImagesChangedNotification).catch((error: unknown) => {
      log.debug(`Telling the language server of images: ${String(error)}`);
    });
  });
  const trust = vscode.workspace.onDidGrantWorkspaceTrust(() => {
    client.sendNotification(workspaceTrustedNotification).catch((error: unknown) => {
      log.debug(`Telling the language server of trust: ${String(error)}`);
    });
  });
  return {
    buildStarting: (params) =>
      client.sendRequest<BuildStartingResult>(buildStartingRequest, params),
    cachePruned: () => client.sendNotification(cachePrunedNotification),
    engineChanged: (params) => client.sendNotification(engineChangedNotification, params),
    imagesReplaced(references) {
      const params: ImagesReplacedParams = { references };
      return client.sendNotification(imagesReplacedNotification, params);
    },
    async buildFinished(params) {
      if (params.circumstances !== undefined) {
        watchers.watch(params.circumstances.contextFolder, (change) =>
          client.sendNotification("workspace/didChangeWatchedFiles", { changes: [change] }),
        );
      }
      return client.sendRequest<BuildFinishedResult>(buildFinishedRequest, params);
    },
    dispose() {
      trust.dispose();
      forgetImages();
      watchers.dispose();
      void client.dispose().catch((error: unknown) => {
        log.debug(`Stopping the language server: ${String(error)}`);
      });
    },
  };
}

/** A change of a file as the Language Server Protocol tells it. */
interface FileEvent {
  readonly uri: string;
  /** 1 created, 2 changed, 3 deleted */
  readonly type: 1 | 2 | 3;
}

/** Watches the build contexts that lie outside of the workspace. */
class ContextWatchers {
  readonly #watchers = new Map<string, vscode.FileSystemWatcher>();

  watch(folder: string, tell: (change: FileEvent) => Promise<void>): void {
    const uri = vscode.Uri.file(folder);
    if (this.#watchers.has(folder) || vscode.workspace.getWorkspaceFolder(uri) !== undefined) {
      return;
    }
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(uri, "**/*"),
    );
    const told = (type: FileEvent["type"]) => (changed: vscode.Uri) => {
      // A server that is gone has no forecast either.
      tell({ uri: changed.toString(), type }).catch(() => undefined);
    };
    watcher.onDidCreate(told(1));
    watcher.onDidChange(told(2));
    watcher.onDidDelete(told(3));
    this.#watchers.set(folder, watcher);
  }

  dispose(): void {
    for (const watcher of this.#watchers.values()) {
      watcher.dispose();
    }
  }
}
