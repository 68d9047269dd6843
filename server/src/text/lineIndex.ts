import type { Span } from "./span.ts";

/** A place as the Language Server Protocol counts it: 0-based line, 0-based UTF-16 character. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/**
 * Translates between offsets and lines of one text. Lines end as in the Language Server Protocol:
 * at `\n`, `\r\n` or a lone `\r`. (BuildKit knows `\n` and `\r\n` only; the difference shows in
 * no file that an editor writes.)
 */
export class LineIndex {
  readonly text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.text = text;
    this.#starts = lineStarts(text);
  }

  /** At least 1: an empty text has one empty line. */
  get lineCount(): number {
    return this.#starts.length;
  }

  /** The 0-based line that holds the offset; offsets outside of the text count as its nearest end. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The offset where the 0-based line begins; a line past the end begins at the end of the text. */
  lineStart(line: number): number {
    return line < 0 ? 0 : (this.#starts[line] ?? this.text.length);
  }

  /** The line without its line end. */
  lineSpan(line: number): Span {
    const start = this.lineStart(line);
    let end = this.lineStart(line + 1);
    if (end > start && this.text[end - 1] === "\n") {
      end--;
    }
    if (end > start && this.text[end - 1] === "\r" && line + 1 < this.lineCount) {
      end--;
    }
    return { start, end };
  }

  positionAt(offset: number): Position {
    const clamped = Math.max(0, Math.min(offset, this.text.length));
    const line = this.lineAt(clamped);
    return { line, character: clamped - this.lineStart(line) };
  }

  /** A character past the end of its line counts as the end of the line, as the protocol asks. */
  offsetAt({ line, character }: Position): number {
    if (line >= this.lineCount) {
      return this.text.length;
    }
    const { start, end } = this.lineSpan(line);
    return Math.min(start + Math.max(0, character), end);
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) {
      starts.push(at + 1);
    }
  }
  return starts;
}
