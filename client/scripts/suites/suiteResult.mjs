/**
 * What became of one test.
 *
 * @typedef {object} TestOutcome
 * @property {"passed" | "failed" | "skipped"} outcome
 * @property {string} name
 * @property {string} [error]
 */

/** Counts the tests of one suite and keeps what has to be shown of them. */
export class SuiteResult {
  passed = 0;
  failed = 0;
  skipped = 0;
  /** @type {string[]} */
  messages = [];

  /** @param {string} name */
  constructor(name) {
    this.name = name;
    this.began = performance.now();
    this.seconds = 0;
  }

  /** @param {TestOutcome} test */
  add({ outcome, name, error }) {
    this[outcome]++;
    if (outcome === "failed")
      this.messages.push(`✖ ${this.name}: ${name}\n${indent(error ?? "failed")}`);
  }

  /**
   * Closes the count. A suite in which nothing was tested has failed.
   *
   * @param {string} [trouble] why the suite did not come to its end
   */
  close(trouble) {
    if (trouble !== undefined)
      this.add({ outcome: "failed", name: "the suite runs to its end", error: trouble });
    else if (this.passed + this.failed === 0) {
      this.add({ outcome: "failed", name: "the suite has tests", error: "No test was run." });
    }
    this.seconds = (performance.now() - this.began) / 1000;
    return this;
  }

  summary() {
    return `${counts(this)} (${this.name}, ${this.seconds.toFixed(1)} s)`;
  }
}

/**
 * @param {{ passed: number, failed: number, skipped: number }} result
 */
export function counts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** @param {string} text */
function indent(text) {
  return text.trimEnd().replaceAll(/^/gm, "    ");
}
