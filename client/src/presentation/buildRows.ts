import { choicesText } from "./buildChoices.ts";
import { differenceText, groupTitle, outcomeText } from "./buildComparison.ts";
import { stepSeconds } from "./buildProgress.ts";
import { cachedShare, type BuildRecord, type RecordedStep, secondsByNow } from "./buildRecord.ts";
import type { Localize } from "./localize.ts";
import { escapeMarkdown, inlineCode } from "./markdown.ts";
import { instructionText, type StepGroup } from "./stepGroups.ts";
import type { RowIcon, TreeRow } from "./treeRow.ts";
import { formatAge, formatBytes, formatDuration } from "./units.ts";

/** Every flag that the context value of a row of the builds can carry; menus may ask for nothing else. */
export const buildFlags = [
  "build",
  "running",
  "built",
  "failed",
  "cancelled",
  "broken",
  "step",
  "output",
  "located",
  "group",
  "difference",
  "line",
] as const;

interface RowOptions {
  readonly now: number;
  readonly localize: Localize;
}

/** The row of a build; `place` is its Dockerfile, where the list has builds of several. */
export function presentBuild(
  build: BuildRecord,
  { now, localize, place }: RowOptions & { readonly place: string | undefined },
): TreeRow {
  const facts = buildFacts(build, { now, localize });
  const description = [...(place === undefined ? [] : [place]), ...facts].join(" · ");
  return {
    label: build.plan.tag,
    description,
    icon: buildIcon(build),
    contextValue: `build;${build.outcome}`,
    accessibilityLabel: [
      localize("Build of {0}", build.plan.tag),
      outcomeText(build, localize),
      ...(place === undefined ? [] : [place]),
      ...facts,
    ].join(", "),
  };
}

function buildFacts(build: BuildRecord, { now, localize }: RowOptions): readonly string[] {
  const { cached, total } = cachedShare(build.steps);
  const age = formatAge(build.startedAt + 1000 * (build.seconds ?? 0), now, localize);
  switch (build.outcome) {
    case "running": {
      const step = runningStep(build.steps);
      return [
        formatDuration((now - build.startedAt) / 1000),
        ...(step === undefined ? [] : [instructionText(step.name)]),
      ];
    }
    case "built":
      return [
        formatDuration(build.seconds ?? 0),
        ...(total === 0 ? [] : [localize("{0} of {1} cached", cached, total)]),
        ...(build.imageBytes === undefined ? [] : [formatBytes(build.imageBytes)]),
        age,
      ];
    case "failed":
    case "broken":
      return [localize("failed after {0}", formatDuration(build.seconds ?? 0)), age];
    case "cancelled":
      return [localize("cancelled after {0}", formatDuration(build.seconds ?? 0)), age];
  }
}

/** The step to name where there is room for one: an instruction rather than the builder's own work. */
function runningStep(steps: readonly RecordedStep[]): RecordedStep | undefined {
  const running = steps.filter(({ state }) => state === "running");
  return running.findLast(({ name }) => !name.startsWith("[internal]")) ?? running.at(-1);
}

function buildIcon({ outcome }: BuildRecord): RowIcon {
  switch (outcome) {
    case "running":
      return { id: "loading~spin" };
    case "built":
      return { id: "pass", color: "testing.iconPassed" };
    case "failed":
    case "broken":
      return { id: "error", color: "problemsErrorIcon.foreground" };
    case "cancelled":
      return { id: "circle-slash", color: "disabledForeground" };
  }
}

/** Details of a build in Markdown. */
export function buildTooltip(
  build: BuildRecord,
  before: BuildRecord | undefined,
  localize: Localize,
): string {
  const choices = choicesText(build.plan, localize);
  const difference = before === undefined ? "" : differenceText(before, build, localize);
  const rows: readonly (readonly [string, string])[] = [
    [localize("Outcome"), escapeMarkdown(outcomeText(build, localize))],
    [localize("Dockerfile"), inlineCode(build.plan.dockerfile)],
    [localize("Context"), inlineCode(build.plan.contextFolder)],
    ...(choices === "" ? [] : [[localize("Options"), escapeMarkdown(choices)] as const]),
    [localize("Began"), escapeMarkdown(new Date(build.startedAt).toLocaleString())],
    ...(difference === ""
      ? []
      : [[localize("Since the build before"), escapeMarkdown(difference)] as const]),
    ...(build.imageId === undefined
      ? []
      : [
          [
            localize("Image ID"),
            inlineCode(build.imageId.replace("sha256:", "").slice(0, 12)),
          ] as const,
        ]),
  ];
  return [
    `**${escapeMarkdown(build.plan.tag)}**`,
    ...rows.map(([name, value]) => `${name}: ${value}`),
  ].join("  \n");
}

/** The row that says what differs from the build before. */
export function presentDifference(text: string, localize: Localize): TreeRow {
  return {
    label: localize("Since the build before"),
    description: text,
    icon: { id: "diff" },
    contextValue: "difference",
    accessibilityLabel: localize("Since the build before: {0}", text),
  };
}

/** The row of a stage, or of the builder's own work before and after. */
export function presentGroup(group: StepGroup, { now, localize }: RowOptions): TreeRow {
  const label = groupTitle(group, localize);
  const steps = group.steps.filter(({ name }) => group.kind !== "stage" || !/\] FROM /.test(name));
  const cached = steps.filter(({ state }) => state === "cached").length;
  const seconds = spanSeconds(group.steps, now);
  const description = [
    ...(seconds === undefined || seconds < 0.05 ? [] : [formatDuration(seconds)]),
    ...(group.kind === "stage" && steps.length > 0
      ? [localize("{0} of {1} cached", cached, steps.length)]
      : []),
  ].join(" · ");
  return {
    label,
    description,
    icon: stepIcon(groupState(group.steps)),
    contextValue: "group",
    accessibilityLabel: [label, ...(description === "" ? [] : [description])].join(", "),
  };
}

/** From the first start to the last end: the steps of a stage may run side by side. */
function spanSeconds(steps: readonly RecordedStep[], now: number): number | undefined {
  const ran = steps.filter(({ state, startedAt }) => state !== "cached" && startedAt !== undefined);
  const starts = ran.map(({ startedAt }) => startedAt ?? now);
  const ends = ran.map(({ completedAt }) => completedAt ?? now);
  return ran.length === 0 ? undefined : (Math.max(...ends) - Math.min(...starts)) / 1000;
}

function groupState(steps: readonly RecordedStep[]): RecordedStep["state"] {
  const states = new Set(steps.map(({ state }) => state));
  for (const state of ["failed", "running", "cancelled"] as const) {
    if (states.has(state)) {
      return state;
    }
  }
  return states.has("waiting")
    ? states.size === 1
      ? "waiting"
      : "running"
    : states.has("done")
      ? "done"
      : "cached";
}

/** The row of a step. */
export function presentStep(
  step: RecordedStep,
  {
    now,
    localize,
    isCritical,
    hasOutput,
  }: RowOptions & { readonly isCritical: boolean; readonly hasOutput: boolean },
): TreeRow {
  const label = shortened(instructionText(step.name));
  const seconds = secondsByNow(step, now);
  const time = seconds === undefined || seconds < 0.05 ? [] : [formatDuration(seconds)];
  const state = stateText(step, localize);
  const isWaitedFor = isCritical && step.state !== "cached" && (seconds ?? 0) >= 0.05;
  const facts = [
    ...(state === "" ? [] : [state]),
    ...(step.state === "cached" ? [] : time),
    ...(step.bytes === undefined || step.bytes === 0 ? [] : [formatBytes(step.bytes)]),
    ...(isWaitedFor ? [localize("critical path")] : []),
  ];
  return {
    label,
    description: facts.join(" · "),
    icon:
      isWaitedFor && step.state === "done"
        ? { id: "pass-filled", color: "testing.iconPassed" }
        : stepIcon(step.state),
    contextValue: [
      "step",
      ...(hasOutput ? ["output"] : []),
      ...(isLocated(step) ? ["located"] : []),
    ].join(";"),
    accessibilityLabel: [label, stateName(step.state, localize), ...facts].join(", "),
  };
}

/** Whether the step is an instruction of the Dockerfile, which can be gone to. */
export function isLocated({ name }: RecordedStep): boolean {
  return /^\[(?:.*? )?\d+\/\d+\] /.test(name);
}

/** What the step is at, as far as its icon does not tell. */
function stateText(step: RecordedStep, localize: Localize): string {
  if (step.state === "cached") {
    return localize("cached");
  }
  if (step.state === "failed") {
    const code = /exit (?:code:|status) (\d+)/.exec(step.error ?? "")?.[1];
    return code === undefined ? localize("failed") : localize("exit code {0}", code);
  }
  const { progress } = step;
  if (step.state !== "running" || progress === undefined) {
    return "";
  }
  return progress.total > 0
    ? localize(
        "{0} {1} of {2}",
        progress.what,
        formatBytes(progress.current),
        formatBytes(progress.total),
      )
    : `${progress.what} ${formatBytes(progress.current)}`;
}

function stateName(state: RecordedStep["state"], localize: Localize): string {
  switch (state) {
    case "waiting":
      return localize("waiting");
    case "running":
      return localize("running");
    case "cached":
      return localize("from the cache");
    case "done":
      return localize("done");
    case "failed":
      return localize("failed");
    case "cancelled":
      return localize("cancelled");
  }
}

function stepIcon(state: RecordedStep["state"]): RowIcon {
  switch (state) {
    case "waiting":
      return { id: "circle-outline", color: "disabledForeground" };
    case "running":
      return { id: "loading~spin" };
    case "cached":
      return { id: "pass", color: "disabledForeground" };
    case "done":
      return { id: "pass", color: "testing.iconPassed" };
    case "failed":
      return { id: "error", color: "problemsErrorIcon.foreground" };
    case "cancelled":
      return { id: "circle-slash", color: "disabledForeground" };
  }
}

/** A line of a step's output. */
export function presentLine(text: string): TreeRow {
  return {
    label: text.trim() === "" ? " " : text,
    description: "",
    icon: { id: "blank" },
    contextValue: "line",
    accessibilityLabel: text,
  };
}

/** Details of a step in Markdown. */
export function stepTooltip(step: RecordedStep, isCritical: boolean, localize: Localize): string {
  const seconds = stepSeconds(step);
  return [
    inlineCode(step.name),
    ...(seconds === undefined ? [] : [localize("Took {0}", formatDuration(seconds))]),
    ...(isCritical ? [localize("On the critical path: the build waited for it.")] : []),
    ...(step.error === undefined ? [] : [escapeMarkdown(step.error)]),
  ].join("  \n");
}

function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
