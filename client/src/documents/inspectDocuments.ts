import * as vscode from "vscode";
import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../engine/engineError.ts";
import type { CurrentEngine } from "../views/currentEngine.ts";

export const inspectScheme = "slipway-inspect";

type InspectedKind = "container" | "image" | "volume" | "network";

/** The engine's own JSON of an object as a read-only document, read anew each time it is opened. */
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
      path: `/${kind}/${name.replaceAll("/", "∕")}.json`,
      query: id,
    });
    // Asked here first, so that a failure is the command's and not an empty document's.
    await inspect(await this.#engine.get(), uri);
    this.#didChange.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    try {
      return JSON.stringify(await inspect(await this.#engine.get(), uri), undefined, 2);
    } catch (error) {
      if (error instanceof EngineError) {
        return JSON.stringify({ error: error.message }, undefined, 2);
      }
      throw error;
    }
  }

  dispose(): void {
    this.#didChange.dispose();
  }
}

function inspect(engine: Engine, uri: vscode.Uri): Promise<Record<string, unknown>> {
  switch (uri.path.split("/")[1]) {
    case "container":
      return engine.inspectContainer(uri.query);
    case "volume":
      return engine.inspectVolume(uri.query);
    case "network":
      return engine.inspectNetwork(uri.query);
    default:
      return engine.inspectImage(uri.query);
  }
}
