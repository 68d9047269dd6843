import { dedent } from "../text/dedent.ts";
import { LineIndex } from "../text/lineIndex.ts";
import type { Span } from "../text/span.ts";

/** A Dockerfile as a test writes it, with its marks taken out. */
export interface Fixture {
  readonly text: string;
  /** The offset where `<|>` stood. */
  readonly cursor: number | undefined;
}

/** A place and what is said of it. */
export interface Mark extends Span {
  readonly label: string;
}

/**
 * Reads a marked Dockerfile: shared indentation, the cursor `<|>` and the lines of carets go.
 * What the carets say is not read: `renderMarks` draws the actual marks, and a
 * test compares the two texts, so that a failure shows the right picture.
 */
export function readFixture(marked: string): Fixture {
  const written = withoutMarks(dedent(marked));
  const cursor = written.indexOf(cursorMark);
  return cursor < 0
    ? { text: written, cursor: undefined }
    : { text: written.replace(cursorMark, ""), cursor };
}

/** The Dockerfile with a line of carets under each mark, followed by its label. A mark of several lines has carets under each, and the label under the first. */
export function renderMarks(text: string, marks: readonly Mark[]): string {
  const index = new LineIndex(text);
  const ordered = [...marks].sort((a, b) => a.start - b.start || a.end - b.end);
  const drawn: string[] = [];
  for (let line = 0; line < index.lineCount; line++) {
    const { start, end } = index.lineSpan(line);
    drawn.push(text.slice(start, end));
    for (const mark of ordered) {
      const isFirst = index.lineAt(mark.start) === line;
      const isLater = mark.start < start && mark.end > start;
      if (!isFirst && !isLater) {
        continue;
      }
      const from = Math.max(mark.start, start);
      const to = Math.max(from + 1, Math.min(mark.end, end));
      const carets = " ".repeat(from - start) + "^".repeat(to - from);
      drawn.push(isFirst ? `${carets} ${mark.label}`.trimEnd() : carets);
    }
  }
  return drawn.join("\n");
}

/** The fixture as `renderMarks` would draw it: indentation and cursor taken out, marks kept. */
export function expectedPicture(marked: string): string {
  return dedent(marked).replace(cursorMark, "");
}

const cursorMark = "<|>";

function withoutMarks(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^\s*\^+(?: .*)?$/.test(line))
    .join("\n");
}
