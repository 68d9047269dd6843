import type { Range } from "vscode-languageserver";
import type { LineIndex } from "../text/lineIndex.ts";
import type { Span } from "../text/span.ts";

/** The span as the protocol counts it. */
export function rangeOf(lines: LineIndex, { start, end }: Span): Range {
  return { start: lines.positionAt(start), end: lines.positionAt(end) };
}

/** The span of a range; what lies outside of the text counts as its nearest end. */
export function spanOfRange(lines: LineIndex, { start, end }: Range): Span {
  return { start: lines.offsetAt(start), end: lines.offsetAt(end) };
}
