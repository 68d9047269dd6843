import * as vscode from "vscode";
import { inspectContext } from "../engine/contextStore.ts";
import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../engine/engineError.ts";
import { changesText, processesText } from "../presentation/containerReports.ts";
import type { CurrentEngine } from "../views/currentEngine.ts";

export const inspectScheme = "slipway-inspect";

/** An object, whose JSON is shown, or what is asked of a container. */
type InspectedKind =
  | "container"
  | "image"
  | "volume"
  | "network"
  | "context"
  | "processes"
  | "changes";

/**
 * What the engine says of an object as a read-only document, read anew each time it is opened: its own
 * JSON, a container's processes, what a container did to its files.
 */
export class InspectDocuments implements vscode.TextDocumentContentProvider {
  readonly #engine: CurrentEngine;
  readonly #didChange = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#didChange.event;

  constructor(engine: CurrentEngine) {
    this.#engine = engine;
  }

  /** Shows the document; `name` is what its tab says, `id` what the engine is asked for. */
  async open(kind: InspectedKind, id: string, name: string): Promise<void> {
    const uri = vscode.Uri.from({
      scheme: inspectScheme,
      path: `/${kind}/${fileName(kind, name.replaceAll("/", "∕"))}`,
      query: id,
    });
    // Asked here first, so that a failure is the command's and not an empty document's.
    await this.#read(uri);
    this.#didChange.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    try {
      return await this.#read(uri);
    } catch (error) {
      if (error instanceof EngineError) {
        return json({ error: error.message });
      }
      throw error;
    }
  }

  /** A context is the docker command's, whatever engine there is. */
  async #read(uri: vscode.Uri): Promise<string> {
    return uri.path.startsWith("/context/")
      ? json(await inspectContext(uri.query))
      : await read(await this.#engine.get(), uri);
  }

  dispose(): void {
    this.#didChange.dispose();
  }
}

function fileName(kind: InspectedKind, name: string): string {
  switch (kind) {
    case "processes":
      return vscode.l10n.t("{0} processes", name);
    case "changes":
      return vscode.l10n.t("{0} file changes", name);
    default:
      return `${name}.json`;
  }
}

async function read(engine: Engine, { path, query: id }: vscode.Uri): Promise<string> {
  switch (path.split("/")[1]) {
    case "container":
      return json(await engine.inspectContainer(id));
    case "volume":
      return json(await engine.inspectVolume(id));
    case "network":
      return json(await engine.inspectNetwork(id));
    case "processes":
      return processesText(await engine.containerProcesses(id));
    case "changes":
      return changesText(await engine.containerChanges(id), vscode.l10n.t);
    default:
      return json(await engine.inspectImage(id));
  }
}

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
