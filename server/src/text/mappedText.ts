import type { Span } from "./span.ts";

/**
 * Text as the builder reads it, where every character knows its place in the document. The two differ
 * when continuations and the comments between them are taken out, or when quotes and escapes are
 * resolved.
 */
export interface MappedText {
  readonly text: string;
  /**
   * Where it stands in the document. Holds everything between its first and last character, thus
   * also what was taken out.
   */
  readonly span: Span;
  /**
   * Runs of neighboring characters, in order: the characters of `text` from index `at` on stand in the
   * document from offset `offset` on, until the next run begins. The first run has `at` 0; there is
   * none only when the text is empty.
   */
  readonly runs: readonly Run[];
}

export interface Run {
  readonly at: number;
  readonly offset: number;
}

/** The document offset of the character at `index` of the mapped text; its length gives the end. */
export function offsetAt(mapped: MappedText, index: number): number {
  if (index >= mapped.text.length) {
    return mapped.span.end;
  }
  const run = mapped.runs[runAt(mapped.runs, index)];
  return run === undefined ? mapped.span.start : run.offset + Math.max(0, index) - run.at;
}

/** The document span of `text.slice(start, end)` of the mapped text. */
export function spanOf(mapped: MappedText, start: number, end: number): Span {
  const first = offsetAt(mapped, start);
  if (end <= start) {
    return { start: first, end: first };
  }
  return end >= mapped.text.length
    ? { start: first, end: mapped.span.end }
    : { start: first, end: offsetAt(mapped, end - 1) + 1 };
}

/** As `String.prototype.slice` with both ends given, and the characters keep their places. */
export function slice(mapped: MappedText, start: number, end: number): MappedText {
  const { runs } = mapped;
  if (start === 0 && end >= mapped.text.length) {
    return mapped;
  }
  const span = spanOf(mapped, start, end);
  if (end <= start) {
    return { text: "", span, runs: [] };
  }
  const kept: Run[] = [{ at: 0, offset: span.start }];
  for (let index = runAt(runs, start) + 1; index < runs.length; index++) {
    const run = runs[index];
    if (run === undefined || run.at >= end) {
      break;
    }
    kept.push({ at: run.at - start, offset: run.offset });
  }
  return { text: mapped.text.slice(start, end), span, runs: kept };
}

/** The index into the mapped text of the character at, or else first after, a document offset. */
export function indexAt(mapped: MappedText, offset: number): number {
  const { runs, text } = mapped;
  for (let index = 0; index < runs.length; index++) {
    const run = runs[index];
    const length = (runs[index + 1]?.at ?? text.length) - (run?.at ?? 0);
    if (run !== undefined && offset < run.offset + length) {
      return run.at + Math.max(0, offset - run.offset);
    }
  }
  return text.length;
}

/** A piece of the document as it stands. */
export function verbatim(document: string, span: Span): MappedText {
  return wordOf(document.slice(span.start, span.end), span);
}

/** A text whose characters stand in the span one by one, if they do. */
export function wordOf(text: string, span: Span): MappedText {
  return { text, span, runs: text === "" ? [] : [{ at: 0, offset: span.start }] };
}

/** The index of the run that holds the character at `index`. */
function runAt(runs: readonly Run[], index: number): number {
  let low = 0;
  let high = runs.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((runs[middle]?.at ?? 0) <= index) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}
