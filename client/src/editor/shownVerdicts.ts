import * as vscode from "vscode";
import type { EngineVerdict } from "../presentation/engineVerdicts.ts";

/** What the engine has said of the instructions of Dockerfiles, beside them until the text or a file of the context changes. */
export class ShownVerdicts {
  readonly #decoration = vscode.window.createTextEditorDecorationType({
    after: {
      color: new vscode.ThemeColor("editorCodeLens.foreground"),
      fontStyle: "italic",
      margin: "0 0 0 2em",
    },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly #shown = new Map<string, readonly EngineVerdict[]>();
  readonly #subscriptions: vscode.Disposable;

  constructor() {
    this.#subscriptions = vscode.Disposable.from(
      this.#decoration,
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) {
          this.clear(document.uri);
        }
      }),
      // A file that is saved may be one that the build reads.
      vscode.workspace.onDidSaveTextDocument(() => this.#clearAll()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#draw()),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  show(uri: vscode.Uri, verdicts: readonly EngineVerdict[]): void {
    this.#shown.set(uri.toString(), verdicts);
    this.#draw();
  }

  clear(uri: vscode.Uri): void {
    if (this.#shown.delete(uri.toString())) {
      this.#draw();
    }
  }

  /** What is shown for a Dockerfile. */
  of(uri: vscode.Uri): readonly EngineVerdict[] {
    return this.#shown.get(uri.toString()) ?? [];
  }

  #clearAll(): void {
    if (this.#shown.size > 0) {
      this.#shown.clear();
      this.#draw();
    }
  }

  #draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const verdicts = this.of(document.uri).filter(({ line }) => line < document.lineCount);
      editor.setDecorations(
        this.#decoration,
        verdicts.map(({ line, text }) => {
          const { end } = document.lineAt(line).range;
          return {
            range: new vscode.Range(end, end),
            renderOptions: { after: { contentText: text } },
          };
        }),
      );
    }
  }
}
