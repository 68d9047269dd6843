import type { EditorSettings } from "./editorSettings.ts";
import type { OpenDocument } from "./openDocuments.ts";
import type { Script } from "./shellcheck/checkedScript.ts";
import { checkedScripts } from "./shellcheck/checkedScripts.ts";
import { ShellAnswers } from "./shellcheck/shellAnswers.ts";
import type { ShellChecks } from "./shellcheck/shellChecks.ts";
import { type ShellProblem, shellProblems } from "./shellcheck/shellProblems.ts";

export interface ShellFindingsOptions {
  readonly shellChecks: ShellChecks;
  readonly settings: EditorSettings;
  /** There is more to know of this document than `known` has said. */
  readonly onLearned: (uri: string) => void;
  readonly onFailure: (message: string) => void;
}

/** What ShellCheck finds in open documents. It is asked in the background; nobody waits for it. */
export class ShellFindings {
  /** Whether programs may be run: the editor says so of its folders. */
  mayRun = true;
  readonly #options: ShellFindingsOptions;
  readonly #answers: ShellAnswers;

  constructor(options: ShellFindingsOptions) {
    this.#options = options;
    this.#answers = new ShellAnswers({
      fallback: options.shellChecks.bundled,
      onFailure: options.onFailure,
    });
  }

  /** What is known by now. For the scripts that are new, ShellCheck is asked. */
  async known({ uri, file }: OpenDocument): Promise<readonly ShellProblem[]> {
    const { settings, shellChecks, onLearned } = this.#options;
    const {
      shellcheck: { enabled, path },
    } = await settings.of(uri);
    const scripts = enabled ? checkedScripts(file) : [];
    if (scripts.length === 0) {
      this.#answers.forget(uri);
      return [];
    }
    const shellCheck = await shellChecks.of({ path, mayRun: this.mayRun });
    const missing: Script[] = [];
    const found: ShellProblem[] = [];
    for (const script of scripts) {
      const comments = this.#answers.known(shellCheck, script);
      if (comments === undefined) {
        missing.push(script);
      } else if (comments.length > 0) {
        found.push(...shellProblems(script, comments));
      }
    }
    if (missing.length > 0) {
      const wish = { shellCheck, scripts: missing, version: file };
      this.#answers.want(uri, {
        ...wish,
        onLearned: () => {
          onLearned(uri);
        },
      });
    } else {
      this.#answers.forget(uri);
    }
    return found;
  }

  forget(uri: string): void {
    this.#answers.forget(uri);
  }

  stop(): void {
    this.#options.shellChecks.stop();
  }
}
