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
  type InitializationOptions,
  languageId,
  settingsSection,
  workspaceTrustedNotification,
} from "../../server/src/protocol.ts";

/** Where a Dockerfile that somebody edits lives; not the read-only sides of a diff. */
const schemes = ["file", "untitled", "vscode-vfs", "vscode-remote", "memfs", "vscode-userdata"];

/** The running language server. */
export interface LanguageServer extends vscode.Disposable {
  /** Tells it how a build went; it answers where the steps stand in the Dockerfile, undefined where nobody answers. */
  buildFinished(params: BuildFinishedParams): Promise<BuildFinishedResult | undefined>;
}

/** Starts the language server as a process of its own. It is restarted when it crashes, up to the client's limit. */
export async function startLanguageServer(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
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
  const options: LanguageClientOptions = {
    documentSelector: schemes.map((scheme) => ({ scheme, language: languageId })),
    outputChannel: log,
    initializationOptions: (): InitializationOptions => ({
      isTrusted: vscode.workspace.isTrusted,
    }),
    synchronize: {
      configurationSection: settingsSection,
      fileEvents: [
        vscode.workspace.createFileSystemWatcher("**/*.dockerignore"),
        vscode.workspace.createFileSystemWatcher("**/.hadolint.{yaml,yml}"),
      ],
    },
  };
  const client = new LanguageClient(
    "slipway",
    vscode.l10n.t("Slipway Language Server"),
    server,
    options,
  );
  await client.start();
  const trust = vscode.workspace.onDidGrantWorkspaceTrust(() => {
    client.sendNotification(workspaceTrustedNotification).catch((error: unknown) => {
      log.debug(`Telling the language server of trust: ${String(error)}`);
    });
  });
  return {
    buildFinished: (params) =>
      client.sendRequest<BuildFinishedResult>(buildFinishedRequest, params),
    dispose() {
      trust.dispose();
      void client.dispose().catch((error: unknown) => {
        log.debug(`Stopping the language server: ${String(error)}`);
      });
    },
  };
}
