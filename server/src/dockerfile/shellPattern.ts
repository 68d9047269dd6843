/** A pattern that cannot be read, with BuildKit's reason. */
export interface PatternError {
  readonly error: string;
}

/** `${value#pattern}`, or `##` when `longest`. Takes time in the order of value times pattern. */
export function removePrefix(
  value: string,
  pattern: string,
  longest: boolean,
): string | PatternError {
  const items = readPattern(Array.from(pattern));
  if (!Array.isArray(items)) {
    return items;
  }
  const characters = Array.from(value);
  const end = matchEnd(characters, 0, items, longest);
  return end === undefined ? value : characters.slice(end).join("");
}

/** `${value%pattern}`, or `%%` when `longest`. */
export function removeSuffix(
  value: string,
  pattern: string,
  longest: boolean,
): string | PatternError {
  const items = readPattern(Array.from(pattern));
  if (!Array.isArray(items)) {
    return items;
  }
  const characters = Array.from(value).reverse();
  const end = matchEnd(characters, 0, items.reverse(), longest);
  return end === undefined ? value : characters.slice(end).reverse().join("");
}

/** `${value/pattern/replacement}`, or `//` when `all`: stars take as much as they can. */
export function replacePattern(
  value: string,
  pattern: string,
  replacement: string,
  all: boolean,
): string | PatternError {
  const items = readPattern(Array.from(pattern));
  if (!Array.isArray(items)) {
    return items;
  }
  const characters = Array.from(value);
  let result = "";
  let at = 0;
  let previousEnd = -1;
  while (at <= characters.length) {
    const end = matchEnd(characters, at, items, true);
    // An empty match right behind a match does not count.
    if (end !== undefined && (end > at || at !== previousEnd)) {
      result += replacement;
      previousEnd = end;
      if (!all) {
        return result + characters.slice(end).join("");
      }
      if (end > at) {
        at = end;
        continue;
      }
    }
    result += characters[at] ?? "";
    at++;
  }
  return result;
}

/** A literal character, any character but a line end, or any number of them. */
type PatternItem = { readonly literal: string } | "?" | "*";

function readPattern(pattern: readonly string[]): PatternItem[] | PatternError {
  const items: PatternItem[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? "";
    if (character === "*" || character === "?") {
      items.push(character);
    } else if (character === "\\") {
      const next = pattern[at + 1];
      // A slash or brace had to be escaped to stand here; the escape is not part of the pattern.
      if (next === "}" || next === "/") {
        continue;
      }
      if (next !== "*" && next !== "?" && next !== "\\") {
        return { error: `invalid escape '\\${next ?? "\ufffd"}'` };
      }
      items.push({ literal: next });
      at++;
    } else {
      items.push({ literal: character });
    }
  }
  return items;
}

/** The shortest or longest match that begins at `start`, by keeping all positions in the pattern at once. */
function matchEnd(
  value: readonly string[],
  start: number,
  pattern: readonly PatternItem[],
  longest: boolean,
): number | undefined {
  let active = closure(new Set([0]), pattern);
  let end: number | undefined;
  for (let at = start; ; at++) {
    if (active.has(pattern.length)) {
      end = at;
      if (!longest) {
        return end;
      }
    }
    const character = value[at];
    if (character === undefined || active.size === 0) {
      return end;
    }
    const next = new Set<number>();
    for (const index of active) {
      const item = pattern[index];
      if (item === "*") {
        if (character !== "\n") {
          next.add(index);
        }
      } else if (item === "?" ? character !== "\n" : item?.literal === character) {
        next.add(index + 1);
      }
    }
    active = closure(next, pattern);
  }
}

/** Adds the positions that are reached by letting stars match nothing. */
function closure(positions: Set<number>, pattern: readonly PatternItem[]): Set<number> {
  for (const index of positions) {
    if (pattern[index] === "*") {
      positions.add(index + 1);
    }
  }
  return positions;
}
