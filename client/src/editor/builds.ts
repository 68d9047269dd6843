import * as vscode from "vscode";
import type { BuildEvent, BuildRequest, BuildResult } from "../engine/build.ts";
import { circumstancesOf } from "../engine/buildCircumstances.ts";
import { BuildFailure } from "../engine/buildFailure.ts";
import { EngineError } from "../engine/engineError.ts";
import { sshAgentSocket } from "../engine/sshAgentSocket.ts";
import { type BuildChoices, choicesText, noChoices } from "../presentation/buildChoices.ts";
import {
  BuildProgress,
  builtSteps,
  buildSummary,
  buildPercent,
} from "../presentation/buildProgress.ts";
import { type BuildOutput, BuildTerminal } from "../terminals/buildTerminal.ts";
import type { CurrentEngine } from "../views/currentEngine.ts";
import type {
  BuildCircumstances,
  BuildFinishedParams,
  BuildFinishedResult,
  BuildStartingParams,
  BuildStartingResult,
} from "../../../server/src/protocol.ts";

/** What to build, as the user chose it; kept to build it again. */
export interface BuildPlan {
  readonly dockerfile: string;
  readonly contextFolder: string;
  readonly tag: string;
  readonly target?: string;
  readonly choices?: BuildChoices;
}

/** Who runs a build instead of us: has a terminal of its own, and finds the problem in what it is shown. */
export interface BuildRunner {
  readonly output: BuildOutput;
  /** Aborted to cancel the build. */
  readonly signal: AbortSignal;
}

/** The language server as builds see it; undefined where it does not run. Never rejects. */
export interface BuildObserver {
  buildStarting(params: BuildStartingParams): Promise<BuildStartingResult | undefined>;
  buildFinished(params: BuildFinishedParams): Promise<BuildFinishedResult | undefined>;
  imagesReplaced(references: readonly string[]): Promise<void>;
}

export type BuildOutcome =
  | { readonly kind: "built"; readonly imageId: string; readonly summary: string }
  | { readonly kind: "failed"; readonly message: string; readonly range: vscode.Range }
  | { readonly kind: "cancelled" };

/**
 * Runs builds where the user sees them: the output in a terminal, the step that
 * it is at in a notification that can cancel it, a failure on the instruction
 * that failed.
 */
export class Builds {
  readonly #engine: CurrentEngine;
  readonly #observer: BuildObserver;
  readonly #log: vscode.LogOutputChannel;
  readonly #problems = vscode.languages.createDiagnosticCollection("slipway-build");
  /** The terminal of the last build of each image; the next build takes its place. */
  readonly #terminals = new Map<string, BuildTerminal>();

  constructor(engine: CurrentEngine, observer: BuildObserver, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#observer = observer;
    this.#log = log;
  }

  dispose(): void {
    this.#problems.dispose();
  }

  /** Builds. A build that fails is an outcome; rejects with EngineError where it could not even begin. */
  async run(plan: BuildPlan, runner?: BuildRunner): Promise<BuildOutcome> {
    const uri = vscode.Uri.file(plan.dockerfile);
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.isDirty) {
      await document.save();
    }
    const text = document.getText();
    const request = buildRequest(plan);
    const engine = await this.#engine.get();
    this.#problems.delete(uri);
    const circumstances = await circumstancesOf(
      engine,
      {
        uri: uri.toString(),
        text,
        contextFolder: plan.contextFolder,
        ...reportedOptions(plan),
      },
      this.#observer,
    );
    const report = reported(plan, uri, text, circumstances);

    const cancelling = new AbortController();
    const cancel = (): void => {
      cancelling.abort();
    };
    runner?.signal.addEventListener("abort", cancel, { once: true });
    const terminal = runner?.output ?? this.#openTerminal(plan.tag, cancel);
    const progress = new BuildProgress(vscode.l10n.t);
    terminal.write(`\u001B[2m${headline(plan)}\u001B[0m\r\n\r\n`);

    try {
      const result = await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: vscode.l10n.t("Building {0}", plan.tag),
          cancellable: true,
        },
        (notification, token) => {
          token.onCancellationRequested(cancel);
          return engine.buildImage(request, {
            signal: cancelling.signal,
            onEvent: followEvents(progress, terminal, notification),
          });
        },
      );
      return await this.#succeeded(plan, report, result, progress, terminal);
    } catch (error) {
      if (!(error instanceof EngineError)) {
        terminal.end(red(String(error)));
        throw error;
      }
      if (error.reason !== "build-failed") {
        await this.#observer.buildFinished({
          ...report(),
          cancelled: true,
          steps: builtSteps(progress.steps, new Map()),
        });
      }
      if (error.reason === "cancelled") {
        terminal.end(vscode.l10n.t("The build was cancelled."));
        return { kind: "cancelled" };
      }
      terminal.end(red(error.message));
      if (error.reason !== "build-failed") {
        throw error;
      }
      return await this.#failed(plan, document, report, error, progress, runner);
    }
  }

  #openTerminal(tag: string, cancel: () => void): BuildTerminal {
    this.#terminals.get(tag)?.close();
    const terminal = new BuildTerminal(vscode.l10n.t("Build: {0}", tag), cancel);
    this.#terminals.set(tag, terminal);
    return terminal;
  }

  async #succeeded(
    plan: BuildPlan,
    report: Report,
    result: BuildResult,
    progress: BuildProgress,
    terminal: BuildOutput,
  ): Promise<BuildOutcome> {
    const summary = buildSummary(
      { name: plan.tag, seconds: result.seconds, steps: result.steps },
      vscode.l10n.t,
    );
    terminal.end(`\u001B[32m${summary}\u001B[0m`);
    this.#log.info(`${summary} ${result.imageId}`);
    const steps = result.steps.length > 0 ? result.steps : progress.steps;
    await this.#observer.buildFinished({
      ...report(),
      steps: builtSteps(steps, result.layerBytes),
    });
    await this.#observer.imagesReplaced([plan.tag]);
    return { kind: "built", imageId: result.imageId, summary };
  }

  async #failed(
    plan: BuildPlan,
    document: vscode.TextDocument,
    report: Report,
    error: EngineError,
    progress: BuildProgress,
    runner: BuildRunner | undefined,
  ): Promise<BuildOutcome> {
    this.#log.error(`Build of ${plan.tag}: ${error.message}`);
    const { steps } = progress;
    const reply = await this.#observer.buildFinished({
      ...report(),
      steps: builtSteps(steps, new Map()),
    });
    const details = error instanceof BuildFailure ? error.details : undefined;
    const failed =
      details?.step === undefined
        ? steps.findIndex(({ state }) => state === "failed")
        : steps.findIndex(({ digest }) => digest === details.step?.digest);
    const stepRange = details?.dockerfileLine === undefined ? reply?.ranges[failed] : undefined;
    const range = stepRange
      ? new vscode.Range(
          stepRange.start.line,
          stepRange.start.character,
          stepRange.end.line,
          stepRange.end.character,
        )
      : lineRange(document, (details?.dockerfileLine ?? 1) - 1);
    const output = details?.output ?? [];
    const diagnostic = new vscode.Diagnostic(
      range,
      [error.message, ...output.slice(-10)].join("\n"),
      vscode.DiagnosticSeverity.Error,
    );
    diagnostic.source = "slipway build";
    if (runner === undefined) {
      this.#problems.set(document.uri, [diagnostic]);
    }
    await revealFailure(document, range);
    return { kind: "failed", message: error.message, range };
  }
}

/** Brings the failing instruction into view, and leaves the keyboard where it is. */
async function revealFailure(document: vscode.TextDocument, range: vscode.Range): Promise<void> {
  const editor = await vscode.window.showTextDocument(document, {
    preserveFocus: true,
    preview: false,
  });
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

function followEvents(
  progress: BuildProgress,
  terminal: BuildOutput,
  notification: vscode.Progress<{ message?: string; increment?: number }>,
): (event: BuildEvent) => void {
  let shownStep: string | undefined;
  let shownPercent = 0;
  return (event) => {
    terminal.write(progress.accept(event));
    const step = progress.currentStep;
    if (event.type !== "step" || step === undefined || step === shownStep) {
      return;
    }
    shownStep = step;
    const percent = buildPercent(progress.steps);
    const increment = Math.max(0, percent - shownPercent);
    shownPercent += increment;
    notification.report({ message: step, increment });
  };
}

/** Throws EngineError where a build needs the SSH agent and there is none. */
function buildRequest(plan: BuildPlan): BuildRequest {
  const { sshAgent, moreTags, platform, ...choices } = plan.choices ?? noChoices;
  return {
    contextFolder: plan.contextFolder,
    dockerfile: plan.dockerfile,
    tags: [plan.tag, ...moreTags],
    ...(plan.target === undefined ? {} : { target: plan.target }),
    ...(platform === undefined ? {} : { platform }),
    ...choices,
    ...(sshAgent ? { sshAgents: { default: agentSocket() } } : {}),
  };
}

/** Looked up for each build, since the socket is another one after every login. */
function agentSocket(): string {
  const socket = sshAgentSocket(process.env);
  if (socket === undefined) {
    throw new EngineError(
      "not-found",
      vscode.l10n.t(
        "The build was to use your SSH agent, and none runs: SSH_AUTH_SOCK is not set for VS Code.",
      ),
    );
  }
  return socket;
}

/** What is built and how, so that the output says it for itself. */
function headline(plan: BuildPlan): string {
  const choices = choicesText(plan, vscode.l10n.t);
  const name = vscode.l10n.t("Building {0}", plan.tag);
  return (choices === "" ? name : `${name} · ${choices}`).replaceAll(/\s+/g, " ");
}
/** What is reported of a build that ends now. */
type Report = () => Omit<BuildFinishedParams, "steps">;

/** What the build was asked for, as far as it decides about the cache. */
function reportedOptions({
  target,
  choices,
}: BuildPlan): Pick<BuildFinishedParams, "target" | "platform" | "buildArguments"> {
  const { buildArguments, platform } = choices ?? noChoices;
  return {
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
    buildArguments,
  };
}

function reported(
  plan: BuildPlan,
  uri: vscode.Uri,
  text: string,
  circumstances: BuildCircumstances | undefined,
): Report {
  return () => ({
    uri: uri.toString(),
    text,
    ...reportedOptions(plan),
    ...(plan.choices?.noCache === true ? { noCache: true } : {}),
    ...(plan.choices?.pull === true ? { pulled: true } : {}),
    finishedAt: Date.now(),
    ...(circumstances === undefined ? {} : { circumstances }),
  });
}

/** The text of a line, 0-based, without its indentation. */
function lineRange(document: vscode.TextDocument, line: number): vscode.Range {
  const { range, firstNonWhitespaceCharacterIndex } = document.lineAt(
    Math.min(Math.max(0, line), document.lineCount - 1),
  );
  return range.with(range.start.translate(0, firstNonWhitespaceCharacterIndex));
}

function red(text: string): string {
  return `\u001B[31m${text.replace(/\r?\n/g, "\r\n")}\u001B[0m`;
}
