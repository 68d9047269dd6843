/** Rows as lines whose cells stand below each other. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** An instruction in one line that leaves room for what is said of it. */
export function shortInstruction(keyword: string, text: string): string {
  const line = `${keyword} ${text}`.replaceAll(/\s+/g, " ");
  return line.length <= 48 ? line : `${line.slice(0, 47)}…`;
}
