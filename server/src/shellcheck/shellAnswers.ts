import type { Script } from "./checkedScript.ts";
import { RecentMap } from "./recentMap.ts";
import type { ShellCheck } from "./shellCheck.ts";
import { ShellCheckFailure } from "./shellCheck.ts";
import type { ShellComment } from "./shellComment.ts";

export interface ShellAnswersOptions {
  /** Asked in place of one that cannot be started. */
  readonly fallback: ShellCheck;
  /** Told of what has no answer, once for each reason. */
  readonly onFailure: (message: string) => void;
  /** Milliseconds without a new wish after which ShellCheck is asked. */
  readonly delay?: number;
}

/** What somebody wants to know: what ShellCheck says about the scripts of one document. */
export interface Wish {
  readonly shellCheck: ShellCheck;
  readonly scripts: readonly Script[];
  /** The version of the document: while its scripts are being looked at, the same wish again changes nothing. */
  readonly version: object;
  /** Called when there is more to know than before: at the end, and now and then before it. */
  readonly onLearned: () => void;
}

/**
 * What ShellCheck has said, by the text of the script. Asks in the background for what it does not know
 * yet: after a pause in typing, one script at a time, and no longer for what nobody wants any more.
 */
export class ShellAnswers {
  readonly #options: Required<ShellAnswersOptions>;
  readonly #known = new Map<ShellCheck, RecentMap<Map<string, readonly ShellComment[]>>>();
  /** The versions of documents for which everything was asked that there is to ask, and who was asked. */
  readonly #done = new WeakMap<object, ShellCheck>();
  readonly #wishes = new Map<string, { readonly wish: Wish; readonly end: AbortController }>();
  readonly #broken = new Set<ShellCheck>();
  readonly #told = new Set<string>();

  constructor(options: ShellAnswersOptions) {
    this.#options = { delay: 250, ...options };
  }

  known(shellCheck: ShellCheck, { preamble, body }: Script): readonly ShellComment[] | undefined {
    return this.#known.get(this.#working(shellCheck))?.get(body)?.get(preamble);
  }

  /** Replaces what was wanted for this document before. */
  want(uri: string, wish: Wish): void {
    const before = this.#wishes.get(uri)?.wish;
    const isAsked = before?.version === wish.version && before.shellCheck === wish.shellCheck;
    // More scripts than answers are remembered would be asked for forever.
    if (isAsked || this.#done.get(wish.version) === wish.shellCheck) {
      return;
    }
    this.forget(uri);
    const end = new AbortController();
    const given = { wish, end };
    this.#wishes.set(uri, given);
    const timer = setTimeout(() => {
      void this.#fulfill(wish, end.signal).finally(() => {
        if (this.#wishes.get(uri) === given) {
          this.#wishes.delete(uri);
        }
      });
    }, this.#options.delay);
    end.signal.addEventListener("abort", () => {
      clearTimeout(timer);
    });
  }

  /** Nothing is wanted for this document any more. */
  forget(uri: string): void {
    this.#wishes.get(uri)?.end.abort();
    this.#wishes.delete(uri);
  }

  async #fulfill(wish: Wish, signal: AbortSignal): Promise<void> {
    const { shellCheck, scripts, version, onLearned } = wish;
    let toldAt = performance.now();
    let hasMore = false;
    for (const script of scripts) {
      if (this.known(shellCheck, script) === undefined) {
        await this.ask(shellCheck, script, signal);
        if (signal.aborted) {
          return;
        }
        hasMore = true;
        if (performance.now() - toldAt > tellEvery) {
          toldAt = performance.now();
          hasMore = false;
          onLearned();
        }
      }
    }
    this.#done.set(version, shellCheck);
    if (hasMore) {
      onLearned();
    }
  }

  /** What ShellCheck says about a script; nothing where it has no answer, or nobody waits for it any more. */
  async ask(
    shellCheck: ShellCheck,
    script: Script,
    signal: AbortSignal,
  ): Promise<readonly ShellComment[]> {
    const asked = this.#working(shellCheck);
    try {
      return this.#remember(asked, script, await asked.check(script.text, signal));
    } catch (error) {
      if (signal.aborted) {
        return [];
      }
      this.#tell(error instanceof Error ? error.message : String(error));
      if (error instanceof ShellCheckFailure && error.cannotStart) {
        this.#broken.add(asked);
        if (asked !== this.#options.fallback) {
          return this.ask(shellCheck, script, signal);
        }
      }
      // Asking again would give no answer either.
      return this.#remember(asked, script, []);
    }
  }

  #working(shellCheck: ShellCheck): ShellCheck {
    return this.#broken.has(shellCheck) ? this.#options.fallback : shellCheck;
  }

  #remember(
    shellCheck: ShellCheck,
    { preamble, body }: Script,
    comments: readonly ShellComment[],
  ): readonly ShellComment[] {
    const answers = this.#known.get(shellCheck) ?? new RecentMap(mostAnswers);
    this.#known.set(shellCheck, answers);
    const byPreamble = answers.get(body) ?? new Map<string, readonly ShellComment[]>();
    if (byPreamble.size >= mostPreambles) {
      byPreamble.clear();
    }
    byPreamble.set(preamble, comments);
    answers.set(body, byPreamble);
    return comments;
  }

  #tell(message: string): void {
    if (!this.#told.has(message)) {
      this.#told.add(message);
      this.#options.onFailure(message);
    }
  }
}

/** Milliseconds between two calls of `onLearned`. */
const tellEvery = 500;

const mostAnswers = 5000;

/** The same script with other variables around it: seldom more than one. */
const mostPreambles = 8;
