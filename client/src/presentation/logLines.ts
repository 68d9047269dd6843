/**
 * Takes the engine's timestamps off a log and remembers the last one, so that
 * following can go on after a restart without showing a line twice. Text comes
 * in pieces of any length; what is not a line yet is passed on all the same,
 * since a prompt or a progress bar has no end of line.
 */
export class LogLines {
  readonly #after: string;
  /** The beginning of a line whose timestamp is not complete. */
  #head = "";
  #inLine = false;
  #skipping = false;
  #last: string;

  /** `after` is the timestamp of the last line shown before; lines up to it are left out. */
  constructor(after = "") {
    this.#after = after;
    this.#last = after;
  }

  /** The last timestamp that was seen; empty before the first. */
  get last(): string {
    return this.#last;
  }

  /** The text without timestamps, and without lines that were shown before. */
  accept(text: string): string {
    let rest = this.#head + text;
    this.#head = "";
    let result = "";
    while (rest !== "") {
      if (!this.#inLine) {
        const space = rest.indexOf(" ");
        const lineEnd = rest.indexOf("\n");
        if (space === -1 && lineEnd === -1 && rest.length < longestTimestamp) {
          this.#head = rest;
          break;
        }
        const stamp = timestampPattern.exec(rest)?.[0];
        if (stamp !== undefined) {
          const time = stamp.trimEnd();
          this.#skipping = this.#after !== "" && time <= this.#after;
          this.#last = time > this.#last ? time : this.#last;
          rest = rest.slice(stamp.length);
        }
        this.#inLine = true;
      }
      const end = rest.indexOf("\n");
      const line = end === -1 ? rest : rest.slice(0, end + 1);
      rest = rest.slice(line.length);
      this.#inLine = end === -1;
      if (!this.#skipping) {
        result += line;
      }
    }
    return result;
  }
}

/** `2026-01-02T03:04:05.123456789Z `, with or without fraction; podman writes an offset in place of Z. */
const timestampPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) ?/;
const longestTimestamp = 40;

/** Text as a terminal wants it: a line feed alone would not go back to the first column. */
export function terminalText(text: string): string {
  return text.replace(/\r?\n/g, "\r\n");
}
