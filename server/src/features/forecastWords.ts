import { describePrediction, describeWarning } from "../cache/describePrediction.ts";
import type { FileChange, StepPrediction } from "../cache/predict.ts";
import type { Forecast, PastRun } from "../forecast/forecast.ts";
import type { Totals } from "../forecast/totals.ts";
import { duration, size } from "./amounts.ts";

/**
 * What the next build will do with an instruction, in a few words: `cached · 12.4 MB`. `undefined` where
 * nothing is known. `layerBytes` is what the last build tells of the size of the layer.
 */
export function forecastLabel(
  prediction: StepPrediction,
  forecast: Pick<Forecast, "lineOf">,
  layerBytes?: number,
): string | undefined {
  // Where BuildKit itself is known to be wrong.
  const beware = prediction.warnings.length > 0 ? " ⚠" : "";
  switch (prediction.state) {
    case "hit": {
      const bytes = prediction.bytes ?? layerBytes;
      return `${bytes === undefined || bytes === 0 ? "cached" : `cached · ${size(bytes)}`}${beware}`;
    }
    case "miss": {
      const { seconds, reason } = prediction;
      const cost = `${
        seconds === undefined || reason.kind === "missingFile" ? "" : ` · ~${duration(seconds)}`
      }${beware}`;
      return missWords(prediction, forecast, longestLabel - cost.length) + cost;
    }
    case "unknown":
      return "may run again";
    case "neverBuilt":
      return undefined;
  }
}

/** The whole story in Markdown. `past` says what the last build did, if anything is to be said of that. */
export function forecastTooltip(
  prediction: StepPrediction,
  forecast: Forecast,
  past: string,
): string {
  const { reason, warnings, seconds, state } = prediction;
  const files = reason.kind === "files" ? (reason.changes ?? []) : [];
  return [
    `**Next build** – ${escaped(forecastSentence(prediction, forecast))}`,
    ...(files.length > 1 ? [fileList(files)] : []),
    ...(seconds === undefined || state === "hit"
      ? []
      : [`It took ${duration(seconds)} when it ran last.`]),
    ...warnings.map((warning) => `Beware: ${escaped(describeWarning(warning))}.`),
    ...(past === "" ? [] : ["---", past]),
    ...pastTable(forecast.past(prediction)),
    "---",
    `This holds ${condition(forecast)}, as it was last built here on Docker ${escaped(forecast.engineVersion)}, while the engine's cache and the base images stay as they are.`,
  ].join("\n\n");
}

/** `5 of 8 cached · about 38 s to run` */
export function totalsWords({ steps, cached, unknown, seconds, unmeasured }: Totals): string {
  const [least, most] = seconds;
  const rest = unknown === 0 ? "" : `, ${unknown} unknown`;
  const what =
    cached === steps && steps > 1 ? `all ${steps} cached` : `${cached} of ${steps} cached`;
  if (cached === steps || (most === 0 && unmeasured > 0)) {
    return `${what}${rest}`;
  }
  const time =
    duration(least) === duration(most) || unknown === 0
      ? `about ${duration(most)}`
      : least === 0
        ? `up to ${duration(most)}`
        : `${duration(least)} to ${duration(most)}`;
  return `${what}${rest} · ${time}${unmeasured === 0 ? "" : " and more"} to run`;
}

/** For what the forecast is: `for the target test with the same VERSION`. May hold Markdown. */
export function condition({
  target,
  platform,
  noCache,
  buildArguments,
}: Pick<Forecast, "target" | "platform" | "noCache" | "buildArguments">): string {
  const names = Object.keys(buildArguments);
  return [
    `for ${target === undefined ? "the whole Dockerfile" : `the target ${escaped(target)}`}`,
    ...(platform === undefined ? [] : [`on ${escaped(platform)}`]),
    ...(names.length === 0 ? [] : [`with the same ${names.map(escaped).join(", ")}`]),
    ...(noCache === true ? ["without the cache"] : []),
  ].join(" ");
}

function pastTable(runs: readonly PastRun[]): string[] {
  if (runs.length === 0) {
    return [];
  }
  const rows = runs.map(({ finished, outcome, seconds }) => {
    const took = seconds === undefined ? "" : duration(seconds);
    return `| ${moment(finished)} | ${outcome === "cached" ? "cached" : "ran"} | ${took} |`;
  });
  return [["| Earlier builds | | |", "|:--|:--|--:|", ...rows].join("\n")];
}

/** `Nov 24, 22:05:30` */
function moment(time: number): string {
  return moments.format(time);
}

/** Made once, since that takes longer than all hints of a Dockerfile. */
const moments = new Intl.DateTimeFormat("en", {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** VS Code cuts what is longer, and the cost with it (`editor.inlayHints.maximumLength`). The tooltip has all of it. */
const longestLabel = 43;

function missWords(
  { state, reason }: StepPrediction,
  { lineOf }: Pick<Forecast, "lineOf">,
  longest: number,
): string {
  switch (reason.kind) {
    case "parent":
      return `runs again: follows line ${lineOf(reason.cause)}`;
    case "newInstruction":
      return "will run";
    case "noCache":
      return "runs again: the cache is off";
    case "missingFile":
      return shortened(`fails: there is no ${reason.path}`, longest);
    case "files": {
      const words = describePrediction({ state, reason }, lineOf);
      if (words.length <= longest || reason.changes === undefined) {
        return shortened(words, longest);
      }
      const changes = reason.changes.map(({ path, how }) => ({ path: lastName(path), how }));
      const brief = { state, reason: { ...reason, changes } };
      return shortened(describePrediction(brief, lineOf), longest);
    }
    default:
      return shortened(describePrediction({ state, reason }, lineOf), longest);
  }
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function shortened(words: string, longest: number): string {
  return words.length <= longest ? words : `${words.slice(0, longest - 1)}…`;
}

/** What becomes of a step and why, as a sentence. */
export function forecastSentence(
  { state, reason }: StepPrediction,
  { lineOf }: Pick<Forecast, "lineOf">,
): string {
  if (state === "hit") {
    return "taken from the cache.";
  }
  if (reason.kind === "missingFile") {
    return `fails: there is no ${reason.path} in the build context.`;
  }
  if (reason.kind === "newInstruction") {
    return "runs: it has not been built here before.";
  }
  const words = describePrediction({ state, reason }, lineOf);
  return `${state === "unknown" ? words.replace(/^unknown:/, "may run again:") : words}.`;
}

function fileList(changes: readonly FileChange[]): string {
  const shown = changes.slice(0, mostFiles).map(({ path, how }) => `- ${escaped(path)}: ${how}`);
  const more = changes.length - shown.length;
  return [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n");
}

const mostFiles = 10;

/** Names of files may mean something in Markdown. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|~]/g, String.raw`\$&`);
}
