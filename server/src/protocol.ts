/**
 * What crosses the wire beyond LSP: names and types only, so that importing it
 * costs the client nothing.
 */

export const languageId = "dockerfile";

/** The section of the editor's settings that is ours. */
export const settingsSection = "slipway";

/** What an editor may say to the server when it starts it, beside its settings. */
export interface InitializationOptions {
  /** Whether somebody trusts the folders that are open; only then are programs of the machine run for them. */
  readonly isTrusted: boolean;
}

/** Client → server, notification: somebody has come to trust the folders that are open. */
export const workspaceTrustedNotification = "slipway/workspaceTrusted";

/** Client → server, request: a build of this Dockerfile has ended, well or badly. */
export const buildFinishedRequest = "slipway/buildFinished";

export interface BuildFinishedParams {
  /** URI of the Dockerfile. */
  readonly uri: string;
  /** Its text when the build began. */
  readonly text: string;
  readonly target?: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly steps: readonly BuiltStep[];
  /** Milliseconds since 1970. */
  readonly finishedAt: number;
}

/** A step of a finished build, as BuildKit named it. */
export interface BuiltStep {
  /** Such as `[build 2/5] RUN npm ci`; expanded by BuildKit. */
  readonly name: string;
  readonly outcome: "cached" | "ran" | "failed" | "notReached";
  readonly seconds?: number;
  /** Bytes that its layer adds. */
  readonly bytes?: number;
}

/** Where each step of `BuildFinishedParams.steps` stands in the text; `null` for the builder's own work. Lines and characters as in LSP. */
export interface BuildFinishedResult {
  readonly ranges: readonly (StepRange | null)[];
}

export interface StepRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}
