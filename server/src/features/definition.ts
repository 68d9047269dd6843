import type { LocationLink } from "vscode-languageserver";
import type { Dockerfile } from "../dockerfile/syntax.ts";
import type { Span } from "../text/span.ts";
import { namedAt } from "./names.ts";
import { rangeOf } from "./ranges.ts";

/** The FROM that begins the stage, the line that gives the variable its value, or the heredoc's beginning. */
export function definition(uri: string, file: Dockerfile, offset: number): LocationLink[] {
  const found = namedAt(file, offset);
  if (found === undefined) {
    return [];
  }
  const { named, place } = found;
  const link = (whole: Span, name: Span): LocationLink => ({
    originSelectionRange: rangeOf(file.lines, place.span),
    targetUri: uri,
    targetRange: rangeOf(file.lines, whole),
    targetSelectionRange: rangeOf(file.lines, name),
  });
  switch (named.kind) {
    case "stage": {
      const { from } = named.stage;
      return [link(from.span, from.stageName?.span ?? from.keywordSpan)];
    }
    case "variable": {
      const { pair, instruction } = named.binding;
      return pair === undefined || instruction === undefined
        ? []
        : [link(instruction.span, pair.key.value.span)];
    }
    case "heredoc":
      return named.places
        .filter(({ role }) => role === "definition")
        .map(({ span }) => link(span, span));
  }
}
