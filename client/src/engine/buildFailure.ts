import type { BuildEvent, BuildStep } from "./build.ts";
import { lineOfStep } from "./buildStepLine.ts";
import { EngineError } from "./engineError.ts";
import { lastDrawn } from "./lastDrawn.ts";

/** What is known about a build that failed, beyond the sentence. */
export interface FailureDetails {
  /** The step that failed; absent when the Dockerfile itself was refused. */
  readonly step?: Pick<BuildStep, "digest" | "name">;
  /** Of the command of a RUN. */
  readonly exitCode?: number;
  /** The last lines that the step printed, at most 40. */
  readonly output: readonly string[];
  /** 1-based: the line that BuildKit names, or the first line of the instruction where the step's name tells which it is. */
  readonly dockerfileLine?: number;
}

/** A build that ended because of what is in the Dockerfile or in the context, not because of the engine. */
export class BuildFailure extends EngineError {
  readonly details: FailureDetails;

  constructor(message: string, details: FailureDetails, cause?: unknown) {
    super("build-failed", message, cause === undefined ? undefined : { cause });
    this.name = "BuildFailure";
    this.details = details;
  }
}

/** Keeps the last lines of every step, so that a failure can show them. */
export class StepOutput {
  readonly #texts = new Map<string, string>();

  add(event: BuildEvent): void {
    if (event.type === "log") {
      const text = (this.#texts.get(event.digest) ?? "") + event.text;
      this.#texts.set(event.digest, text.length > mostText ? text.slice(-mostText / 2) : text);
    } else if (
      event.type === "step" &&
      (event.step.state === "done" || event.step.state === "cached")
    ) {
      this.#texts.delete(event.step.digest);
    }
  }

  /** At most 40 lines. */
  lastLines(digest: string): readonly string[] {
    const lines = (this.#texts.get(digest) ?? "").split("\n").map(lastDrawn);
    if (lines.at(-1) === "") {
      lines.pop();
    }
    return lines.slice(-mostLines);
  }
}

/**
 * Makes the failure out of BuildKit's message, which is written for people
 * who know BuildKit, and the steps.
 */
export function describeFailure(
  said: string,
  steps: readonly BuildStep[],
  output: StepOutput,
  dockerfileText: string,
): BuildFailure {
  const step = steps.findLast(({ state }) => state === "failed");
  const exitCode = numberIn(step?.error ?? said, /exit (?:code:|status) (\d+)/);
  const refusedLine = numberIn(said, /parse error (?:on )?line (\d+)/);
  const dockerfileLine =
    refusedLine ?? (step === undefined ? undefined : lineOfStep(step.name, dockerfileText));
  const details: FailureDetails = {
    ...(step === undefined || refusedLine !== undefined
      ? {}
      : { step: { digest: step.digest, name: step.name } }),
    ...(exitCode === undefined ? {} : { exitCode }),
    output: step === undefined ? [] : output.lastLines(step.digest),
    ...(dockerfileLine === undefined ? {} : { dockerfileLine }),
  };
  const sentence = sentenceFor(said, step, exitCode, refusedLine, dockerfileText);
  return new BuildFailure(sentence, details, new Error(said));
}

const mostLines = 40;
/** Characters that are kept of each step that is under way. */
const mostText = 64 * 1024;

function sentenceFor(
  said: string,
  step: BuildStep | undefined,
  exitCode: number | undefined,
  refusedLine: number | undefined,
  dockerfileText: string,
): string {
  const cause = withoutPreamble(said);
  if (refusedLine !== undefined) {
    const what = cause.replace(/^.*?parse error (?:on )?line \d+: /, "");
    return `Line ${refusedLine} of the Dockerfile: ${asSentence(what)}`;
  }
  const frontend = frontendOf(dockerfileText);
  if (frontend !== undefined && isAbout(frontend, step, said)) {
    return `The Dockerfile's “# syntax=${frontend}” needs that image from its registry, and it cannot be had: ${asSentence(lastCause(cause))}`;
  }
  const image = /(?:load metadata for|^FROM|\] FROM) (\S+)/.exec(step?.name ?? "")?.[1];
  if (image !== undefined) {
    return `The image ${image} cannot be had: ${asSentence(lastCause(cause))}`;
  }
  if (/(?:^|: )syntax error in pattern$/.test(cause)) {
    return "The build's ignore file has a malformed pattern.";
  }
  const unreadable = /error from sender: (E[A-Z]+: .*), \w+ '(.*)'/s.exec(said);
  if (unreadable?.[1] !== undefined && unreadable[2] !== undefined) {
    return `“${unreadable[2]}” of the build context cannot be read (${unreadable[1]}). Change its permissions, or leave it out by the ignore file.`;
  }
  if (step === undefined) {
    return asSentence(cause.charAt(0).toUpperCase() + cause.slice(1));
  }
  const name = shortened(step.name);
  if (exitCode !== undefined) {
    return `The step “${name}” failed with exit code ${exitCode}.`;
  }
  const secret = /(?:^|: )secret (\S+?):? (?:not found: )?not found/.exec(said)?.[1];
  if (secret !== undefined) {
    return `The step “${name}” needs the secret “${secret}”, which the build was not given.`;
  }
  const agent = /no SSH key "([^"]*)" forwarded/.exec(said)?.[1];
  if (agent !== undefined) {
    return `The step “${name}” needs the SSH agent “${agent || "default"}”, which the build was not given.`;
  }
  const missing = /"([^"]+)":? (?:not found|no such file)/.exec(said);
  const path = missing?.[1];
  if (path !== undefined && / (?:COPY|ADD) /.test(` ${step.name}`)) {
    return / --from=/.test(step.name)
      ? `The step “${name}” failed: “${path}” does not exist where it copies from.`
      : `The step “${name}” failed: “${path.replace(/^\//, "")}” is not in the build context. It is missing, or an ignore file leaves it out.`;
  }
  return `The step “${name}” failed: ${asSentence(cause)}`;
}

/** The image that a `# syntax=` line at the top of the Dockerfile names. */
function frontendOf(dockerfileText: string): string | undefined {
  for (const line of dockerfileText.replace(/^\uFEFF/, "").split("\n")) {
    const directive = /^\s*#\s*([a-zA-Z]+)\s*=\s*(\S+)/.exec(line);
    if (directive === null) {
      return undefined;
    }
    if (directive[1]?.toLowerCase() === "syntax") {
      return directive[2];
    }
  }
  return undefined;
}

function isAbout(frontend: string, step: BuildStep | undefined, said: string): boolean {
  const name = frontend.replace(/^docker\.io\//, "").replace(/@.*$/, "");
  return (
    (step === undefined || /resolve image config|docker-image:\/\//.test(step.name)) &&
    `${step?.name ?? ""} ${said}`.includes(name)
  );
}

function withoutPreamble(said: string): string {
  return (
    said
      .replace(/^(?:error: )?failed to solve(?: with frontend [\w.]+)?: /, "")
      .replace(/^failed to create LLB definition: /, "")
      .replace(/^rpc error: code = \w+ desc = /, "")
      // Podman's way of naming the step, and its view of its own insides.
      .replace(/^building at STEP ".*?": /s, "")
      .replace(/ &imagebuilder\.Step\{.*$/s, "")
  );
}

/** BuildKit puts the causes behind each other; a registry's refusal is at the end, with what was asked before it. */
function lastCause(cause: string): string {
  return (
    /(?:failed to do request|unexpected status|pull access denied|[^:]+: not found).*$/s.exec(
      cause,
    )?.[0] ?? cause
  );
}

function asSentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** A RUN may be pages long. */
function shortened(name: string): string {
  const line = name.replaceAll(/\s+/g, " ");
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function numberIn(text: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
