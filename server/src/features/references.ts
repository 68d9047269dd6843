import {
  type DocumentHighlight,
  DocumentHighlightKind,
  type Location,
} from "vscode-languageserver";
import type { Dockerfile } from "../dockerfile/syntax.ts";
import { namedAt } from "./names.ts";
import { rangeOf } from "./ranges.ts";

/** Every place that means the stage, variable or heredoc at the offset. */
export function references(
  uri: string,
  file: Dockerfile,
  offset: number,
  includeDeclaration: boolean,
): Location[] {
  return (namedAt(file, offset)?.named.places ?? [])
    .filter(({ role }) => includeDeclaration || role === "use")
    .map(({ span }) => ({ uri, range: rangeOf(file.lines, span) }));
}

/** The same places for the editor to mark while the cursor stands on one. */
export function documentHighlights(file: Dockerfile, offset: number): DocumentHighlight[] {
  return (namedAt(file, offset)?.named.places ?? []).map(({ span, role }) => ({
    range: rangeOf(file.lines, span),
    kind: role === "definition" ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
}
