import { choicesText } from "./buildChoices.ts";
import { cachedShare, type BuildRecord, type RecordedStep } from "./buildRecord.ts";
import { canBeCached, stepSeconds } from "./buildProgress.ts";
import type { Localize } from "./localize.ts";
import { groupSteps, instructionText, type StepGroup } from "./stepGroups.ts";
import { formatBytes, formatDuration } from "./units.ts";

/**
 * What differs from the build before, in one line: `8 s slower · 2.1 MB larger
 * · ran again: RUN npm ci`; empty where nothing worth a word does.
 */
export function differenceText(
  before: BuildRecord,
  after: BuildRecord,
  localize: Localize,
): string {
  const parts: string[] = [];
  const seconds = (after.seconds ?? 0) - (before.seconds ?? 0);
  // A second more or less is the machine's mood.
  if (before.seconds !== undefined && after.seconds !== undefined && Math.abs(seconds) >= 1) {
    parts.push(
      seconds > 0
        ? localize("{0} slower", formatDuration(seconds))
        : localize("{0} faster", formatDuration(-seconds)),
    );
  }
  const bytes = (after.imageBytes ?? 0) - (before.imageBytes ?? 0);
  if (before.imageBytes !== undefined && after.imageBytes !== undefined && bytes !== 0) {
    parts.push(
      bytes > 0
        ? localize("{0} larger", formatBytes(bytes))
        : localize("{0} smaller", formatBytes(-bytes)),
    );
  }
  const again = ranAgain(before, after);
  if (again.length > 0) {
    const names = again.slice(0, 2).map(shortened).join(", ");
    parts.push(
      again.length > 2
        ? localize("ran again: {0} and {1} more", names, again.length - 2)
        : localize("ran again: {0}", names),
    );
  }
  if (choicesText(before.plan, localize) !== choicesText(after.plan, localize)) {
    parts.push(localize("other options"));
  }
  if (before.text !== after.text) {
    parts.push(localize("the Dockerfile was edited"));
  }
  return parts.join(" · ");
}

/** Instructions that came from the cache or were had before, and ran this time. */
function ranAgain(before: BuildRecord, after: BuildRecord): readonly string[] {
  const known = new Set(before.steps.map(({ name }) => instructionText(name)));
  return after.steps
    .filter(
      ({ name, state }) =>
        state === "done" && canBeCached(name) && known.has(instructionText(name)),
    )
    .map(({ name }) => instructionText(name));
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** All that is known of a build but its output, as text in which two builds can be compared line by line. */
export function buildReport(build: BuildRecord, localize: Localize): string {
  const { plan } = build;
  const share = cachedShare(build.steps);
  const facts: readonly (readonly [string, string])[] = [
    [localize("Image"), plan.tag],
    [localize("Dockerfile"), plan.dockerfile],
    [localize("Context"), plan.contextFolder],
    [localize("Options"), choicesText(plan, localize) || localize("none")],
    [localize("Began"), new Date(build.startedAt).toLocaleString()],
    [localize("Outcome"), outcomeText(build, localize)],
    ...(build.seconds === undefined
      ? []
      : [[localize("Duration"), formatDuration(build.seconds)] as const]),
    ...(build.imageBytes === undefined
      ? []
      : [[localize("Size"), formatBytes(build.imageBytes)] as const]),
    [localize("Cached"), localize("{0} of {1} steps", share.cached, share.total)],
    ...(build.imageId === undefined ? [] : [[localize("Image ID"), build.imageId] as const]),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const groups = groupSteps(build.steps);
  return [
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    "",
    ...groups.flatMap((group) => [
      `── ${groupTitle(group, localize)}`,
      ...inReportOrder(group).map(
        (step) => `${stepFact(step, localize).padEnd(22)} ${instructionText(step.name)}`,
      ),
      "",
    ]),
    `── ${localize("Dockerfile")}`,
    build.text,
  ].join("\n");
}

/** What the builder does side by side comes in any order; two reports are to have the same. */
function inReportOrder({ kind, steps }: StepGroup): readonly RecordedStep[] {
  return kind === "stage"
    ? steps
    : steps.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** How a build ended, with the reason where there is one. */
export function outcomeText({ outcome, error }: BuildRecord, localize: Localize): string {
  switch (outcome) {
    case "running":
      return localize("running");
    case "built":
      return localize("built");
    case "cancelled":
      return localize("cancelled");
    case "failed":
    case "broken":
      return error ?? localize("failed");
  }
}

/** What stands above a group of steps. */
export function groupTitle(
  { kind, name }: { readonly kind: "preparation" | "stage" | "export"; readonly name: string },
  localize: Localize,
): string {
  switch (kind) {
    case "preparation":
      return localize("Preparation");
    case "export":
      return localize("Export");
    case "stage":
      return name === "" ? localize("Instructions") : name;
  }
}

function stepFact(step: RecordedStep, localize: Localize): string {
  const seconds = stepSeconds(step);
  switch (step.state) {
    case "cached":
      return localize("cached");
    case "failed":
      return localize("failed");
    case "cancelled":
    case "waiting":
      return localize("not reached");
    case "running":
      return localize("running");
    case "done":
      return [
        ...(seconds === undefined ? [] : [formatDuration(seconds)]),
        ...(step.bytes === undefined ? [] : [formatBytes(step.bytes)]),
      ].join(", ");
  }
}
