import type { WorkspaceEdit } from "vscode-languageserver";
import type { LineIndex } from "../text/lineIndex.ts";
import type { Edit } from "../lint/rule.ts";
import { rangeOf } from "./ranges.ts";

/** Edits of one document. With a version the editor refuses them when the document has changed since. */
export function workspaceEdit(
  { uri, version }: { readonly uri: string; readonly version?: number },
  lines: LineIndex,
  edits: readonly Edit[],
): WorkspaceEdit {
  const textEdits = edits.map(({ newText, ...span }) => ({ range: rangeOf(lines, span), newText }));
  return version === undefined
    ? { changes: { [uri]: textEdits } }
    : { documentChanges: [{ textDocument: { uri, version }, edits: textEdits }] };
}

/** The line end that the text uses. */
export function lineEndOf(text: string): "\r\n" | "\n" {
  const first = text.indexOf("\n");
  return first > 0 && text[first - 1] === "\r" ? "\r\n" : "\n";
}
