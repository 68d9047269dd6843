import { type MappedText, slice, spanOf } from "../text/mappedText.ts";
import type { Span } from "../text/span.ts";
import type { Pipeline, ShellError, SimpleCommand } from "./syntax.ts";

/** What the parts of one parser share: the text, the place in it, and what has been found. */
export class ParserState {
  readonly mapped: MappedText;
  readonly text: string;
  readonly found: Found;
  at = 0;
  depth: number;

  constructor(mapped: MappedText, found: Found, depth = 0) {
    this.mapped = mapped;
    this.text = mapped.text;
    this.found = found;
    this.depth = depth;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  get char(): string {
    return this.text[this.at] ?? "";
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** From `start` to here. */
  spanFrom(start: number): Span {
    return spanOf(this.mapped, start, this.at);
  }

  sliceFrom(start: number): MappedText {
    return slice(this.mapped, start, this.at);
  }

  error(start: number, message: string): void {
    if (this.found.errors.length < maxErrors) {
      this.found.errors.push({ span: this.spanFrom(start), message });
    }
  }

  /** Blanks and continued lines. */
  skipBlanks(): void {
    for (;;) {
      const char = this.char;
      if (char === " " || char === "\t" || char === "\v" || char === "\f") {
        this.at++;
      } else if (char === "\r" && (this.text[this.at + 1] ?? "\n") === "\n") {
        this.at++;
      } else if (char === "\\" && this.text[this.at + 1] === "\n") {
        this.at += 2;
      } else if (char === "\\" && this.startsWith("\\\r\n")) {
        this.at += 3;
      } else {
        return;
      }
    }
  }
}

/** What a script holds beside its tree. */
export interface Found {
  readonly commands: SimpleCommand[];
  readonly pipelines: Pipeline[];
  readonly comments: Span[];
  readonly errors: ShellError[];
}

/** Deeper nesting is not looked into. */
export const maxDepth = 50;

const maxErrors = 50;
