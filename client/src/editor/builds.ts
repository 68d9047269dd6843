import * as vscode from "vscode";
import type { BuildEvent, BuildRequest, BuildResult, BuildStep } from "../engine/build.ts";
import { circumstancesOf } from "../engine/buildCircumstances.ts";
import { BuildFailure } from "../engine/buildFailure.ts";
import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../engine/engineError.ts";
import { sshAgentSocket } from "../engine/sshAgentSocket.ts";
import { choicesText, noChoices } from "../presentation/buildChoices.ts";
import { differenceText } from "../presentation/buildComparison.ts";
import type { BuildPlan } from "../presentation/buildPlan.ts";
import {
  BuildProgress,
  builtSteps,
  buildSummary,
  buildPercent,
} from "../presentation/buildProgress.ts";
import { buildBefore } from "../presentation/buildRecord.ts";
import { type BuildOutput, BuildTerminal } from "../terminals/buildTerminal.ts";
import type { BuildHistory, LiveBuild } from "../views/buildHistory.ts";
import type { CurrentEngine } from "../views/currentEngine.ts";
import type {
  BuildCircumstances,
  BuildFinishedParams,
  BuildFinishedResult,
  BuildStartingParams,
  BuildStartingResult,
} from "../../../server/src/protocol.ts";

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
  readonly history: BuildHistory;
  readonly #engine: CurrentEngine;
  readonly #observer: BuildObserver;
  readonly #log: vscode.LogOutputChannel;
  readonly #problems = vscode.languages.createDiagnosticCollection("slipway-build");
  /** The terminal of the last build of each image; the next build takes its place. */
  readonly #terminals = new Map<string, BuildTerminal>();

  constructor(
    engine: CurrentEngine,
    observer: BuildObserver,
    history: BuildHistory,
    log: vscode.LogOutputChannel,
  ) {
    this.history = history;
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
    const live = this.history.begin(plan, text, cancel);
    const underWay: UnderWay = { plan, document, engine, report, progress, terminal, live, runner };
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
            onEvent: followEvents(progress, terminal, notification, live),
          });
        },
      );
      return await this.#succeeded(underWay, result);
    } catch (error) {
      if (!(error instanceof EngineError)) {
        terminal.end(red(String(error)));
        await live.end({ outcome: "broken", error: String(error) });
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
        await live.end({ outcome: "cancelled" });
        return { kind: "cancelled" };
      }
      terminal.end(red(error.message));
      if (error.reason !== "build-failed") {
        await live.end({ outcome: "broken", error: error.message });
        throw error;
      }
      return await this.#failed(underWay, error);
    }
  }

  #openTerminal(tag: string, cancel: () => void): BuildTerminal {
    this.#terminals.get(tag)?.close();
    const terminal = new BuildTerminal(vscode.l10n.t("Build: {0}", tag), cancel);
    this.#terminals.set(tag, terminal);
    return terminal;
  }

  async #succeeded(
    { plan, engine, report, progress, terminal, live }: UnderWay,
    result: BuildResult,
  ): Promise<BuildOutcome> {
    const { imageId, seconds, layerBytes } = result;
    const steps = result.steps.length > 0 ? result.steps : progress.steps;
    const imageBytes = await sizeOf(engine, imageId);
    const summary = buildSummary(
      {
        name: plan.tag,
        seconds,
        steps: result.steps,
        ...(imageBytes === undefined ? {} : { bytes: imageBytes }),
      },
      vscode.l10n.t,
    );
    const reply = await this.#observer.buildFinished({
      ...report(),
      steps: builtSteps(steps, layerBytes),
    });
    const build = await live.end({
      outcome: "built",
      seconds,
      imageId,
      layerBytes,
      lines: linesOf(steps, reply),
      ...(imageBytes === undefined ? {} : { imageBytes }),
    });
    const before = buildBefore(build, this.history.builds);
    const difference = before === undefined ? "" : differenceText(before, build, vscode.l10n.t);
    const since =
      difference === "" ? "" : `\r\n${vscode.l10n.t("Since the build before: {0}", difference)}`;
    terminal.end(`\u001B[32m${summary}\u001B[0m${since}`);
    this.#log.info(`${summary} ${imageId}`);
    await this.#observer.imagesReplaced([plan.tag]);
    return { kind: "built", imageId, summary };
  }

  async #failed(
    { plan, document, report, progress, live, runner }: UnderWay,
    error: EngineError,
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
    await live.end({
      outcome: "failed",
      error: error.message,
      failedLine: range.start.line,
      lines: linesOf(steps, reply),
    });
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

/** A build and what belongs to it. */
interface UnderWay {
  readonly plan: BuildPlan;
  readonly document: vscode.TextDocument;
  readonly engine: Engine;
  readonly report: Report;
  readonly progress: BuildProgress;
  readonly terminal: BuildOutput;
  readonly live: LiveBuild;
  readonly runner: BuildRunner | undefined;
}

/** Bytes of an image; a size is a comfort and no reason to fail. */
async function sizeOf(engine: Engine, imageId: string): Promise<number | undefined> {
  const image = await engine.inspectImage(imageId).catch(() => undefined);
  return typeof image?.["Size"] === "number" ? image["Size"] : undefined;
}

/** 0-based lines of instructions by step digest, where the language server knows them. */
function linesOf(
  steps: readonly BuildStep[],
  reply: BuildFinishedResult | undefined,
): ReadonlyMap<string, number> {
  return new Map(
    steps.flatMap(({ digest }, index): [string, number][] => {
      const line = reply?.ranges[index]?.start.line;
      return line === undefined ? [] : [[digest, line]];
    }),
  );
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
  live: LiveBuild,
): (event: BuildEvent) => void {
  let shownStep: string | undefined;
  let shownPercent = 0;
  return (event) => {
    live.accept(event);
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
