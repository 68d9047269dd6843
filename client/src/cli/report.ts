import type { Dockerfile } from "../../../server/src/dockerfile/syntax.ts";
import type { Finding } from "../../../server/src/lint/lint.ts";
import type { Severity } from "../../../server/src/lint/rule.ts";

/** One line of a report: something found in a file. Lines and columns are 1-based; columns count UTF-16 code units. */
export interface Entry {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: Severity;
  /** The rule's name, or the code of a syntax error. */
  readonly code: string;
  readonly message: string;
}

/** Everything that was found in one file, in order of place. */
export function entriesOf(
  path: string,
  file: Dockerfile,
  findings: readonly Finding[],
): readonly Entry[] {
  const found = [
    ...file.errors.map(({ span, message, code }) => ({
      span,
      message,
      code,
      severity: "error" as const,
    })),
    ...findings.map((finding) => ({
      span: finding,
      message: finding.message,
      code: finding.rule.name,
      severity: finding.severity,
    })),
  ];
  return found
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)
    .map(({ span, message, code, severity }) => {
      const start = file.lines.positionAt(span.start);
      const end = file.lines.positionAt(span.end);
      return {
        file: path,
        line: start.line + 1,
        column: start.character + 1,
        endLine: end.line + 1,
        endColumn: end.character + 1,
        severity,
        code,
        message,
      };
    });
}

/** For people: the place, the words, and the line with the place underlined. */
export function renderForTerminal(
  entries: readonly Entry[],
  text: string,
  { isColored }: { readonly isColored: boolean },
): string {
  const paint = (code: string, words: string): string =>
    isColored ? `\u001B[${code}m${words}\u001B[0m` : words;
  const lines = text.split(/\r?\n/);
  return entries
    .map(({ file, line, column, endLine, endColumn, severity, code, message }) => {
      const source = lines[line - 1] ?? "";
      const end = endLine === line ? endColumn : source.length + 1;
      // Tabs stay tabs, so that the carets stand below what they mean.
      const indent = source.slice(0, column - 1).replaceAll(/[^\t]/g, " ");
      const carets = "^".repeat(Math.max(1, end - column));
      const gutter = " ".repeat(String(line).length);
      return [
        `${file}:${line}:${column}: ${paint(colors[severity], severity)}: ${message} ${paint("2", `(${code})`)}`,
        `${paint("2", `${line} |`)} ${source}`,
        `${paint("2", `${gutter} |`)} ${indent}${paint(colors[severity], carets)}`,
        "",
      ].join("\n");
    })
    .map((block) => `${block}\n`)
    .join("");
}

const colors: Readonly<Record<Severity, string>> = { error: "31", warning: "33", info: "36" };
