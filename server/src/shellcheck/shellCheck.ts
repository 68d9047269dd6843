import type { ShellComment } from "./shellComment.ts";

/** A ShellCheck: the program that somebody has installed, or the build that comes with us. */
export interface ShellCheck {
  /**
   * What it says about a script, whose `#!` line names the shell. Aborted by the signal at once when it
   * has not begun yet. Rejects when there is no answer: with a `ShellCheckFailure`, or with the signal's reason.
   */
  check(script: string, signal: AbortSignal): Promise<readonly ShellComment[]>;
  /** Ends what runs. A later check starts it again. */
  stop(): void;
}

/** ShellCheck gave no answer. The message is a sentence for the log. */
export class ShellCheckFailure extends Error {
  /** It could not be started, and so cannot answer for any script. */
  readonly cannotStart: boolean;

  constructor(message: string, { cannotStart }: { readonly cannotStart: boolean }) {
    super(message);
    this.name = "ShellCheckFailure";
    this.cannotStart = cannotStart;
  }
}
