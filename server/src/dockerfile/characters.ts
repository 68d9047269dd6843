/** Is the UTF-16 code unit white space, as Go's `unicode.IsSpace` says? (JavaScript's `\s` differs.) */
export function isSpace(code: number): boolean {
  if (code <= 0x20) {
    return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  }
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** Is the code unit one of the blanks that separate a keyword from its arguments: `[\t\v\f\r ]`? */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0b || code === 0x0c;
}

export function skipSpace(text: string, at: number): number {
  while (at < text.length && isSpace(text.charCodeAt(at))) {
    at++;
  }
  return at;
}

/** The end of the text up to `end` without the white space before it, but never before `start`. */
export function trimEnd(text: string, start: number, end: number): number {
  while (end > start && isSpace(text.charCodeAt(end - 1))) {
    end--;
  }
  return end;
}

/** Text in double quotes as Go's `%q` prints it. */
export function quoted(text: string): string {
  let result = '"';
  for (const character of text) {
    result += escapes.get(character) ?? printable(character);
  }
  return `${result}"`;
}

const escapes = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\v", "\\v"],
  ["\f", "\\f"],
  ["\u0007", "\\a"],
  ["\b", "\\b"],
]);

function printable(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) {
    return `\\x${code.toString(16).padStart(2, "0")}`;
  }
  if (/[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character) || character === " ") {
    return character;
  }
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}
