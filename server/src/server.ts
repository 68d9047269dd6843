import {
  type ClientCapabilities,
  type Connection,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
  type TextEdit,
} from "vscode-languageserver/node";
import type { FindBuildContext } from "./buildContext/buildContext.ts";
import { fileOfUri } from "./buildContext/fileOfUri.ts";
import { rememberedContexts } from "./buildContext/rememberedContexts.ts";
import type { FindConfiguration } from "./configuration/configuration.ts";
import { CacheStates } from "./cacheStates.ts";
import { parse } from "./dockerfile/parse.ts";
import type { Dockerfile } from "./dockerfile/syntax.ts";
import { EditorSettings } from "./editorSettings.ts";
import { EngineImages } from "./engineImages.ts";
import { type BuildRecord, cacheHints, cacheStory, recordBuild } from "./features/cacheHints.ts";
import { codeActions } from "./features/codeActions.ts";
import { completion } from "./features/completion.ts";
import { definition } from "./features/definition.ts";
import { documentLinks } from "./features/documentLinks.ts";
import { documentSymbols } from "./features/documentSymbols.ts";
import { workspaceEdit } from "./features/edits.ts";
import { foldingRanges } from "./features/foldingRanges.ts";
import { formatting } from "./features/formatting.ts";
import { hover } from "./features/hover.ts";
import { pathCompletion } from "./features/pathCompletion.ts";
import { rangeOf, spanOfRange } from "./features/ranges.ts";
import { documentHighlights, references } from "./features/references.ts";
import { prepareRename, rename, RenameRefusal } from "./features/rename.ts";
import { selectionRange } from "./features/selectionRanges.ts";
import { semanticTokens } from "./features/semanticTokens.ts";
import { stageLenses } from "./features/stageLenses.ts";
import { Forecasts } from "./forecast/forecasts.ts";
import type { Edit, Rule } from "./lint/rule.ts";
import { type OpenDocument, OpenDocuments } from "./openDocuments.ts";
import { Problems } from "./problems.ts";
import { ProjectConfiguration } from "./projectConfiguration.ts";
import {
  type BuildFinishedParams,
  buildFinishedRequest,
  type BuildFinishedResult,
  type InitializationOptions,
  workspaceTrustedNotification,
  type BuildStartingParams,
  buildStartingRequest,
  type BuildStartingResult,
  cachePrunedNotification,
  cacheStateNotification,
  engineChangedNotification,
  type EngineChangedParams,
  engineImagesChangedNotification,
  imagesReplacedNotification,
  type ImagesReplacedParams,
  predictionFailedNotification,
} from "./protocol.ts";
import { pullsDiagnostics, serverCapabilities } from "./serverCapabilities.ts";
import type { ShellChecks } from "./shellcheck/shellChecks.ts";
import { ShellFindings } from "./shellFindings.ts";

/** What the server finds outside of the protocol. */
export interface World {
  readonly rules: readonly Rule[];
  readonly findBuildContext: FindBuildContext;
  readonly findConfiguration: FindConfiguration;
  readonly shellChecks: ShellChecks;
  /** Where records of builds are kept: an absolute path. */
  readonly recordsFolder: string;
  /** Of this program. */
  readonly version: string;
}

/** Milliseconds without an edit after which diagnostics are published. */
const burst = 50;

/** Milliseconds for which the files of a build context are taken to be as they were. */
const filesStay = 1000;

/** Answers an editor until it hangs up. Each request fails on its own: it is logged, and the editor gets the answer that says nothing. */
export function serve(connection: Connection, world: World): void {
  const { rules, version } = world;
  const contexts = rememberedContexts(world.findBuildContext, filesStay);
  const findBuildContext = contexts.find;
  const documents = new OpenDocuments();
  const settings = new EditorSettings(connection);
  const project = new ProjectConfiguration(connection, world.findConfiguration);
  const shellFindings = new ShellFindings({
    shellChecks: world.shellChecks,
    settings,
    onLearned: showWhatIsNew,
    onFailure: (message) => {
      connection.console.warn(message);
    },
  });
  const images = new EngineImages(connection, lookAgain);
  const problems = new Problems({
    rules,
    findBuildContext,
    settings,
    project,
    images,
    shellFindings,
    onBrokenRule: ({ name }, error) => {
      report(`Rule ${name}`)(error);
    },
  });
  const builds = new Map<string, BuildRecord>();
  const cacheStates = new CacheStates({
    openDocument: (uri) => documents.get(uri),
    async outlook(document) {
      const { cacheHints: chosen } = await settings.of(document.uri);
      return chosen.enabled ? forecasts.of(document) : undefined;
    },
    send: (params) => connection.sendNotification(cacheStateNotification, params),
    onError: report(cacheStateNotification),
  });
  const forecasts = new Forecasts({
    recordsFolder: world.recordsFolder,
    openDocument: (uri) => documents.get(uri),
    onChange(uri) {
      refreshHints();
      cacheStates.tellSoon(uri);
    },
    onWrong(params) {
      if (cacheStates.isOn) {
        connection
          .sendNotification(predictionFailedNotification, params)
          .catch(report(predictionFailedNotification));
      }
    },
    onError: report("Forecast"),
  });
  const publications = new Map<string, NodeJS.Timeout>();
  let client: ClientCapabilities = {};

  connection.onInitialize(({ capabilities, initializationOptions, workspaceFolders }) => {
    client = capabilities;
    project.initialize(capabilities, workspaceFolders?.[0]?.uri);
    settings.initialize(capabilities, initializationOptions);
    shellFindings.mayRun = isTrusted(initializationOptions);
    images.initialize(knowsImages(initializationOptions));
    cacheStates.isOn = showsCacheState(initializationOptions);
    return {
      capabilities: serverCapabilities(capabilities),
      serverInfo: { name: "slipway", version },
    };
  });
  connection.onInitialized(() => {
    settings.subscribe(client).catch(report("client/registerCapability"));
  });
  connection.onDidChangeConfiguration(({ settings: sent }) => {
    settings.changed(sent);
    lookAgain();
    refreshHints();
    documents.uris().forEach((uri) => {
      cacheStates.tellSoon(uri);
    });
  });
  connection.onNotification(engineImagesChangedNotification, () => {
    images.changed();
  });
  connection.onNotification(workspaceTrustedNotification, () => {
    shellFindings.mayRun = true;
    lookAgain();
  });
  connection.onShutdown(() => {
    shellFindings.stop();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const paths = changes.flatMap(({ uri }) => fileOfUri(uri) ?? []);
    forecasts.filesChanged(paths);
    if (
      changes.some(({ uri }) => /\.dockerignore$|\/(?:\.hadolint|\.?slipway)\.ya?ml$/.test(uri))
    ) {
      lookAgain();
    }
  });
  // A COPY may have been waiting for the file. Others than the editor make files too, but in bursts of thousands.
  connection.workspace.onDidCreateFiles(lookAgain);
  connection.workspace.onDidDeleteFiles(lookAgain);
  connection.workspace.onDidRenameFiles(lookAgain);
  documents.onDidChange(publish);
  documents.onDidChange((uri) => {
    forecasts.edited(uri);
    cacheStates.tellSoon(uri);
  });
  documents.onDidClose((uri) => {
    settings.forget(uri);
    project.forget(uri);
    shellFindings.forget(uri);
    forecasts.closed(uri);
    cacheStates.forget(uri);
    unpublish(uri);
  });

  connection.languages.diagnostics.on(
    of("textDocument/diagnostic", fullReport([]), async (document) =>
      fullReport(await problems.diagnostics(document)),
    ),
  );
  connection.onCodeAction(
    of("textDocument/codeAction", [], async (document, { range, context }) =>
      codeActions({
        ...document,
        findings: await problems.findings(document),
        span: spanOfRange(document.file.lines, range),
        ...(context.only === undefined ? {} : { only: context.only }),
        toWorkspaceEdit: toWorkspaceEdit(document),
      }),
    ),
  );
  connection.onCompletion(
    at("textDocument/completion", [], async ({ uri, file }, offset) => {
      const context = findBuildContext(uri);
      const paths = context === undefined ? [] : await pathCompletion(file, offset, context);
      return [...completion(file, offset, rules), ...paths];
    }),
  );
  connection.onHover(
    at("textDocument/hover", null, async (document, offset) => {
      const { cacheHints: chosen } = await settings.of(document.uri);
      const outlook = chosen.enabled ? forecasts.of(document) : undefined;
      const story = cacheStory(document.file, offset, outlook);
      return hover(document.file, offset, story) ?? null;
    }),
  );
  connection.onDefinition(
    at("textDocument/definition", [], ({ uri, file }, offset) =>
      asLocations(definition(uri, file, offset)),
    ),
  );
  connection.onReferences(
    at("textDocument/references", [], ({ uri, file }, offset, { context }) =>
      references(uri, file, offset, context.includeDeclaration),
    ),
  );
  connection.onDocumentHighlight(
    at("textDocument/documentHighlight", [], ({ file }, offset) =>
      documentHighlights(file, offset),
    ),
  );
  connection.onPrepareRename(
    at(
      "textDocument/prepareRename",
      null,
      ({ file }, offset) => prepareRename(file, offset) ?? null,
    ),
  );
  connection.onRenameRequest(
    at("textDocument/rename", null, (document, offset, { newName }) =>
      toWorkspaceEdit(document)(rename(document.file, offset, newName)),
    ),
  );
  connection.onDocumentSymbol(
    of("textDocument/documentSymbol", [], ({ file }) => documentSymbols(file)),
  );
  connection.onFoldingRanges(
    of("textDocument/foldingRange", [], ({ file }) => foldingRanges(file)),
  );
  connection.onDocumentLinks(
    of("textDocument/documentLink", [], ({ file }) => documentLinks(file)),
  );
  connection.onSelectionRanges(
    of("textDocument/selectionRange", [], ({ file }, { positions }) =>
      positions.map((position) => selectionRange(file, file.lines.offsetAt(position))),
    ),
  );
  connection.onDocumentFormatting(
    of("textDocument/formatting", [], ({ file }, { options }) =>
      textEdits(file, formatting(file, options)),
    ),
  );
  connection.onDocumentRangeFormatting(
    of("textDocument/rangeFormatting", [], ({ file }, { options, range }) =>
      textEdits(file, formatting(file, options, spanOfRange(file.lines, range))),
    ),
  );
  connection.languages.semanticTokens.on(
    of("textDocument/semanticTokens/full", { data: [] }, ({ file }) => semanticTokens(file)),
  );
  connection.languages.semanticTokens.onRange(
    of("textDocument/semanticTokens/range", { data: [] }, ({ file }, { range }) =>
      semanticTokens(file, spanOfRange(file.lines, range)),
    ),
  );
  connection.languages.inlayHint.on(
    of("textDocument/inlayHint", [], async (document, { range }) => {
      const record = builds.get(document.uri);
      const { cacheHints: chosen } = await settings.of(document.uri);
      return record === undefined || !chosen.enabled
        ? []
        : cacheHints(document.file, record, range, forecasts.of(document));
    }),
  );
  connection.onCodeLens(
    of("textDocument/codeLens", [], async (document) => {
      const { cacheHints: chosen } = await settings.of(document.uri);
      return chosen.enabled && chosen.codeLens
        ? stageLenses(
            document.file,
            forecasts.of(document),
            cacheStates.isOn ? "slipway.forecast.focus" : "",
          )
        : [];
    }),
  );
  connection.onRequest(buildFinishedRequest, (params: BuildFinishedParams): BuildFinishedResult => {
    const { record, result } = recordBuild(parse(params.text), params);
    if (params.cancelled !== true) {
      builds.set(params.uri, record);
    }
    forecasts.buildFinished(params).catch(report("Forecast"));
    refreshHints();
    return result;
  });
  connection.onRequest(
    buildStartingRequest,
    async (params: BuildStartingParams): Promise<BuildStartingResult> => ({
      images: await forecasts.buildStarting(params),
    }),
  );
  connection.onNotification(cachePrunedNotification, () => forecasts.cachePruned());
  connection.onNotification(engineChangedNotification, (params: EngineChangedParams) => {
    forecasts.engineChanged(params);
  });
  connection.onNotification(
    imagesReplacedNotification,
    ({ references: names }: ImagesReplacedParams) => forecasts.imagesReplaced(names),
  );

  documents.listen(connection);
  connection.listen();

  /** A request about an open document. */
  function of<Params extends { readonly textDocument: { readonly uri: string } }, Result>(
    method: string,
    nothing: Result,
    handler: (document: OpenDocument, params: Params) => Result | Promise<Result>,
  ): (params: Params) => Promise<Result> {
    return async (params) => {
      try {
        const document = documents.get(params.textDocument.uri);
        return document === undefined ? nothing : await handler(document, params);
      } catch (error) {
        if (error instanceof RenameRefusal) {
          throw new ResponseError(LSPErrorCodes.RequestFailed, error.message);
        }
        report(method)(error);
        return nothing;
      }
    };
  }

  /** A request about a place in an open document. */
  function at<
    Params extends {
      readonly textDocument: { readonly uri: string };
      readonly position: { readonly line: number; readonly character: number };
    },
    Result,
  >(
    method: string,
    nothing: Result,
    handler: (document: OpenDocument, offset: number, params: Params) => Result | Promise<Result>,
  ): (params: Params) => Promise<Result> {
    return of(method, nothing, (document, params) =>
      handler(document, document.file.lines.offsetAt(params.position), params),
    );
  }

  /** For editors that do not ask for diagnostics themselves: a little later, since edits come in bursts. */
  function publish(uri: string): void {
    if (pullsDiagnostics(client)) {
      return;
    }
    clearTimeout(publications.get(uri));
    publications.set(
      uri,
      setTimeout(() => {
        publications.delete(uri);
        publishNow(uri).catch(report("textDocument/publishDiagnostics"));
      }, burst),
    );
  }

  async function publishNow(uri: string): Promise<void> {
    const document = documents.get(uri);
    if (document === undefined) {
      return;
    }
    const found = await problems.diagnostics(document);
    if (documents.isCurrent(document)) {
      await connection.sendDiagnostics({ uri, version: document.version, diagnostics: found });
    }
  }

  function unpublish(uri: string): void {
    clearTimeout(publications.get(uri));
    publications.delete(uri);
    if (!pullsDiagnostics(client)) {
      connection
        .sendDiagnostics({ uri, diagnostics: [] })
        .catch(report("textDocument/publishDiagnostics"));
    }
  }

  function lookAgain(): void {
    contexts.forget();
    project.clear();
    problems.clear();
    documents.uris().forEach(publish);
    refreshDiagnostics();
  }

  /** There is something new to show in a document that has not changed. */
  function showWhatIsNew(uri: string): void {
    publish(uri);
    refreshDiagnostics();
  }

  function refreshDiagnostics(): void {
    if (client.workspace?.diagnostics?.refreshSupport === true) {
      connection.languages.diagnostics.refresh().catch(report("workspace/diagnostic/refresh"));
    }
  }

  function refreshHints(): void {
    if (client.workspace?.inlayHint?.refreshSupport === true) {
      connection.languages.inlayHint.refresh().catch(report("workspace/inlayHint/refresh"));
    }
    if (client.workspace?.codeLens?.refreshSupport === true) {
      connection
        .sendRequest("workspace/codeLens/refresh")
        .catch(report("workspace/codeLens/refresh"));
    }
  }

  function toWorkspaceEdit({
    uri,
    version,
    file,
  }: OpenDocument): (edits: readonly Edit[]) => ReturnType<typeof workspaceEdit> {
    const heedsVersions = client.workspace?.workspaceEdit?.documentChanges === true;
    return (edits) => workspaceEdit(heedsVersions ? { uri, version } : { uri }, file.lines, edits);
  }

  function asLocations(links: ReturnType<typeof definition>) {
    return client.textDocument?.definition?.linkSupport === true
      ? links
      : links.map(({ targetUri, targetSelectionRange }) => ({
          uri: targetUri,
          range: targetSelectionRange,
        }));
  }

  function report(what: string): (error: unknown) => void {
    return (error) => {
      connection.console.error(
        `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    };
  }
}

function textEdits({ lines }: Dockerfile, edits: readonly Edit[]): TextEdit[] {
  return edits.map(({ newText, ...span }) => ({ range: rangeOf(lines, span), newText }));
}

/** Whether the editor shows what `slipway/cacheState` tells. */
function showsCacheState(options: Partial<InitializationOptions> | undefined): boolean {
  return options?.showsCacheState === true;
}

/** Whether the programs of the machine may be run for what is open. An editor that says nothing knows no other. */
function isTrusted(options: Partial<InitializationOptions> | undefined): boolean {
  return options?.isTrusted !== false;
}

/** Whether the client answers `engineImagesRequest`. */
function knowsImages(options: Partial<InitializationOptions> | undefined): boolean {
  return options?.knowsImages === true;
}

function fullReport<Item>(items: Item[]): {
  readonly kind: typeof DocumentDiagnosticReportKind.Full;
  readonly items: Item[];
} {
  return { kind: DocumentDiagnosticReportKind.Full, items };
}
