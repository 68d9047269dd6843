import { type MappedText, type Run, slice } from "../text/mappedText.ts";
import type { Span } from "../text/span.ts";
import { skipSpace, trimEnd } from "./characters.ts";
import { readDirectives } from "./directives.ts";
import { type HeredocWord, heredocWords } from "./heredocs.ts";
import type {
  Comment,
  Directive,
  EscapeCharacter,
  Heredoc,
  SourceLine,
  SyntaxError,
} from "./syntax.ts";

/** A Dockerfile as lines: the first of the two steps of parsing. */
export interface Scan {
  readonly escape: EscapeCharacter;
  readonly directives: readonly Directive[];
  readonly comments: readonly Comment[];
  /** Every line of the text; together they are the text. */
  readonly sourceLines: readonly SourceLine[];
  readonly instructions: readonly LogicalLine[];
  readonly errors: readonly SyntaxError[];
}

/** The lines of one instruction, put together. */
export interface LogicalLine {
  /** Continuations taken out, and white space at both ends. Empty when there are continuations only. */
  readonly text: MappedText;
  readonly span: Span;
  readonly lineSpan: Span;
  readonly heredocs: readonly Heredoc[];
  readonly docComments: readonly Comment[];
  readonly innerComments: readonly Comment[];
  readonly blankLines: readonly Span[];
}

/** Longest line that BuildKit reads, in bytes of UTF-8 without the line end. */
const maxLineBytes = 65_535;

/** Puts lines together. Linear in the length of the text. */
export function scan(text: string): Scan {
  const errors: SyntaxError[] = [];
  const lines = splitLines(text, errors);
  const { directives, escape, directiveLines } = readDirectives(text, lines, errors);
  const comments: Comment[] = [];
  const sourceLines: SourceLine[] = [];
  const instructions: LogicalLine[] = [];
  let docComments: Comment[] = [];

  let next = 0;
  const take = (kind: SourceLine["kind"]): void => {
    const line = lines[next++];
    if (line !== undefined) {
      sourceLines.push({ kind, span: { start: line.start, end: line.next } });
    }
  };

  while (next < lines.length) {
    const line = lines[next];
    if (line === undefined) {
      break;
    }
    const start = skipSpace(text, line.content);
    if (start >= line.end) {
      take("blank");
    } else if (text[start] === "#") {
      const reading = directiveLines.get(next);
      if (reading?.byParser === true) {
        take("directive");
        continue;
      }
      const comment = commentAt(text, start, line, false);
      comments.push(comment);
      // BuildKit looks at what follows the first character of the line, so only a bare `#` in
      // column 0 counts as empty.
      if (comment.text === "" && !comment.indented) {
        docComments = [];
      } else {
        docComments.push(comment);
      }
      // What only the other reader takes as a directive is a comment for the parser.
      take(reading === undefined ? "comment" : "directive");
    } else {
      instructions.push(readInstruction(start));
      docComments = [];
    }
  }
  return { escape, directives, comments, sourceLines, instructions, errors };

  function readInstruction(start: number): LogicalLine {
    const pieces: Span[] = [];
    const innerComments: Comment[] = [];
    const blankLines: Span[] = [];
    let lineEnd = start;
    let continued = true;
    let kind: SourceLine["kind"] = "instruction";
    while (continued && next < lines.length) {
      const line = lines[next];
      if (line === undefined) {
        break;
      }
      const content = kind === "instruction" ? start : skipSpace(text, line.start);
      if (kind === "continuation" && content >= line.end) {
        blankLines.push({ start: line.start, end: line.end });
        take("blank");
        continue;
      }
      if (kind === "continuation" && text[content] === "#") {
        const comment = commentAt(text, content, line, true);
        comments.push(comment);
        innerComments.push(comment);
        lineEnd = comment.span.end;
        take("comment");
        continue;
      }
      const from = kind === "instruction" ? start : line.start;
      const end = continuationStart(text, from, line.end, escape);
      continued = end !== undefined;
      pieces.push({ start: from, end: end ?? line.end });
      lineEnd = trimEnd(text, from, line.end);
      take(kind);
      kind = "continuation";
    }
    const whole = join(text, pieces);
    const lineSpan = { start, end: lineEnd };
    const heredocs = readHeredocs(whole, lineSpan);
    const last = heredocs.at(-1);
    const end = last === undefined ? lineEnd : (last.terminator?.end ?? last.body.end);
    return {
      text: trimmed(whole),
      span: { start, end: Math.max(end, lineEnd) },
      lineSpan,
      heredocs,
      docComments,
      innerComments,
      blankLines,
    };
  }

  function readHeredocs(whole: MappedText, lineSpan: Span): Heredoc[] {
    return heredocWords(whole, escape).map((word) => {
      const heredoc = readHeredoc(word);
      if (heredoc.terminator === undefined) {
        errors.push({
          span: lineSpan,
          message: "unterminated heredoc",
          code: "unterminated-heredoc",
        });
      }
      return heredoc;
    });
  }

  function readHeredoc(word: HeredocWord): Heredoc {
    const start = lines[next]?.start ?? text.length;
    let end = start;
    let terminator: Span | undefined;
    while (next < lines.length) {
      const line = lines[next];
      if (line === undefined) {
        break;
      }
      let from = line.start;
      while (word.stripTabs && text[from] === "\t") {
        from++;
      }
      // The length is compared first, so that long bodies are not copied line by line.
      if (line.end - from === word.name.length && text.startsWith(word.name, from)) {
        terminator = { start: line.start, end: line.end };
        take("heredoc end");
        break;
      }
      end = line.next;
      take("heredoc");
    }
    const body = { start, end };
    const content = text.slice(start, end);
    return {
      ...word,
      body,
      content: word.stripTabs ? content.replace(/^\t+/gm, "") : content,
      ...(terminator === undefined ? {} : { terminator }),
    };
  }
}

/** A line as BuildKit's reader cuts them: at `\n` only. */
export interface PhysicalLine {
  readonly start: number;
  /** Behind the byte order mark in the first line, else the start. */
  readonly content: number;
  /** Without the line end: `\n` and any number of `\r` before it. */
  readonly end: number;
  readonly next: number;
}

function splitLines(text: string, errors: SyntaxError[]): PhysicalLine[] {
  const lines: PhysicalLine[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const next = newline === -1 ? text.length : newline + 1;
    let end = newline === -1 ? next : newline;
    while (end > start && text[end - 1] === "\r") {
      end--;
    }
    if (isTooLong(text, start, newline === -1 ? next : newline)) {
      errors.push({
        span: { start, end },
        message: `dockerfile line greater than max allowed size of ${maxLineBytes}`,
        code: "line-too-long",
      });
    }
    const content = start === 0 && text.charCodeAt(0) === byteOrderMark ? 1 : start;
    lines.push({ start, content, end: Math.max(content, end), next });
    start = next;
  }
  return lines;
}

function isTooLong(text: string, start: number, end: number): boolean {
  // A UTF-16 code unit takes one to three bytes.
  if ((end - start) * 3 <= maxLineBytes) {
    return false;
  }
  return end - start > maxLineBytes || Buffer.byteLength(text.slice(start, end)) > maxLineBytes;
}

/** Where the escape character stands that makes the next line part of this one, if one does. */
function continuationStart(
  text: string,
  start: number,
  end: number,
  escape: EscapeCharacter,
): number | undefined {
  let last = end - 1;
  while (last >= start && (text[last] === " " || text[last] === "\t")) {
    last--;
  }
  if (last < start || text[last] !== escape || (last > start && text[last - 1] === escape)) {
    return undefined;
  }
  return last;
}

function commentAt(text: string, start: number, line: PhysicalLine, inside: boolean): Comment {
  const end = trimEnd(text, start, line.end);
  return {
    span: { start, end },
    text: text.slice(Math.min(skipSpace(text, start + 1), end), end),
    indented: start > line.content,
    inside,
  };
}

const byteOrderMark = 0xfeff;

function join(text: string, pieces: readonly Span[]): MappedText {
  const runs: Run[] = [];
  let at = 0;
  for (const { start, end } of pieces) {
    if (end > start) {
      runs.push({ at, offset: start });
      at += end - start;
    }
  }
  return {
    text: pieces.map(({ start, end }) => text.slice(start, end)).join(""),
    span: { start: pieces[0]?.start ?? 0, end: pieces.at(-1)?.end ?? 0 },
    runs,
  };
}

function trimmed(mapped: MappedText): MappedText {
  const start = skipSpace(mapped.text, 0);
  return slice(mapped, start, trimEnd(mapped.text, start, mapped.text.length));
}
