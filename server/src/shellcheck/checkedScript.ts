import type { MappedText } from "../text/mappedText.ts";
import type { Span } from "../text/span.ts";
import type { ScriptPlace, ScriptStretch } from "./shellComment.ts";

/** A script as somebody asks ShellCheck about it. */
export interface Script {
  /** What we tell it beforehand: the shell, and variables. */
  readonly preamble: string;
  /** What stands in the Dockerfile. With the preamble it determines the text. */
  readonly body: string;
  readonly text: string;
}

/** A script as ShellCheck reads it. All but what we have put in between knows its place in the Dockerfile. */
export class CheckedScript implements Script {
  readonly preamble: string;
  readonly body: string;
  readonly #parts: readonly (MappedText | string)[];
  #joined: Joined | undefined;
  #lineStarts: readonly number[] | undefined;

  constructor(preamble: string, parts: readonly (MappedText | string)[]) {
    this.preamble = preamble;
    this.#parts = parts;
    let body = "";
    for (const part of parts) {
      body += typeof part === "string" ? "" : part.text;
    }
    this.body = body;
  }

  get text(): string {
    return this.#join().text;
  }

  /** The text between two indices; the document may hold continuations there too. */
  spanOf({ start, end }: IndexRange): Span | undefined {
    const first = this.#offsetOf(start);
    if (first === undefined || end <= start) {
      return first === undefined ? undefined : { start: first, end: first };
    }
    const last = this.#offsetOf(end - 1);
    return last === undefined ? undefined : { start: first, end: last + 1 };
  }

  /** Where the character before the index ends in the document: before a continuation that follows it. */
  endBefore(index: number): number | undefined {
    const before = index === 0 ? undefined : this.#offsetOf(index - 1);
    return before === undefined ? undefined : before + 1;
  }

  rangeOf({ start, end }: ScriptStretch): IndexRange {
    const first = this.#indexOf(start);
    return { start: first, end: Math.max(first, this.#indexOf(end)) };
  }

  /** Whether the document holds a continuation before one of the characters from start to end, both included. */
  isBroken({ start, end }: IndexRange): boolean {
    return this.#join().runs.some(({ at }) => at >= start && at <= end && at > 0);
  }

  /** Not before somebody needs it: most scripts are known, and nothing is found in them. */
  #join(): Joined {
    if (this.#joined !== undefined) {
      return this.#joined;
    }
    const runs: ScriptRun[] = [];
    let text = "";
    let end = 0;
    for (const part of this.#parts) {
      if (typeof part === "string") {
        runs.push({ at: text.length, offset: undefined });
        text += part;
      } else {
        for (const { at, offset } of part.runs) {
          runs.push({ at: text.length + at, offset });
        }
        text += part.text;
        ({ end } = part.span);
      }
    }
    this.#joined = { text, runs, end };
    return this.#joined;
  }

  #offsetOf(index: number): number | undefined {
    const { text, runs, end } = this.#join();
    if (index >= text.length) {
      return end;
    }
    const run = runs.findLast(({ at }) => at <= index);
    return run?.offset === undefined ? undefined : run.offset + index - run.at;
  }

  /** Places beyond a line or the text are taken back to its end. */
  #indexOf({ line, column }: ScriptPlace): number {
    this.#lineStarts ??= lineStartsOf(this.text);
    const start = this.#lineStarts[line - 1] ?? this.text.length;
    let index = start;
    for (let at = 1; at < column && index < this.text.length;) {
      const character = this.text.codePointAt(index) ?? 0;
      if (character === newline) {
        break;
      }
      at = character === tab ? at + tabWidth - ((at - 1) % tabWidth) : at + 1;
      index += character > 0xffff ? 2 : 1;
    }
    return index;
  }
}

/** Indices into the script's text; the end is exclusive. */
export interface IndexRange {
  readonly start: number;
  readonly end: number;
}

interface Joined {
  readonly text: string;
  readonly runs: readonly ScriptRun[];
  /** Where the document goes on behind the script. */
  readonly end: number;
}

interface ScriptRun {
  readonly at: number;
  /** Absent for what the document does not hold. */
  readonly offset: number | undefined;
}

const newline = 10;
const tab = 9;
const tabWidth = 8;

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}
