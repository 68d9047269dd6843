import { createHash } from "node:crypto";
import type { BuildEvent, BuildStep } from "./build.ts";

/**
 * Reads the text that a builder without BuildKit's trace prints, such as
 * Podman's, as steps: one after the other, each followed by its output. The
 * times are those at which we heard of a step.
 */
export class TextStepDecoder {
  readonly #steps: BuildStep[] = [];
  #rest = "";

  get steps(): readonly BuildStep[] {
    return this.#steps;
  }

  decode(text: string): BuildEvent[] {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#readLine(line));
  }

  /** No text follows, and this is how the step under way has ended. */
  end(outcome: Pick<BuildStep, "state" | "error">): BuildEvent[] {
    const rest = this.#rest === "" ? [] : this.#readLine(this.#rest);
    this.#rest = "";
    return [...rest, ...this.#endStep(outcome)];
  }

  #readLine(line: string): BuildEvent[] {
    const heading = /^(?:\[(\d+)\/\d+\] )?STEP (\d+\/\d+) ?: (.*)$/i.exec(line);
    if (heading !== null) {
      const [, stage, number = "", instruction = ""] = heading;
      // As BuildKit counts the stages of a file that has more than one.
      const prefix = stage === undefined ? "" : `stage-${Number(stage) - 1} `;
      const name = `[${prefix}${number}] ${instruction}`;
      const step: BuildStep = {
        digest: `text:${createHash("sha256").update(`${this.#steps.length} ${name}`).digest("hex")}`,
        name,
        state: "running",
        startedAt: Date.now(),
      };
      const ended = this.#endStep({ state: "done" });
      this.#steps.push(step);
      return [...ended, { type: "step", step }];
    }
    if (/^\s*-+> Using cache\b/.test(line)) {
      return this.#endStep({ state: "cached" });
    }
    const step = this.#steps.at(-1);
    if (
      /^(?:\s*-+> [0-9a-f]+$|(?:\[\d+\/\d+\] )?COMMIT\b|[0-9a-f]{64}$|Successfully (?:built|tagged) )/.test(
        line,
      )
    ) {
      return this.#endStep({ state: "done" });
    }
    return step?.state === "running"
      ? [{ type: "log", digest: step.digest, stream: "stdout", text: `${line}\n` }]
      : [];
  }

  #endStep(outcome: Pick<BuildStep, "state" | "error">): BuildEvent[] {
    const step = this.#steps.at(-1);
    if (step?.state !== "running") {
      return [];
    }
    const ended: BuildStep = { ...step, ...outcome, completedAt: Date.now() };
    this.#steps.splice(-1, 1, ended);
    return [{ type: "step", step: ended }];
  }
}
