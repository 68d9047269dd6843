import {
  type ClientCapabilities,
  type Connection,
  DidChangeConfigurationNotification,
} from "vscode-languageserver/node";
import { settingsSection } from "./protocol.ts";
import { type Settings, readSettings } from "./settings.ts";

/**
 * What the editor has set for each document. Editors that can be asked are asked once per document
 * and again after a change; of the others counts what they sent last.
 */
export class EditorSettings {
  readonly #connection: Connection;
  readonly #asked = new Map<string, Promise<Settings>>();
  #sent: Settings = readSettings(undefined);
  #canAsk = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Has to be called with what the editor says of itself. `options` may hold settings, with or without our section around them. */
  initialize({ workspace }: ClientCapabilities, options: unknown): void {
    this.#canAsk = workspace?.configuration === true;
    this.#sent = readSettings(ownSection(options) ?? options);
  }

  /** Asks to be told of changes, where the editor wants to be asked for that. */
  async subscribe({ workspace }: ClientCapabilities): Promise<void> {
    if (workspace?.didChangeConfiguration?.dynamicRegistration === true) {
      await this.#connection.client.register(DidChangeConfigurationNotification.type, {
        section: settingsSection,
      });
    }
  }

  /** Has to be called when the editor says that settings changed, with what it sent along. */
  changed(settings: unknown): void {
    this.#asked.clear();
    const section = ownSection(settings);
    if (section !== undefined) {
      this.#sent = readSettings(section);
    }
  }

  forget(uri: string): void {
    this.#asked.delete(uri);
  }

  /** The settings for a document. Never rejects: an editor that does not answer has set nothing. */
  async of(uri: string): Promise<Settings> {
    if (!this.#canAsk) {
      return this.#sent;
    }
    const known = this.#asked.get(uri);
    if (known !== undefined) {
      return known;
    }
    const asked = this.#ask(uri);
    this.#asked.set(uri, asked);
    return asked;
  }

  async #ask(uri: string): Promise<Settings> {
    try {
      const section: unknown = await this.#connection.workspace.getConfiguration({
        scopeUri: uri,
        section: settingsSection,
      });
      return readSettings(section);
    } catch (error) {
      this.#connection.console.warn(`workspace/configuration: ${String(error)}`);
      return this.#sent;
    }
  }
}

function ownSection(settings: unknown): unknown {
  return typeof settings === "object" && settings !== null
    ? Reflect.get(settings, settingsSection)
    : undefined;
}
