import type { Connection } from "vscode-languageserver/node";
import { TextDocuments } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { parse } from "./dockerfile/parse.ts";
import type { Dockerfile } from "./dockerfile/syntax.ts";

/** A version of an open text. Does not change: an edit makes another one. */
export interface OpenDocument {
  readonly uri: string;
  /** The editor's number for this version. */
  readonly version: number;
  readonly file: Dockerfile;
}

/** The Dockerfiles that are open in the editor, each parsed once per version and not before somebody asks. */
export class OpenDocuments {
  readonly #texts = new TextDocuments(TextDocument);
  readonly #parsed = new Map<string, OpenDocument>();

  /** Follows what the editor opens, edits and closes. */
  listen(connection: Connection): void {
    this.#texts.onDidClose(({ document }) => this.#parsed.delete(document.uri));
    this.#texts.listen(connection);
  }

  /** Told of every version, the first included. */
  onDidChange(listener: (uri: string) => void): void {
    this.#texts.onDidChangeContent(({ document }) => {
      listener(document.uri);
    });
  }

  onDidClose(listener: (uri: string) => void): void {
    this.#texts.onDidClose(({ document }) => {
      listener(document.uri);
    });
  }

  uris(): string[] {
    return this.#texts.keys();
  }

  /** The text as it is now; `undefined` when it is not open. */
  get(uri: string): OpenDocument | undefined {
    const text = this.#texts.get(uri);
    if (text === undefined) {
      return undefined;
    }
    const known = this.#parsed.get(uri);
    if (known?.version === text.version) {
      return known;
    }
    const fresh = { uri, version: text.version, file: parse(text.getText()) };
    this.#parsed.set(uri, fresh);
    return fresh;
  }

  /** Whether the document is still open and no edit came since. */
  isCurrent(document: OpenDocument): boolean {
    return this.get(document.uri) === document;
  }
}
