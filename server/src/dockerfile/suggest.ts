/**
 * The option nearest to what was written, if it is near: fewer than three edits, as BuildKit's "did you
 * mean" has it. Nothing when the text is one of the options, as then something else is wrong.
 */
export function suggest(text: string, options: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = 3;
  for (const option of options) {
    if (option === text) {
      return undefined;
    }
    if (Math.abs(option.length - text.length) <= least) {
      const distance = editDistance(text, option);
      // BuildKit takes any of several that are equally near; the same first letter is the better guess.
      if (distance < least || (distance === least && isBetter(text, option, nearest))) {
        nearest = option;
        least = distance;
      }
    }
  }
  return nearest;
}

function isBetter(text: string, option: string, nearest: string | undefined): boolean {
  return nearest !== undefined && nearest[0] !== text[0] && option[0] === text[0];
}

/** The message with BuildKit's addition, and the suggestion for a quick fix. */
export function withSuggestion(
  message: string,
  suggestion: string | undefined,
): { message: string; suggestion?: string } {
  return suggestion === undefined
    ? { message }
    : { message: `${message} (did you mean ${suggestion}?)`, suggestion };
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1),
        ),
      );
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
