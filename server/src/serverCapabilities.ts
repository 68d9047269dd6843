import {
  type ClientCapabilities,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { codeActionKinds } from "./features/codeActions.ts";
import { completionTriggers } from "./features/completion.ts";
import { semanticTokensLegend } from "./features/semanticTokens.ts";

/** What the server can do for a client that can do this: LSP 3.17, "Server Capabilities". */
export function serverCapabilities(client: ClientCapabilities): ServerCapabilities {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    ...(pullsDiagnostics(client)
      ? {
          diagnosticProvider: {
            identifier: "slipway",
            interFileDependencies: false,
            workspaceDiagnostics: false,
          },
        }
      : {}),
    codeActionProvider: { codeActionKinds: [...codeActionKinds] },
    completionProvider: { triggerCharacters: [...completionTriggers] },
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    renameProvider: { prepareProvider: true },
    documentSymbolProvider: true,
    foldingRangeProvider: true,
    documentLinkProvider: {},
    selectionRangeProvider: true,
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    semanticTokensProvider: { legend: semanticTokensLegend, full: true, range: true },
    inlayHintProvider: true,
    codeLensProvider: {},
    ...(client.workspace?.fileOperations === undefined
      ? {}
      : {
          workspace: {
            fileOperations: { didCreate: anyFile, didDelete: anyFile, didRename: anyFile },
          },
        }),
  };
}

const anyFile = { filters: [{ scheme: "file", pattern: { glob: "**/*" } }] };

/** Whether the editor asks for diagnostics itself. */
export function pullsDiagnostics({ textDocument }: ClientCapabilities): boolean {
  return textDocument?.diagnostic !== undefined;
}
