import type { Span } from "../text/span.ts";
import { quoted, skipSpace } from "./characters.ts";
import { readBoolean } from "./goValues.ts";
import type { PhysicalLine } from "./lines.ts";
import type { Directive, EscapeCharacter, SyntaxError } from "./syntax.ts";

/**
 * Reads the block of directives at the top. BuildKit reads it twice: once for `escape`, where blanks may
 * stand before the `#`; and once for `syntax` and `check`, where they may not but a `#!` line may come
 * first. Each reading ends at the first line that is no known directive.
 */
export function readDirectives(
  text: string,
  lines: readonly PhysicalLine[],
  errors: SyntaxError[],
): {
  directives: Directive[];
  escape: EscapeCharacter;
  directiveLines: ReadonlyMap<number, DirectiveLine>;
} {
  const directives: Directive[] = [];
  const directiveLines = new Map<number, DirectiveLine>();
  let escape: EscapeCharacter = "\\";
  const hasShebang = text.startsWith("#!", lines[0]?.content ?? 0);
  const seenByParser = new Set<string>();
  const seenByReader = new Set<string>();
  let parser = true;
  let reader = true;

  for (let index = hasShebang ? 1 : 0; index < lines.length && (parser || reader); index++) {
    const line = lines[index];
    const found = line === undefined ? undefined : directiveAt(text, line);
    parser &&= found !== undefined && !hasShebang;
    reader &&= found !== undefined && !found.indented;
    if (found === undefined || !(parser || reader)) {
      break;
    }
    const { name, nameSpan, value, valueSpan, span } = found;
    const read = name === "escape" ? parser : reader;
    const seen = name === "escape" ? seenByParser : seenByReader;
    directives.push({ span, name, nameSpan, value, valueSpan, effective: read && !seen.has(name) });
    directiveLines.set(index, { byParser: parser });
    if (reader) {
      if (name === "check" && !seenByReader.has(name)) {
        checkOptions(value, valueSpan, errors);
      }
      seenByReader.add(name);
    }
    if (!parser) {
      continue;
    }
    if (seenByParser.has(name)) {
      errors.push({
        span,
        message: `only one ${name} parser directive can be used`,
        code: "duplicate-directive",
      });
    } else if (name === "escape") {
      if (value === "\\" || value === "`") {
        escape = value;
      } else {
        errors.push({
          span: valueSpan,
          message: `invalid escape token '${value}' does not match \` or \\`,
          code: "invalid-escape-directive",
        });
      }
    }
    seenByParser.add(name);
  }
  return { directives, escape, directiveLines };
}

/** Only the text before the first blank counts: `skip=A, B` skips A alone. */
function checkOptions(value: string, { start }: Span, errors: SyntaxError[]): void {
  const [options = ""] = value.split(" ", 1);
  let at = start;
  const [first = "", second, ...others] = options.split(";");
  // No more than three are told apart.
  const third = others.length === 0 ? undefined : others.join(";");
  for (const option of [first, second, third]) {
    if (option === undefined || options === "") {
      break;
    }
    const equals = option.indexOf("=");
    const name = (equals === -1 ? option : option.slice(0, equals)).trim();
    const setting = option.slice(equals + 1).trim();
    const span = { start: at, end: at + option.length };
    at = span.end + 1;
    const prefix = "failed to parse check options: ";
    const isKnown = equals !== -1 && ["skip", "experimental", "error"].includes(name);
    if (!isKnown) {
      errors.push({
        span,
        message: `${prefix}invalid check option ${quoted(equals === -1 ? option : name)}`,
        code: "invalid-check-directive",
      });
    } else if (name === "error" && readBoolean(setting) === undefined) {
      errors.push({
        span,
        message: `${prefix}failed to parse check option ${quoted(option)}: strconv.ParseBool: parsing ${quoted(setting)}: invalid syntax`,
        code: "invalid-check-directive",
      });
    }
  }
}

/** A line that one of the two readings takes as a directive. */
export interface DirectiveLine {
  readonly byParser: boolean;
}

interface FoundDirective extends Omit<Directive, "effective"> {
  readonly indented: boolean;
}

function directiveAt(text: string, { content, end }: PhysicalLine): FoundDirective | undefined {
  const start = skipSpace(text, content);
  if (start >= end || text[start] !== "#") {
    return undefined;
  }
  const nameStart = skipSpace(text, start + 1);
  const line = text.slice(nameStart, end);
  const head = /^([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*/.exec(line);
  const name = head?.[1]?.toLowerCase();
  if (head === null || (name !== "syntax" && name !== "escape" && name !== "check")) {
    return undefined;
  }
  let valueEnd = line.length;
  while (valueEnd > head[0].length && "\t\n\f\r ".includes(line[valueEnd - 1] ?? "x")) {
    valueEnd--;
  }
  const value = line.slice(head[0].length, valueEnd);
  if (value === "") {
    return undefined;
  }
  return {
    span: { start, end: nameStart + valueEnd },
    name,
    nameSpan: { start: nameStart, end: nameStart + name.length },
    value,
    valueSpan: { start: nameStart + head[0].length, end: nameStart + valueEnd },
    indented: start > content,
  };
}
