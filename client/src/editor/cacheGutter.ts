import * as vscode from "vscode";
import { type CacheStep, settingsSection } from "../../../server/src/protocol.ts";
import type { CacheStates } from "../views/cacheStates.ts";

/** Marks beside the line numbers: a check, an arrow in a circle, a question mark. */
export class CacheGutter {
  readonly #states: CacheStates;
  readonly #marks: ReadonlyMap<CacheStep["state"], vscode.TextEditorDecorationType>;
  readonly #disposables: vscode.Disposable[];

  constructor(states: CacheStates, extension: vscode.Uri) {
    this.#states = states;
    this.#marks = new Map(
      (["cached", "runs", "unknown"] as const).map((state) => [state, mark(extension, state)]),
    );
    this.#disposables = [
      ...this.#marks.values(),
      states.onDidChange((uri) => {
        this.#draw(uri);
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.#draw();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${settingsSection}.cacheHints`)) {
          this.#draw();
        }
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  #draw(uri?: string): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      if (uri === undefined || document.uri.toString() === uri) {
        const steps = isShown(document.uri) ? stepsOf(this.#states, document.uri) : [];
        for (const [state, decoration] of this.#marks) {
          editor.setDecorations(
            decoration,
            steps
              .filter((step) => step.state === state && step.line < document.lineCount)
              .map(({ line }) => document.lineAt(line).range),
          );
        }
      }
    }
  }
}

function stepsOf(states: CacheStates, uri: vscode.Uri): CacheStep[] {
  return (states.of(uri)?.stages ?? []).flatMap(({ steps }) => steps);
}

function isShown(uri: vscode.Uri): boolean {
  const section = vscode.workspace.getConfiguration(settingsSection, uri);
  return section.get<unknown>("cacheHints.gutter") !== false;
}

function mark(extension: vscode.Uri, state: CacheStep["state"]): vscode.TextEditorDecorationType {
  const icon = (theme: string): vscode.Uri =>
    vscode.Uri.joinPath(extension, "media", "cache", `${state}-${theme}.svg`);
  return vscode.window.createTextEditorDecorationType({
    light: { gutterIconPath: icon("light") },
    dark: { gutterIconPath: icon("dark") },
    gutterIconSize: "contain",
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
