import { pathToFileURL } from "node:url";
import {
  type ClientCapabilities,
  type Connection,
  DiagnosticSeverity,
} from "vscode-languageserver/node";
import {
  type Configuration,
  type ConfigurationFile,
  type FindConfiguration,
  noConfiguration,
} from "./configuration/configuration.ts";
import { diagnosticSource } from "./features/diagnostics.ts";

/**
 * What a project's own files say about its checks, looked for once per document and again after a
 * change. Mistakes in such a file are published as its diagnostics, at their lines.
 */
export class ProjectConfiguration {
  readonly #connection: Connection;
  readonly #find: FindConfiguration;
  readonly #found = new Map<string, Promise<Configuration>>();
  /** The files whose diagnostics are shown. */
  readonly #withMistakes = new Set<string>();
  #rootUri: string | undefined;
  #knowsFolders = false;

  constructor(connection: Connection, find: FindConfiguration) {
    this.#connection = connection;
    this.#find = find;
  }

  /** Has to be called with what the editor says of itself. */
  initialize({ workspace }: ClientCapabilities, rootUri: string | undefined): void {
    this.#knowsFolders = workspace?.workspaceFolders === true;
    this.#rootUri = rootUri;
  }

  /** Has to be called when files have changed. */
  clear(): void {
    this.#found.clear();
  }

  forget(uri: string): void {
    this.#found.delete(uri);
  }

  /** What counts for a document. Never rejects. */
  async of(uri: string): Promise<Configuration> {
    const known = this.#found.get(uri);
    if (known !== undefined) {
      return known;
    }
    const looked = this.#look(uri);
    this.#found.set(uri, looked);
    return looked;
  }

  async #look(uri: string): Promise<Configuration> {
    try {
      const folderUri = await this.#folderOf(uri);
      const dockerfileUri = uri.startsWith("file:") ? uri : undefined;
      const configuration = await this.#find({ dockerfileUri, folderUri });
      await Promise.all(configuration.files.map((file) => this.#showMistakes(file)));
      return configuration;
    } catch (error) {
      this.#connection.console.error(`Project configuration: ${String(error)}`);
      return noConfiguration;
    }
  }

  /** The folder of the workspace that holds the document, the innermost of several. */
  async #folderOf(uri: string): Promise<string | undefined> {
    const folders = this.#knowsFolders
      ? ((await this.#connection.workspace.getWorkspaceFolders()) ?? [])
      : [];
    const uris = folders.length > 0 ? folders.map((each) => each.uri) : [this.#rootUri ?? ""];
    return uris
      .filter((each) => each !== "" && uri.startsWith(`${each.replace(/\/$/, "")}/`))
      .sort((a, b) => b.length - a.length)[0];
  }

  async #showMistakes({ path, mistakes }: ConfigurationFile): Promise<void> {
    const uri = pathToFileURL(path).href;
    if (mistakes.length === 0 && !this.#withMistakes.delete(uri)) {
      return;
    }
    if (mistakes.length > 0) {
      this.#withMistakes.add(uri);
    }
    await this.#connection.sendDiagnostics({
      uri,
      diagnostics: mistakes.map(({ line, message }) => ({
        // The editor ends it where the line ends.
        range: { start: { line, character: 0 }, end: { line, character: 1000 } },
        severity: DiagnosticSeverity.Error,
        source: diagnosticSource,
        message,
      })),
    });
  }
}
