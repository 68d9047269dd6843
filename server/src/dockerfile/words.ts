import { type MappedText, type Run, offsetAt, slice, spanOf } from "../text/mappedText.ts";
import { isBlank, isSpace, skipSpace, trimEnd } from "./characters.ts";
import { unquoted } from "./unquote.ts";
import type { EscapeCharacter, Flag, Word } from "./syntax.ts";

/** Words between blanks; quotes mean nothing here, but are taken away from `value` (as expansion does). */
export function splitBlanks(mapped: MappedText, escape: EscapeCharacter): Word[] {
  const { text } = mapped;
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    while (at < text.length && !isBlank(text.charCodeAt(at))) {
      at++;
    }
    words.push(word(slice(mapped, start, at), escape));
    while (at < text.length && isBlank(text.charCodeAt(at))) {
      at++;
    }
  }
  return words;
}

/** Words between white space that is neither quoted nor escaped, as ENV, LABEL and ARG read them. */
export function splitQuoted(mapped: MappedText, escape: EscapeCharacter): MappedText[] {
  const { text } = mapped;
  const words: MappedText[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const start = at;
    let quote: string | undefined;
    while (at < text.length && (quote !== undefined || !isSpace(text.charCodeAt(at)))) {
      const character = text[at] ?? "";
      if (character === escape && quote !== "'") {
        // The character behind it is part of the word whatever it is.
        at += 2;
        continue;
      }
      if (quote === undefined && (character === "'" || character === '"')) {
        quote = character;
      } else if (character === quote) {
        quote = undefined;
      }
      at++;
    }
    at = Math.min(at, text.length);
    // An escape character at the very end is dropped.
    const end = endsWithEscape(text, start, at, escape) ? at - 1 : at;
    if (end > start) {
      words.push(slice(mapped, start, end));
    }
    at = skipSpace(text, at);
  }
  return words;
}

function endsWithEscape(
  text: string,
  start: number,
  end: number,
  escape: EscapeCharacter,
): boolean {
  if (end !== text.length || text[end - 1] !== escape) {
    return false;
  }
  let count = 0;
  while (end - 1 - count >= start && text[end - 1 - count] === escape) {
    count++;
  }
  return count % 2 === 1;
}

/**
 * The strings of a JSON array, or why it is none: `undefined` for text that is no JSON array at all,
 * "not strings" for an array that holds something else.
 */
export function jsonStrings(mapped: MappedText): Word[] | "not strings" | undefined {
  const { text } = mapped;
  if (text[skipSpace(text, 0)] !== "[" || text[trimEnd(text, 0, text.length) - 1] !== "]") {
    return undefined;
  }
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(values)) {
    return undefined;
  }
  if (!values.every((value) => typeof value === "string")) {
    return "not strings";
  }
  const words: Word[] = [];
  let at = 0;
  for (const value of values) {
    const start = text.indexOf('"', at);
    let end = start + 1;
    while (end < text.length && text[end] !== '"') {
      end += text[end] === "\\" ? 2 : 1;
    }
    at = end + 1;
    const raw = slice(mapped, start, at);
    const inside = decoded(raw, value);
    words.push({ span: raw.span, raw: inside, value: inside });
  }
  return words;
}

/** The value of a JSON string, each of its characters mapped to where it or its escape stands. */
function decoded(raw: MappedText, value: string): MappedText {
  const inside = slice(raw, 1, raw.text.length - 1);
  if (inside.text === value) {
    return inside;
  }
  const runs: Run[] = [];
  let at = 0;
  for (let index = 0; index < inside.text.length; index++) {
    runs.push({ at, offset: offsetAt(inside, index) });
    at++;
    if (inside.text[index] === "\\") {
      index += inside.text[index + 1] === "u" ? 5 : 1;
    }
  }
  return { text: value, span: inside.span, runs };
}

/** The words before the first that does not begin with `--`, and the rest of the line. */
export function readFlags(
  mapped: MappedText,
  escape: EscapeCharacter,
): { flags: Flag[]; body: MappedText } {
  const { text } = mapped;
  const flags: Flag[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && isBlank(text.charCodeAt(at))) {
      at++;
    }
    if (!text.startsWith("--", at)) {
      break;
    }
    const { end, characters, places } = readFlag(text, at, escape);
    const start = at;
    at = end;
    if (characters === "--") {
      break;
    }
    flags.push(flag(mapped, start, end, characters, places));
  }
  at = Math.min(skipSpace(text, at), text.length);
  return { flags, body: slice(mapped, at, trimEnd(text, at, text.length)) };
}

function readFlag(
  text: string,
  at: number,
  escape: EscapeCharacter,
): { end: number; characters: string; places: number[] } {
  const places: number[] = [];
  let characters = "";
  let quote: string | undefined;
  while (at < text.length) {
    const character = text[at] ?? "";
    if (quote === undefined && isBlank(text.charCodeAt(at))) {
      break;
    }
    if (character === quote) {
      quote = undefined;
      at++;
      continue;
    }
    if (quote === undefined && (character === "'" || character === '"')) {
      quote = character;
      at++;
      continue;
    }
    if (character === escape) {
      at++;
      if (at >= text.length) {
        break;
      }
    }
    places.push(at);
    characters += text[at] ?? "";
    at++;
  }
  return { end: at, characters, places };
}

function flag(
  mapped: MappedText,
  start: number,
  end: number,
  characters: string,
  places: readonly number[],
): Flag {
  const equals = characters.indexOf("=");
  const nameEnd = equals === -1 ? characters.length : equals;
  const place = (index: number): number => places[index] ?? end;
  const nameStop = nameEnd > 2 ? place(nameEnd - 1) + 1 : place(2);
  const parts = {
    span: spanOf(mapped, start, end),
    name: characters.slice(2, nameEnd),
    nameSpan: spanOf(mapped, Math.min(place(2), nameStop), nameStop),
  };
  if (equals === -1) {
    return parts;
  }
  const runs: Run[] = [];
  for (let index = equals + 1; index < characters.length; index++) {
    const offset = offsetAt(mapped, place(index));
    const last = runs.at(-1);
    const at = index - equals - 1;
    if (last === undefined || last.offset + at - last.at !== offset) {
      runs.push({ at, offset });
    }
  }
  const value: MappedText = {
    text: characters.slice(equals + 1),
    span: spanOf(mapped, place(equals) + 1, end),
    runs,
  };
  return { ...parts, value: { span: value.span, raw: value, value } };
}

/** A word whose quotes and escapes are taken away by expansion. */
export function word(raw: MappedText, escape: EscapeCharacter): Word {
  return { span: raw.span, raw, value: unquoted(raw, escape) };
}

/** A word of a JSON array where quotes inside of the string are taken away too, later, by expansion. */
export function unquotedAgain({ span, raw }: Word, escape: EscapeCharacter): Word {
  return { span, raw, value: unquoted(raw, escape) };
}

/** A word that the builder takes as it is. */
export function verbatimWord(raw: MappedText): Word {
  return { span: raw.span, raw, value: raw };
}
