import * as vscode from "vscode";
import {
  type EngineChangedParams,
  languageId,
  settingsSection,
} from "../../server/src/protocol.ts";
import { registerCommands, type Services } from "./commands/command.ts";
import { commands } from "./commands/index.ts";
import { type Prompts, vscodePrompts } from "./commands/prompts.ts";
import { protectedPrompts } from "./commands/protect.ts";
import { BuildDocuments, buildScheme } from "./documents/buildDocuments.ts";
import { InspectDocuments, inspectScheme } from "./documents/inspectDocuments.ts";
import { BuildTasks, buildTaskType } from "./editor/buildTasks.ts";
import { Builds } from "./editor/builds.ts";
import { followEngine } from "./editor/engineNews.ts";
import { EngineImageAnswers } from "./editor/engineImages.ts";
import { LastBuilds } from "./editor/lastBuilds.ts";
import { ShownVerdicts } from "./editor/shownVerdicts.ts";
import { readSettings } from "./settings.ts";
import { BuildHistory } from "./views/buildHistory.ts";
import { CacheGutter } from "./editor/cacheGutter.ts";
import { CacheStatus } from "./editor/cacheStatus.ts";
import { FailedPredictions } from "./commands/failedPredictions.ts";
import type { ImageAnswers, LanguageServer, LanguageServerListener } from "./languageClient.ts";
import { CacheStates } from "./views/cacheStates.ts";
import { CurrentEngine } from "./views/currentEngine.ts";
import { ForecastView } from "./views/forecastView.ts";
import { Sidebar } from "./views/sidebar.ts";

/** What tests in the editor reach for; nothing is exported otherwise. */
export interface TestApi {
  readonly engine: CurrentEngine;
  readonly sidebar: Sidebar;
  readonly cacheStates: CacheStates;
  readonly forecastView: ForecastView;
  readonly services: Services;
  /** Replaces what the user is asked by answers; VS Code refuses dialogs in tests. */
  readonly answerWith: (prompts: Partial<Prompts>) => void;
}

/**
 * Wires everything up. Nothing here talks to an engine or starts the language
 * server: a visible view, a command or an open Dockerfile does.
 */
export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  const log = vscode.window.createOutputChannel("Slipway", { log: true });
  const engine = new CurrentEngine({
    async findEndpoint() {
      const { findEndpoint } = await import("./engine/findEndpoint.ts");
      return findEndpoint({ setting: readSettings().endpoint });
    },
    async createEngine(endpoint) {
      const { createDockerEngine } = await import("./engine/dockerEngine.ts");
      return createDockerEngine(endpoint, {
        onRequest: ({ method, path, status, milliseconds, error }) => {
          log.trace(`${method} ${path}: ${error ?? status} (${Math.round(milliseconds)} ms)`);
        },
      });
    },
  });
  const lastBuilds = new LastBuilds(context.workspaceState);
  const images = new EngineImageAnswers(engine);
  const cacheStates = new CacheStates();
  const failedPredictions = new FailedPredictions(() => services.prompts);
  const server = lazyLanguageServer(context, log, lastBuilds, images, {
    cacheState(params) {
      cacheStates.accept(params);
    },
    predictionFailed(params) {
      failedPredictions.accept(params);
    },
  });
  const history = new BuildHistory(
    vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, "builds"),
    log,
  );
  const builds = new Builds(engine, server, history, log);
  const buildDocuments = new BuildDocuments(history);
  const inspectDocuments = new InspectDocuments(engine);
  const forecastView = new ForecastView(cacheStates);
  const verdicts = new ShownVerdicts();
  const sidebar = new Sidebar(engine, history, context.workspaceState, log);
  const answers: { current: Prompts } = { current: vscodePrompts };
  const services: Services = {
    engine,
    arrangements: sidebar.arrangements,
    buildDocuments,
    builds,
    contexts: sidebar.contextsView,
    inspectDocuments,
    verdicts,
    log,
    memory: context.workspaceState,
    cachePruned: () => server.cachePruned(),
    failedPredictions,
    imagesReplaced: (references) => server.imagesReplaced(references),
    get prompts() {
      const { contextsView } = sidebar;
      return protectedPrompts(answers.current, contextsView.inUse, (name) =>
        readSettings().protectedContexts.includes(name),
      );
    },
  };

  context.subscriptions.push(
    log,
    engine,
    server,
    history,
    builds,
    buildDocuments,
    inspectDocuments,
    verdicts,
    sidebar,
    cacheStates,
    new CacheGutter(cacheStates, context.extensionUri),
    new CacheStatus(cacheStates),
    forecastView,
    registerCommands(services, commands),
    new vscode.Disposable(followEngine(engine, lastBuilds, server)),
    vscode.workspace.registerTextDocumentContentProvider(buildScheme, buildDocuments),
    vscode.workspace.registerTextDocumentContentProvider(inspectScheme, inspectDocuments),
    vscode.tasks.registerTaskProvider(buildTaskType, new BuildTasks(builds)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${settingsSection}.endpoint`)) {
        engine.reset();
      }
    }),
  );

  return isTested(context)
    ? {
        engine,
        sidebar,
        cacheStates,
        forecastView,
        services,
        answerWith: (prompts) => {
          answers.current = { ...vscodePrompts, ...prompts };
        },
      }
    : undefined;
}

/** Starts the language server with the first Dockerfile, or when something has to be told to it. */
function lazyLanguageServer(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  lastBuilds: LastBuilds,
  images: ImageAnswers,
  listener: LanguageServerListener,
): LanguageServer {
  const state: {
    starting?: Promise<LanguageServer>;
    disposed: boolean;
    engine?: EngineChangedParams;
  } = { disposed: false };
  const start = async (): Promise<LanguageServer> => {
    const { startLanguageServer } = await import("./languageClient.ts");
    const server = await startLanguageServer(context, log, images, listener);
    // A build that the server cannot make sense of is no reason to be without a server.
    await Promise.allSettled(lastBuilds.all.map((build) => server.buildFinished(build)));
    if (state.engine !== undefined) {
      await server.engineChanged(state.engine);
    }
    return server;
  };
  const started = (): Promise<LanguageServer> => {
    state.starting ??= start();
    return state.starting;
  };
  const startFor = (document: vscode.TextDocument): void => {
    if (document.languageId === languageId && !state.disposed) {
      opened.dispose();
      started().catch((error: unknown) => {
        log.error(
          "The language server did not start:",
          error instanceof Error ? error : String(error),
        );
      });
    }
  };
  const opened = vscode.workspace.onDidOpenTextDocument(startFor);
  for (const document of vscode.workspace.textDocuments) {
    startFor(document);
  }
  return {
    async buildStarting(params) {
      try {
        return await (await started()).buildStarting(params);
      } catch (error) {
        log.warn(`What the next build will do cannot be told: ${String(error)}`);
        return undefined;
      }
    },
    async cachePruned() {
      try {
        await (await started()).cachePruned();
      } catch (error) {
        log.warn(`The hints may be out of date: ${String(error)}`);
      }
    },
    async engineChanged(params) {
      state.engine = params;
      try {
        await (await state.starting)?.engineChanged(params);
      } catch (error) {
        log.warn(`The hints may be of another engine: ${String(error)}`);
      }
    },
    async imagesReplaced(references) {
      try {
        await lastBuilds.forgetImages(references);
        // A server that does not run yet will hear only of what is left.
        await (await state.starting)?.imagesReplaced(references);
      } catch (error) {
        log.warn(`The hints may be out of date: ${String(error)}`);
      }
    },
    async buildFinished(params) {
      try {
        const server = await started();
        if (params.cancelled !== true) {
          await lastBuilds.remember(params);
        }
        return await server.buildFinished(params);
      } catch (error) {
        // A build is not less of a success because nobody could be told.
        log.warn(`The build's hints are missing: ${String(error)}`);
        return undefined;
      }
    },
    dispose() {
      state.disposed = true;
      opened.dispose();
      void disposeOnceStarted(state.starting);
    },
  };
}

async function disposeOnceStarted(starting: Promise<LanguageServer> | undefined): Promise<void> {
  // A server that did not start has been reported by then.
  const server = await starting?.catch(() => undefined);
  server?.dispose();
}

/** A packaged extension is tested as it is installed, so that VS Code itself does not tell. */
function isTested({ extensionMode }: vscode.ExtensionContext): boolean {
  return (
    extensionMode === vscode.ExtensionMode.Test || process.env["SLIPWAY_EDITOR_TESTS"] !== undefined
  );
}
