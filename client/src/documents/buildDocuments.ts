import * as vscode from "vscode";
import { lastDrawn } from "../engine/lastDrawn.ts";
import { buildReport } from "../presentation/buildComparison.ts";
import type { BuildRecord } from "../presentation/buildRecord.ts";
import { instructionText } from "../presentation/stepGroups.ts";
import type { BuildHistory } from "../views/buildHistory.ts";

export const buildScheme = "slipway-build";

/** Milliseconds between two versions of the output of a build that runs. */
const pace = 500;

/** What is known of builds as read-only documents: the output of a step or of all, and a report to compare. */
export class BuildDocuments implements vscode.TextDocumentContentProvider {
  readonly #history: BuildHistory;
  readonly #didChange = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#didChange.event;
  readonly #subscription: vscode.Disposable;
  #refreshing: NodeJS.Timeout | undefined;

  constructor(history: BuildHistory) {
    this.#history = history;
    this.#subscription = history.onDidChange(() => {
      this.#refreshing ??= setTimeout(() => {
        this.#refreshing = undefined;
        this.#refresh();
      }, pace);
    });
  }

  /** Shows what a step printed, or without one all steps; it grows while the build runs. */
  async showOutput(build: BuildRecord, digest?: string): Promise<void> {
    const step = build.steps.find((each) => each.digest === digest);
    const name = step === undefined ? build.plan.tag : instructionText(step.name).slice(0, 60);
    const uri = uriOf(build.id, "output", vscode.l10n.t("{0} output", name), digest);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** Shows two builds beside each other. */
  async compare(before: BuildRecord, after: BuildRecord): Promise<void> {
    await vscode.commands.executeCommand(
      "vscode.diff",
      uriOf(before.id, "report", before.plan.tag),
      uriOf(after.id, "report", after.plan.tag),
      vscode.l10n.t(
        "{0}: {1} ↔ {2}",
        after.plan.tag,
        new Date(before.startedAt).toLocaleTimeString(),
        new Date(after.startedAt).toLocaleTimeString(),
      ),
      { preview: true },
    );
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [, id = "", what] = uri.path.split("/");
    await this.#history.load();
    const build = this.#history.get(id);
    if (build === undefined) {
      return vscode.l10n.t("This build is not in the history any more.");
    }
    return what === "report"
      ? buildReport(build, vscode.l10n.t)
      : this.#output(build, uri.query === "" ? undefined : uri.query);
  }

  dispose(): void {
    clearTimeout(this.#refreshing);
    this.#subscription.dispose();
    this.#didChange.dispose();
  }

  async #output(build: BuildRecord, digest: string | undefined): Promise<string> {
    const steps = build.steps.filter((step) => digest === undefined || step.digest === digest);
    const texts = await Promise.all(
      steps.map(async (step) => {
        const output = await this.#history.output(build.id, step.digest);
        const lines = output.split("\n").map(lastDrawn).join("\n");
        return digest === undefined && lines !== ""
          ? `── ${instructionText(step.name)}\n${lines}\n`
          : lines;
      }),
    );
    const error = digest === undefined ? build.error : undefined;
    const text = [...texts.filter((each) => each !== ""), ...(error === undefined ? [] : [error])];
    return text.length === 0 ? vscode.l10n.t("Nothing was printed.") : text.join("\n");
  }

  #refresh(): void {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (uri.scheme === buildScheme) {
        this.#didChange.fire(uri);
      }
    }
  }
}

function uriOf(id: string, what: "output" | "report", name: string, query = ""): vscode.Uri {
  return vscode.Uri.from({
    scheme: buildScheme,
    path: `/${id}/${what}/${name.replaceAll("/", "∕")}`,
    query,
  });
}
