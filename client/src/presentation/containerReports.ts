import type { FileChange, ProcessTable } from "../engine/engine.ts";
import type { Localize } from "./localize.ts";

/** The processes as a table of plain text, the last column as long as it is. */
export function processesText({ titles, rows }: ProcessTable): string {
  const table = [titles, ...rows];
  const widths = titles.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  return table
    .map((row) =>
      row
        .map((cell, column) =>
          column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

/** The changes one in a line, such as `A /data/new.txt` behind a line that counts them. */
export function changesText(changes: readonly FileChange[], localize: Localize): string {
  const count = (kind: FileChange["kind"]): number =>
    changes.filter((change) => change.kind === kind).length;
  const summary = localize(
    "{0} added, {1} changed, {2} deleted",
    count("added"),
    count("changed"),
    count("deleted"),
  );
  const letters = { added: "A", changed: "C", deleted: "D" };
  const lines = changes.map(({ kind, path }) => `${letters[kind]} ${path}`);
  return [summary, ...(lines.length === 0 ? [] : ["", ...lines]), ""].join("\n");
}
