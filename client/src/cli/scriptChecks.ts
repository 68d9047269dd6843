import type { Dockerfile } from "../../../server/src/dockerfile/syntax.ts";
import type { Script } from "../../../server/src/shellcheck/checkedScript.ts";
import { checkedScripts } from "../../../server/src/shellcheck/checkedScripts.ts";
import { ShellAnswers } from "../../../server/src/shellcheck/shellAnswers.ts";
import type { ShellChecks } from "../../../server/src/shellcheck/shellChecks.ts";
import type { ShellComment } from "../../../server/src/shellcheck/shellComment.ts";
import { type ShellProblem, shellProblems } from "../../../server/src/shellcheck/shellProblems.ts";

/** What ShellCheck finds in many Dockerfiles: each script once, several at the same time. */
export class ScriptChecks {
  readonly #shellChecks: ShellChecks;
  readonly #answers: ShellAnswers;
  readonly #asked = new Map<string, Promise<readonly ShellComment[]>>();

  /** `complain` is told of what has no answer. */
  constructor(shellChecks: ShellChecks, complain: (message: string) => void) {
    this.#shellChecks = shellChecks;
    this.#answers = new ShellAnswers({ fallback: shellChecks.bundled, onFailure: complain });
  }

  async problemsIn(file: Dockerfile): Promise<readonly ShellProblem[]> {
    const found = await Promise.all(
      checkedScripts(file).map(async (script) =>
        shellProblems(script, await this.#commentsOn(script)),
      ),
    );
    return found.flat();
  }

  async #commentsOn(script: Script): Promise<readonly ShellComment[]> {
    const before = this.#asked.get(script.text);
    if (before !== undefined) {
      return before;
    }
    const fresh = this.#ask(script);
    this.#asked.set(script.text, fresh);
    return fresh;
  }

  async #ask(script: Script): Promise<readonly ShellComment[]> {
    const shellCheck = await this.#shellChecks.of({ path: "", mayRun: true });
    return this.#answers.ask(shellCheck, script, new AbortController().signal);
  }
}
