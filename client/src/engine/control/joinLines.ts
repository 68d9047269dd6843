import type { LineRange } from "../dockerfileText.ts";

/** BuildKit gives a range for each line of an instruction; here they become one. */
export function joinLines(ranges: readonly LineRange[]): LineRange[] {
  const joined: LineRange[] = [];
  for (const range of ranges) {
    const before = joined.at(-1);
    if (before?.end === range.start - 1) {
      joined[joined.length - 1] = { start: before.start, end: range.end };
    } else {
      joined.push(range);
    }
  }
  return joined;
}
