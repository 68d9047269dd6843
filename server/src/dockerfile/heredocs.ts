import { type MappedText, slice } from "../text/mappedText.ts";
import type { Span } from "../text/span.ts";
import { isBlank, skipSpace } from "./characters.ts";
import { expand } from "./expansion.ts";
import type { EscapeCharacter } from "./syntax.ts";
import { jsonStrings, readFlags } from "./words.ts";

/** What `<<NAME` says, before its lines are read. */
export interface HeredocWord {
  readonly word: Span;
  readonly name: string;
  readonly nameSpan: Span;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
  readonly fileDescriptor: number;
}

/**
 * The heredocs that a line of RUN, COPY or ADD opens, alone or behind ONBUILD. None in JSON form. The
 * words are read with backslash as the escape character whatever the `escape` directive says, and an
 * unmatched quote anywhere in the line hides them all.
 */
export function heredocWords(line: MappedText, escape: EscapeCharacter): HeredocWord[] {
  if (!line.text.includes("<<") || !canHoldHeredocs(line, escape, true)) {
    return [];
  }
  const { words } = expand(line, noVariables, {
    escape: "\\",
    keepQuotes: true,
    keepEscapes: true,
    keepUnset: true,
    split: true,
  });
  return words.flatMap(({ text, span }) => heredocWord(text, span) ?? []);
}

/** Reads one word as `<<NAME`; anything else is `undefined`. */
export function heredocWord(text: string, word: Span): HeredocWord | undefined {
  const match = /^(\d*)<<(-?)\s*([^<]*)$/.exec(text);
  const [whole, digits = "", dash = "", rest = ""] = match ?? [];
  if (whole === undefined || rest === "") {
    return undefined;
  }
  const raw: MappedText = {
    text: rest,
    span: { start: 0, end: rest.length },
    runs: [{ at: 0, offset: 0 }],
  };
  const plain = expand(raw, noVariables, { escape: "\\", keepUnset: true, split: true }).words;
  const withQuotes = expand(raw, noVariables, {
    escape: "\\",
    keepUnset: true,
    keepQuotes: true,
    split: true,
  }).words;
  const name = plain[0]?.text;
  if (name === undefined || plain.length !== 1 || withQuotes.length !== 1) {
    return undefined;
  }
  return {
    word,
    name,
    nameSpan: nameSpan(word, rest, name),
    quoted: quotes(name) !== quotes(withQuotes[0]?.text ?? ""),
    stripTabs: dash === "-",
    fileDescriptor: Math.min(Number(digits), Number.MAX_SAFE_INTEGER),
  };
}

/** Where the name stands, without the quotes around it. */
function nameSpan(word: Span, rest: string, name: string): Span {
  const quote = rest.slice(1, -1) === name ? 1 : 0;
  return { start: Math.max(word.start, word.end - rest.length + quote), end: word.end - quote };
}

const noVariables = { get: () => undefined };

function quotes(text: string): number {
  return text.split(/['"]/).length - 1;
}

function canHoldHeredocs(line: MappedText, escape: EscapeCharacter, outer: boolean): boolean {
  const start = skipSpace(line.text, 0);
  let end = start;
  while (end < line.text.length && !isBlank(line.text.charCodeAt(end))) {
    end++;
  }
  const keyword = line.text.slice(start, end).toUpperCase();
  const { body } = readFlags(slice(line, end, line.text.length), escape);
  if (keyword === "ONBUILD" && outer) {
    return canHoldHeredocs(body, escape, false);
  }
  return (
    (keyword === "RUN" || keyword === "COPY" || keyword === "ADD") &&
    jsonStrings(body) === undefined
  );
}
