import { type MappedText, type Run, offsetAt, slice } from "../text/mappedText.ts";

/** The fields of a line of comma-separated values, quotes resolved, as Go's `encoding/csv` reads them. */
export function splitCsv(mapped: MappedText): MappedText[] | { readonly error: string } {
  const { text } = mapped;
  if (text === "") {
    return { error: "EOF" };
  }
  const fields: MappedText[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      const field = quotedField(mapped, at);
      if ("error" in field) {
        return field;
      }
      fields.push(field.field);
      at = field.next;
      if (at >= text.length) {
        return fields;
      }
      at++;
      continue;
    }
    const comma = text.indexOf(",", at);
    const end = comma === -1 ? text.length : comma;
    const quote = text.indexOf('"', at);
    if (quote !== -1 && quote < end) {
      return { error: `parse error on line 1, column ${quote + 1}: bare " in non-quoted-field` };
    }
    fields.push(slice(mapped, at, end));
    if (comma === -1) {
      return fields;
    }
    at = comma + 1;
  }
}

function quotedField(
  mapped: MappedText,
  start: number,
): { field: MappedText; next: number } | { readonly error: string } {
  const { text } = mapped;
  const runs: Run[] = [];
  let result = "";
  let at = start + 1;
  // Where Go says that the closing quote is missing: behind the last quote that it read.
  let behindQuote = at;
  while (at < text.length) {
    if (text[at] === '"') {
      const next = text[at + 1];
      if (next === undefined || next === ",") {
        return {
          field: { text: result, span: slice(mapped, start, at + 1).span, runs },
          next: at + 1,
        };
      }
      if (next !== '"') {
        return {
          error: `parse error on line 1, column ${at + 1}: extraneous or missing " in quoted-field`,
        };
      }
      at++;
      behindQuote = at + 1;
    }
    runs.push({ at: result.length, offset: offsetAt(mapped, at) });
    result += text[at] ?? "";
    at++;
  }
  return {
    error: `parse error on line 1, column ${behindQuote + 1}: extraneous or missing " in quoted-field`,
  };
}
