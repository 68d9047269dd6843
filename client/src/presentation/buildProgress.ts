import type { BuildEvent, BuildStep } from "../engine/build.ts";
import type { BuiltStep } from "../../../server/src/protocol.ts";
import type { Localize } from "./localize.ts";
import { formatBytes, formatDuration } from "./units.ts";

/** Terminal codes; the terminal's theme decides on the colors. */
const bold = "\u001B[1m";
const dim = "\u001B[2m";
const red = "\u001B[31m";
const green = "\u001B[32m";
const yellow = "\u001B[33m";
const cyan = "\u001B[36m";
const reset = "\u001B[0m";

/**
 * Follows a build by its events, and words it: as plain progress for a
 * terminal, as the step that it is at, and as what is known of each step in
 * the end.
 */
export class BuildProgress {
  readonly #localize: Localize;
  readonly #steps = new Map<string, BuildStep>();
  readonly #numbers = new Map<string, number>();
  /** Steps whose name is in the terminal already. */
  readonly #announced = new Set<string>();
  /** Steps whose outcome is in the terminal already. */
  readonly #concluded = new Set<string>();
  /** The last, unfinished line of each step's output. */
  readonly #rest = new Map<string, string>();
  /** The step that the terminal's last line belongs to. */
  #last: string | undefined;

  constructor(localize: Localize) {
    this.#localize = localize;
  }

  /** All steps so far, in the order in which BuildKit first named them. */
  get steps(): readonly BuildStep[] {
    return [...this.#steps.values()];
  }

  /** The name of the step that is being worked on; an instruction rather than the builder's own work. */
  get currentStep(): string | undefined {
    const running = this.steps.filter(({ state }) => state === "running");
    return (running.findLast(({ name }) => !name.startsWith("[internal]")) ?? running.at(-1))?.name;
  }

  /** Takes an event in; returns what the terminal shows of it, with lines ended by CR LF. */
  accept(event: BuildEvent): string {
    switch (event.type) {
      case "step":
        this.#steps.set(event.step.digest, event.step);
        return this.#showStep(event.step);
      case "log":
        return this.#showOutput(event.digest, event.text);
      case "warning":
        return `${yellow}${this.#localize("Warning: {0}", event.message)}${reset}\r\n`;
    }
  }

  #showStep(step: BuildStep): string {
    const { digest, name, state } = step;
    if (state === "waiting" || this.#concluded.has(digest)) {
      return "";
    }
    const heading = this.#heading(digest);
    if (state === "running") {
      return heading;
    }
    this.#concluded.add(digest);
    const rest = this.#rest.get(digest) ?? "";
    this.#rest.delete(digest);
    const output = rest === "" ? "" : `${this.#prefix(digest)}${rest}${reset}\r\n`;
    const outcome = `${this.#prefix(digest)}${this.#outcome(step)}\r\n`;
    this.#last = undefined;
    return name === "" ? "" : `${heading}${output}${outcome}\r\n`;
  }

  #outcome(step: BuildStep): string {
    switch (step.state) {
      case "cached":
        return `${cyan}${this.#localize("cached")}${reset}`;
      case "failed":
        return `${red}${this.#localize("failed: {0}", oneLine(step.error ?? ""))}${reset}`;
      case "cancelled":
        return `${yellow}${this.#localize("cancelled")}${reset}`;
      case "done":
      case "running":
      case "waiting": {
        const seconds = stepSeconds(step);
        return `${green}${seconds === undefined ? this.#localize("done") : this.#localize("done in {0}", formatDuration(seconds))}${reset}`;
      }
    }
  }

  #showOutput(digest: string, text: string): string {
    const heading = this.#heading(digest);
    const lines = ((this.#rest.get(digest) ?? "") + text).split("\n");
    this.#rest.set(digest, lines.pop() ?? "");
    const prefix = this.#prefix(digest);
    return heading + lines.map((line) => `${prefix}${lastState(line)}${reset}\r\n`).join("");
  }

  /** The step's name, where the terminal's last line is not of this step. */
  #heading(digest: string): string {
    if (this.#last === digest) {
      return "";
    }
    const between = this.#last === undefined ? "" : "\r\n";
    this.#last = digest;
    const again = this.#announced.has(digest);
    this.#announced.add(digest);
    const name = oneLine(this.#steps.get(digest)?.name ?? "");
    return `${between}${this.#prefix(digest)}${again ? dim : bold}${name}${reset}\r\n`;
  }

  #prefix(digest: string): string {
    const number = this.#numbers.get(digest) ?? this.#numbers.size + 1;
    this.#numbers.set(digest, number);
    return `${dim}#${number}${reset} `;
  }
}

/** What a progress bar left on its line after the last carriage return. */
function lastState(line: string): string {
  const text = line.replace(/\r$/, "");
  return text.slice(text.lastIndexOf("\r") + 1);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** How long a step took, or undefined if it never ran to its end. */
export function stepSeconds({ startedAt, completedAt }: BuildStep): number | undefined {
  return startedAt === undefined || completedAt === undefined
    ? undefined
    : Math.max(0, completedAt - startedAt) / 1000;
}

/** The steps as the language server wants to know them. */
export function builtSteps(
  steps: readonly BuildStep[],
  layerBytes: ReadonlyMap<string, number>,
): readonly BuiltStep[] {
  return steps.map((step) => {
    const seconds = stepSeconds(step);
    const bytes = layerBytes.get(step.digest);
    return {
      name: step.name,
      outcome: outcomeOf(step),
      ...(seconds === undefined ? {} : { seconds }),
      ...(bytes === undefined ? {} : { bytes }),
    };
  });
}

function outcomeOf({ state }: BuildStep): BuiltStep["outcome"] {
  switch (state) {
    case "cached":
      return "cached";
    case "done":
      return "ran";
    case "failed":
      return "failed";
    case "waiting":
    case "running":
    case "cancelled":
      return "notReached";
  }
}

/** `Built shop:latest in 12 s, 84 MB: 3 of 5 steps from the cache.` Only what can come from the cache counts as a step. */
export function buildSummary(
  build: {
    readonly name: string;
    readonly seconds: number;
    readonly steps: readonly BuildStep[];
    /** Of the image. */
    readonly bytes?: number;
  },
  localize: Localize,
): string {
  const steps = build.steps.filter(({ name }) => canBeCached(name));
  const cached = steps.filter(({ state }) => state === "cached").length;
  return localize(
    "Built {0} in {1}: {2} of {3} steps from the cache.",
    build.name,
    build.bytes === undefined
      ? formatDuration(build.seconds)
      : `${formatDuration(build.seconds)}, ${formatBytes(build.bytes)}`,
    cached,
    steps.length,
  );
}

/**
 * How far a build is, from 0 to 100, by the steps that it knows of so far. More
 * may turn up, so it stops short of the end.
 */
export function buildPercent(steps: readonly BuildStep[]): number {
  const over = steps.filter(({ state }) => state !== "waiting" && state !== "running").length;
  return steps.length === 0 ? 0 : Math.min(95, (100 * over) / steps.length);
}

/**
 * `[2/5] RUN …` and `[build 2/5] RUN …` can come from the cache; `[internal] …`
 * and `exporting to image` are the builder's own work, and a FROM is looked up
 * every time.
 */
export function canBeCached(name: string): boolean {
  return /^\[(?:\S+ )?\d+\/\d+\] (?!FROM )/.test(name);
}

/** Progress of a transfer in a few words: `3 of 7 layers, 12.3 MB of 40 MB`. */
export function transferText(
  progress: {
    readonly layers: number;
    readonly layersDone: number;
    readonly current: number;
    readonly total: number;
  },
  localize: Localize,
): string {
  const layers = localize("{0} of {1} layers", progress.layersDone, progress.layers);
  return progress.total > 0
    ? localize(
        "{0}, {1} of {2}",
        layers,
        formatBytes(progress.current),
        formatBytes(progress.total),
      )
    : layers;
}
