import * as vscode from "vscode";
import { type CacheStateParams, languageId } from "../../../server/src/protocol.ts";

/** What the next build will do with each open Dockerfile, as the language server tells it. */
export class CacheStates {
  readonly #states = new Map<string, CacheStateParams>();
  readonly #didChange = new vscode.EventEmitter<string>();
  readonly #closing = vscode.workspace.onDidCloseTextDocument(({ uri }) => {
    if (this.#states.delete(uri.toString())) {
      this.#didChange.fire(uri.toString());
    }
  });
  /** Fired with the URI of the Dockerfile. */
  readonly onDidChange = this.#didChange.event;

  accept(state: CacheStateParams): void {
    // The server's way to write a URI need not be the editor's.
    const uri = vscode.Uri.parse(state.uri).toString();
    this.#states.set(uri, state);
    this.#didChange.fire(uri);
  }

  of(uri: vscode.Uri): CacheStateParams | undefined {
    return this.#states.get(uri.toString());
  }

  dispose(): void {
    this.#closing.dispose();
    this.#didChange.dispose();
  }
}

/** The Dockerfile that somebody looks at. */
export function activeDockerfile(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === languageId ? document : undefined;
}
