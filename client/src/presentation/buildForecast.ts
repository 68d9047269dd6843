import type { CacheStage, CacheStateParams, CacheStep } from "../../../server/src/protocol.ts";
import type { Localize } from "./localize.ts";
import { escapeMarkdown, inlineCode } from "./markdown.ts";
import type { RowIcon, TreeRow } from "./treeRow.ts";
import { formatBytes, formatDuration } from "./units.ts";

/** Of the status bar; `text` may hold icons, `tooltip` is Markdown. */
export interface StatusRow {
  readonly text: string;
  readonly tooltip: string;
  readonly accessibilityLabel: string;
}

/** `undefined` where there is nothing to say. */
export function presentStatus(state: CacheStateParams, localize: Localize): StatusRow | undefined {
  const { summary, silence, holds } = state;
  if (summary !== undefined) {
    return {
      text: `$(${summaryIcon(state)}) ${summary}`,
      tooltip: [
        localize("Next build: {0}", escapeMarkdown(summary)),
        ...(holds === undefined ? [] : [localize("This holds {0}.", holds)]),
      ].join("\n\n"),
      accessibilityLabel: localize("Next build: {0}", summary),
    };
  }
  return silence === undefined
    ? undefined
    : {
        text: `$(question) ${localize("next build unknown")}`,
        tooltip: localize("Next build unknown: {0}.", escapeMarkdown(silence)),
        accessibilityLabel: localize("Next build unknown: {0}.", silence),
      };
}

/** A stage, with what becomes of it. */
export function presentStage(stage: CacheStage, localize: Localize): TreeRow {
  const description = stage.summary ?? localize("nothing to run");
  return {
    label: stage.name,
    description,
    icon: stage.unneeded
      ? { id: "circle-slash", color: "disabledForeground" }
      : stateIcon(worstState(stage.steps)),
    contextValue: "forecastStage",
    accessibilityLabel: [localize("Stage {0}", stage.name), description].join(", "),
  };
}

/** A step, with a bar as long as it takes beside the slowest one, which takes `slowest` seconds. */
export function presentStep(step: CacheStep, slowest: number, localize: Localize): TreeRow {
  const { state, seconds, bytes, warnings } = step;
  const words = {
    cached: localize("cached"),
    runs: localize("runs"),
    unknown: localize("may run"),
  }[state];
  const amounts = [
    ...(seconds === undefined ? [] : [formatDuration(seconds)]),
    ...(bytes === undefined || bytes === 0 ? [] : [formatBytes(bytes)]),
  ];
  // What is saved has no bar.
  const bar = seconds === undefined || state === "cached" ? "" : `${costBar(seconds, slowest)} `;
  return {
    label: shortened(step.text),
    description: [`${bar}${words}`, ...amounts].join(" · "),
    icon:
      warnings.length > 0 ? { id: "warning", color: "list.warningForeground" } : stateIcon(state),
    contextValue: "forecastStep",
    accessibilityLabel: [step.text, step.reason, ...amounts, ...warnings].join(", "),
  };
}

/** Markdown. */
export function stepTooltip(step: CacheStep, localize: Localize): string {
  const { seconds, bytes, reason, warnings, state } = step;
  return [
    inlineCode(step.text),
    `**${localize("Next build")}** – ${escapeMarkdown(reason)}`,
    ...(seconds === undefined
      ? []
      : [
          state === "cached"
            ? localize("It took {0} when it ran last, which is saved.", formatDuration(seconds))
            : localize("It took {0} when it ran last.", formatDuration(seconds)),
        ]),
    ...(bytes === undefined || bytes === 0
      ? []
      : [localize("Its layer adds {0} to the image.", formatBytes(bytes))]),
    ...warnings.map((warning) => `$(warning) ${localize("Beware: {0}.", escapeMarkdown(warning))}`),
  ].join("\n\n");
}

/** What the slowest step of a build takes, cached or not; in seconds. */
export function slowestStep({ stages }: CacheStateParams): number {
  return Math.max(0, ...stages.flatMap(({ steps }) => steps.map(({ seconds = 0 }) => seconds)));
}

/** Characters of a label: what follows it has to be seen in a narrow sidebar. The tooltip has all of it. */
const longestLabel = 22;

function shortened(text: string): string {
  return text.length <= longestLabel ? text : `${text.slice(0, longestLabel - 1)}…`;
}

const cells = 6;

function costBar(seconds: number, slowest: number): string {
  const filled =
    slowest <= 0 ? 0 : Math.min(cells, Math.max(1, Math.round((seconds / slowest) * cells)));
  return "▰".repeat(filled) + "▱".repeat(cells - filled);
}

function stateIcon(state: CacheStep["state"] | undefined): RowIcon {
  switch (state) {
    case "cached":
      return { id: "check", color: "testing.iconPassed" };
    case "runs":
      return { id: "sync", color: "charts.blue" };
    case "unknown":
      return { id: "question", color: "charts.yellow" };
    case undefined:
      return { id: "layers" };
  }
}

function worstState(steps: readonly CacheStep[]): CacheStep["state"] | undefined {
  return (["runs", "unknown", "cached"] as const).find((state) =>
    steps.some((step) => step.state === state),
  );
}

function summaryIcon({ stages }: CacheStateParams): string {
  const state = worstState(stages.flatMap(({ steps }) => steps));
  return stateIcon(state).id;
}
