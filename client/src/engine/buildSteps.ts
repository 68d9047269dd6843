import type { BuildEvent, BuildStep } from "./build.ts";
import { lastDrawn } from "./lastDrawn.ts";

/** How far a build is. */
export interface BuildCounts {
  /** Steps that BuildKit has named so far; more may follow. */
  readonly total: number;
  readonly running: number;
  readonly cached: number;
  /** Executed to a good end. */
  readonly done: number;
  readonly failed: number;
}

/** A running picture of a build, made from its events. */
export class BuildProgress {
  readonly #steps = new Map<string, BuildStep>();

  add(event: BuildEvent): void {
    if (event.type === "step") {
      this.#steps.set(event.step.digest, event.step);
    }
  }

  /** Those that have started in the order in which they did, then those that wait, stage by stage. */
  get steps(): readonly BuildStep[] {
    return [...this.#steps.values()].sort(
      (a, b) =>
        (a.startedAt ?? Infinity) - (b.startedAt ?? Infinity) ||
        compareTexts(stageOf(a.name), stageOf(b.name)) ||
        numberOf(a.name) - numberOf(b.name),
    );
  }

  get counts(): BuildCounts {
    const counts = { total: this.#steps.size, running: 0, cached: 0, done: 0, failed: 0 };
    for (const { state } of this.#steps.values()) {
      if (state === "running" || state === "cached" || state === "done" || state === "failed") {
        counts[state] += 1;
      }
    }
    return counts;
  }

  /** The step that is worth showing where there is room for one: of those that run, the one that began last. */
  get current(): BuildStep | undefined {
    return this.steps.findLast(({ state }) => state === "running");
  }
}

/** Milliseconds that the step has taken by now (since 1970, by the engine's clock); `undefined` before it starts. */
export function stepMilliseconds(step: BuildStep, now: number): number | undefined {
  return step.startedAt === undefined
    ? undefined
    : Math.max(0, (step.completedAt ?? now) - step.startedAt);
}

/**
 * A build as lines of text, for a terminal or a log: each step gets a number
 * when it starts, which its output carries, since steps run at the same time.
 */
export class PlainBuildOutput {
  readonly #shown = new Map<string, ShownStep>();

  /** The text of this event, each line with `\n`; often nothing. */
  renderPlain(event: BuildEvent): string {
    switch (event.type) {
      case "step":
        return this.#renderStep(event.step);
      case "log": {
        const shown = this.#shown.get(event.digest);
        if (shown === undefined) {
          return "";
        }
        const lines = (shown.openLine + event.text).split("\n");
        shown.openLine = lines.pop() ?? "";
        return lines.map((line) => outputLine(shown.number, line)).join("");
      }
      case "warning":
        return `warning: ${event.message}\n`;
    }
  }

  #renderStep(step: BuildStep): string {
    if (step.state === "waiting" || (step.state === "cancelled" && !this.#shown.has(step.digest))) {
      return "";
    }
    let text = "";
    let shown = this.#shown.get(step.digest);
    if (shown === undefined) {
      shown = { number: this.#shown.size + 1, openLine: "", ended: undefined };
      this.#shown.set(step.digest, shown);
      text += `#${shown.number} ${step.name.replaceAll("\n", " ")}\n`;
    }
    if (step.state === "running" || step.state === shown.ended) {
      return text;
    }
    shown.ended = step.state;
    if (shown.openLine !== "") {
      text += outputLine(shown.number, shown.openLine);
      shown.openLine = "";
    }
    return `${text}#${shown.number} ${outcome(step)}\n`;
  }
}

interface ShownStep {
  readonly number: number;
  /** Output after the last line feed. */
  openLine: string;
  ended: BuildStep["state"] | undefined;
}

function outcome(step: BuildStep): string {
  switch (step.state) {
    case "cached":
      return "cached";
    case "failed":
      return `failed: ${step.error ?? "no reason given"}`;
    case "cancelled":
      return "cancelled";
    default:
      return `done in ${((stepMilliseconds(step, step.completedAt ?? 0) ?? 0) / 1000).toFixed(1)} s`;
  }
}

function outputLine(number: number, line: string): string {
  return `#${number} | ${lastDrawn(line)}\n`;
}

/** `build` of `[build 2/5] RUN npm ci`. */
function stageOf(name: string): string {
  return /^\[(.*?) ?\d+\/\d+\]/.exec(name)?.[1] ?? "";
}

function numberOf(name: string): number {
  return Number(/^\[[^\]]*?(\d+)\/\d+\]/.exec(name)?.[1] ?? Infinity);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
