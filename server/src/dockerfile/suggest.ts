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
      const distance = editDistance(text, option, least);
      // BuildKit takes any of several that are equally near; the same first letter is the better guess.
      if (distance < least || (distance === least && isBetter(text, option, nearest))) {
        nearest = option;
        least = distance;
      }
    }
  }
  return nearest;
}

/**
 * Suggestions for everything in a file. After many comparisons there are no more: thousands of unknown names
 * among thousands of known ones are no slips, and to compare them all would take seconds.
 */
export class Suggester {
  #comparisons = 0;

  suggest(text: string, options: () => Iterable<string>): string | undefined {
    if (this.#comparisons >= maxComparisons) {
      return undefined;
    }
    const all = [...options()];
    this.#comparisons += all.length;
    return suggest(text, all);
  }
}

const maxComparisons = 20_000;

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

/** How many edits make one text of the other; more than `most` when they are more. */
function editDistance(a: string, b: string, most: number): number {
  let start = 0;
  while (start < a.length && a[start] === b[start]) {
    start++;
  }
  let previous = Array.from({ length: b.length - start + 1 }, (_, index) => index);
  for (let row = start; row < a.length; row++) {
    const current = [row - start + 1];
    let least = row - start + 1;
    for (let column = start; column < b.length; column++) {
      const at = column - start;
      const distance = Math.min(
        (previous[at + 1] ?? 0) + 1,
        (current[at] ?? 0) + 1,
        (previous[at] ?? 0) + (a[row] === b[column] ? 0 : 1),
      );
      current.push(distance);
      least = Math.min(least, distance);
    }
    if (least > most) {
      return most + 1;
    }
    previous = current;
  }
  return previous[b.length - start] ?? 0;
}
