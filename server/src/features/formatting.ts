import type { FormattingOptions } from "vscode-languageserver";
import type { Dockerfile, Instruction, SourceLine } from "../dockerfile/syntax.ts";
import type { Edit } from "../lint/rule.ts";
import type { Span } from "../text/span.ts";
import { lineEndOf } from "./edits.ts";

/**
 * Tidies blanks, and nothing that the builder looks at: the formatted file makes the same image from the
 * same layer cache. So the text of RUN, CMD and whatever else a shell gets stays as it is, with its
 * indentation, which is a part of a step's cache key; and so do heredocs and quoted text.
 *
 * - An instruction begins at the start of its line, and one blank follows its keyword.
 * - No line ends in blanks.
 * - A continued line that is not indented at all is indented like its neighbors; other indentation is the
 *   author's and stays.
 * - At most two blank lines follow each other.
 *
 * @param within Only what touches its lines is changed; absent for the whole file.
 */
export function formatting(file: Dockerfile, options: FormattingOptions, within?: Span): Edit[] {
  const superfluous = superfluousLines(file, options);
  const edits = [
    ...[...superfluous].map(({ span }) => ({ ...span, newText: "" })),
    ...file.sourceLines
      .filter((line) => !superfluous.has(line))
      .flatMap((line) => trailingBlanks(file, line)),
    // What ONBUILD holds is stored in the image as it is written.
    ...file.instructions
      .filter(({ onbuild }) => !onbuild)
      .flatMap((instruction) => [
        ...beginning(file, instruction),
        ...missingIndentation(file, instruction, options),
      ]),
    ...finalNewline(file, options),
  ].sort((a, b) => a.start - b.start);
  return within === undefined ? edits : edits.filter((edit) => sharesLine(file, edit, within));
}

const mostBlankLines = 2;

/** Blank lines that are too many. Those at the top stay, as they keep a comment from being a directive; and those in a continuation, of which a check speaks. */
function superfluousLines(
  { sourceLines, instructions }: Dockerfile,
  { trimFinalNewlines }: FormattingOptions,
): Set<SourceLine> {
  const inside = new Set(
    instructions.flatMap(({ blankLines }) => blankLines.map(({ start }) => start)),
  );
  const superfluous = new Set<SourceLine>();
  let run: SourceLine[] | undefined;
  for (const line of sourceLines) {
    if (line.kind === "blank" && !inside.has(line.span.start)) {
      run?.push(line);
      if (run !== undefined && run.length > mostBlankLines) {
        superfluous.add(line);
      }
    } else {
      run = [];
    }
  }
  if (trimFinalNewlines === true) {
    run?.forEach((line) => superfluous.add(line));
  }
  return superfluous;
}

/** The builder takes no notice of them anywhere but in heredocs. */
function trailingBlanks({ text, lines }: Dockerfile, { kind, span }: SourceLine): Edit[] {
  if (kind === "heredoc" || kind === "heredoc end") {
    return [];
  }
  const { start, end } = lines.lineSpan(lines.lineAt(span.start));
  const kept = start + text.slice(start, end).replace(/[ \t]+$/, "").length;
  return kept === end ? [] : [{ start: kept, end, newText: "" }];
}

/** The blanks in front of the keyword and behind it. */
function beginning({ text, lines }: Dockerfile, instruction: Instruction): Edit[] {
  const { keywordSpan, rest } = instruction;
  const edits: Edit[] = [];
  const lineStart = lines.lineStart(lines.lineAt(keywordSpan.start));
  if (isBlank(text.slice(lineStart, keywordSpan.start))) {
    edits.push({ start: lineStart, end: keywordSpan.start, newText: "" });
  }
  const gap = { start: keywordSpan.end, end: rest.span.start };
  const between = text.slice(gap.start, gap.end);
  if (rest.text !== "" && between !== " " && isBlank(between)) {
    edits.push({ ...gap, newText: " " });
  }
  return edits;
}

function isBlank(text: string): boolean {
  return /^[ \t]+$/.test(text);
}

function missingIndentation(
  { text, lines }: Dockerfile,
  instruction: Instruction,
  { insertSpaces, tabSize }: FormattingOptions,
): Edit[] {
  const words = wordsOf(instruction);
  if (words === undefined) {
    return [];
  }
  const { lineSpan } = instruction;
  const first = lines.lineAt(lineSpan.start) + 1;
  const last = lines.lineAt(lineSpan.end);
  const comments = new Set(instruction.innerComments.map(({ span }) => lines.lineAt(span.start)));
  const bare: number[] = [];
  let at = 0;
  let indentation = insertSpaces ? " ".repeat(tabSize) : "\t";
  let found = false;
  for (let line = first; line <= last; line++) {
    const { start, end } = lines.lineSpan(line);
    const [blanks = ""] = /^[ \t]*/.exec(text.slice(start, end)) ?? [];
    while ((words[at]?.end ?? start + 1) <= start) {
      at++;
    }
    const inWord = (words[at]?.start ?? start) < start;
    if (inWord || start === end || comments.has(line)) {
      continue;
    }
    if (blanks === "") {
      bare.push(start);
    } else if (!found) {
      indentation = blanks;
      found = true;
    }
  }
  return bare.map((start) => ({ start, end: start, newText: indentation }));
}

/** Between these words blanks mean nothing; `undefined` where blanks are text. */
function wordsOf(instruction: Instruction): Span[] | undefined {
  const flags = instruction.flags.map(({ span }) => span);
  switch (instruction.keyword) {
    case "ARG":
      return [...flags, ...instruction.pairs.map(({ span }) => span)];
    case "ENV":
    case "LABEL":
      return instruction.legacy ? undefined : instruction.pairs.map(({ span }) => span);
    case "COPY":
    case "ADD": {
      const { sources, destination } = instruction;
      const words = [...sources, ...(destination === undefined ? [] : [destination])];
      return [...flags, ...words.map(({ span }) => span)];
    }
    case "EXPOSE":
      return instruction.ports.map(({ span }) => span);
    case "VOLUME":
      return instruction.paths.map(({ span }) => span);
    default:
      return undefined;
  }
}

function finalNewline(
  { text, sourceLines }: Dockerfile,
  { insertFinalNewline }: FormattingOptions,
): Edit[] {
  const last = sourceLines.at(-1)?.kind;
  const wanted = insertFinalNewline === true && last !== undefined && last !== "blank";
  return wanted && last !== "heredoc" && !text.endsWith("\n")
    ? [{ start: text.length, end: text.length, newText: lineEndOf(text) }]
    : [];
}

function sharesLine({ lines }: Dockerfile, edit: Span, within: Span): boolean {
  return (
    lines.lineAt(edit.start) <= lines.lineAt(within.end) &&
    lines.lineAt(within.start) <= lines.lineAt(edit.end)
  );
}
