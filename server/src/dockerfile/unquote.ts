import { type MappedText, type Run, offsetAt } from "../text/mappedText.ts";
import type { EscapeCharacter } from "./syntax.ts";

/**
 * A word without its quotes and escapes, variables as written. A quote without its partner stays, as
 * there is nothing better to do with it (expansion fails on it).
 */
export function unquoted(raw: MappedText, escape: EscapeCharacter): MappedText {
  const { text } = raw;
  if (!text.includes("'") && !text.includes('"') && !text.includes(escape)) {
    return raw;
  }
  let result = "";
  const runs: Run[] = [];
  const add = (index: number): void => {
    const offset = offsetAt(raw, index);
    const last = runs.at(-1);
    if (last === undefined || last.offset + result.length - last.at !== offset) {
      runs.push({ at: result.length, offset });
    }
    result += text[index] ?? "";
  };

  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === quote) {
      quote = undefined;
    } else if (quote === undefined && (character === "'" || character === '"')) {
      if (text.includes(character, at + 1)) {
        quote = character;
      } else {
        add(at);
      }
    } else if (character === escape && quote !== "'") {
      const next = text[at + 1];
      if (
        next !== undefined &&
        (quote === undefined || next === '"' || next === "$" || next === escape)
      ) {
        at++;
        add(at);
      } else if (quote !== undefined) {
        add(at);
      }
    } else {
      add(at);
    }
  }
  return { text: result, span: raw.span, runs };
}
