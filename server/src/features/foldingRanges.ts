import { type FoldingRange, FoldingRangeKind } from "vscode-languageserver";
import type { Dockerfile } from "../dockerfile/syntax.ts";
import type { Span } from "../text/span.ts";

/** What can be folded away: stages, instructions of several lines, heredocs, blocks of comments. Whole lines only. */
export function foldingRanges(file: Dockerfile): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  const known = new Set<string>();
  const add = ({ start, end }: Span, kind?: FoldingRangeKind): void => {
    const startLine = file.lines.lineAt(start);
    const endLine = file.lines.lineAt(end);
    const key = `${startLine} ${endLine}`;
    if (endLine > startLine && !known.has(key)) {
      known.add(key);
      ranges.push({ startLine, endLine, ...(kind === undefined ? {} : { kind }) });
    }
  };
  for (const { span } of file.stages) {
    add(span);
  }
  for (const { span, heredocs, onbuild } of file.instructions) {
    if (!onbuild) {
      add(span);
    }
    // One heredoc is the whole instruction; of several each folds from its first line on.
    if (heredocs.length > 1) {
      for (const { body, terminator } of heredocs) {
        add({ start: body.start, end: terminator?.start ?? body.end });
      }
    }
  }
  for (const block of commentBlocks(file)) {
    add(block, FoldingRangeKind.Comment);
  }
  return ranges.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
}

/** Comments on neighboring lines. */
function commentBlocks({ comments, directives, lines }: Dockerfile): Span[] {
  const blocks: { start: number; end: number }[] = [];
  for (const { span } of [...directives, ...comments].sort((a, b) => a.span.start - b.span.start)) {
    const last = blocks.at(-1);
    if (last !== undefined && lines.lineAt(last.end) + 1 === lines.lineAt(span.start)) {
      last.end = span.end;
    } else {
      blocks.push({ ...span });
    }
  }
  return blocks;
}
