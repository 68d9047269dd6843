import { createHash } from "node:crypto";
import type { Rule, Severity } from "../../../server/src/lint/rule.ts";
import { sarif } from "./sarif.ts";
import type { Entry } from "./report.ts";

export const formats = [
  "tty",
  "json",
  "sarif",
  "checkstyle",
  "codeclimate",
  "gitlab_codeclimate",
  "gnu",
  "junit",
  "github",
] as const;

export type Format = (typeof formats)[number];

/** What was found in a file, which may be nothing. */
export interface FileReport {
  readonly path: string;
  readonly entries: readonly Entry[];
}

export interface Program {
  readonly version: string;
  readonly rules: readonly Rule[];
}

/** A whole report in one of the formats for programs. */
export function renderReport(
  format: Exclude<Format, "tty">,
  files: readonly FileReport[],
  program: Program,
): string {
  const entries = files.flatMap((file) => file.entries);
  switch (format) {
    case "json":
      return `${JSON.stringify(entries, undefined, 2)}\n`;
    case "sarif":
      return `${JSON.stringify(sarif(entries, program), undefined, 2)}\n`;
    case "checkstyle":
      return checkstyle(files);
    case "codeclimate":
      // The specification asks for a zero byte behind each.
      return codeClimate(entries)
        .map((issue) => `${JSON.stringify(issue)}\0`)
        .join("\n");
    case "gitlab_codeclimate":
      return `${JSON.stringify(codeClimate(entries), undefined, 2)}\n`;
    case "gnu":
      return lines(entries.map(gnu));
    case "junit":
      return junit(files);
    case "github":
      return lines(entries.map(githubAnnotation));
  }
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}

/** https://www.gnu.org/prep/standards/html_node/Errors.html */
function gnu({ file, line, column, severity, message, code }: Entry): string {
  return `${file}:${line}:${column}: ${severity}: ${message} [${code}]`;
}

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
function githubAnnotation(entry: Entry): string {
  const { file, line, column, endLine, endColumn, severity, code, message } = entry;
  const properties = [
    ["file", file],
    ["line", String(line)],
    ["endLine", String(endLine)],
    // Columns make sense to GitHub only within a line.
    ...(line === endLine
      ? [
          ["col", String(column)],
          ["endColumn", String(endColumn)],
        ]
      : []),
    ["title", code],
  ].map(([name = "", value = ""]) => `${name}=${githubEscape(value).replace(/[,:]/g, percent)}`);
  return `::${githubLevels[severity]} ${properties.join(",")}::${githubEscape(message)}`;
}

const githubLevels: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "notice",
};

function githubEscape(text: string): string {
  return text.replace(/[%\r\n]/g, percent);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

function checkstyle(files: readonly FileReport[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<checkstyle version="4.3">',
    ...files.flatMap(({ path, entries }) => [
      `  <file name="${xml(path)}">`,
      ...entries.map(
        ({ line, column, severity, message, code }) =>
          `    <error line="${line}" column="${column}" severity="${severity}" message="${xml(message)}" source="${xml(code)}"/>`,
      ),
      "  </file>",
    ]),
    "</checkstyle>",
    "",
  ].join("\n");
}

function junit(files: readonly FileReport[]): string {
  const count = (reports: readonly FileReport[]): string => {
    const failures = reports.reduce((sum, { entries }) => sum + entries.length, 0);
    const tests = reports.reduce((sum, { entries }) => sum + Math.max(1, entries.length), 0);
    return `tests="${tests}" failures="${failures}" errors="0"`;
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="slipway check" ${count(files)}>`,
    ...files.flatMap((report) => [
      `  <testsuite name="${xml(report.path)}" ${count([report])}>`,
      ...(report.entries.length === 0
        ? [`    <testcase classname="${xml(report.path)}" name="no problems"/>`]
        : report.entries.flatMap(({ file, line, column, severity, message, code }) => [
            `    <testcase classname="${xml(file)}" name="${xml(code)} at ${line}:${column}">`,
            `      <failure type="${severity}" message="${xml(message)}">${xml(`${file}:${line}:${column}: ${message} (${code})`)}</failure>`,
            "    </testcase>",
          ])),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
}

/** Text for XML 1.0, which has no place for most control characters and half surrogates, not even escaped. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** https://github.com/codeclimate/platform/blob/master/spec/analyzers/SPEC.md, with what GitLab wants as well. */
function codeClimate(entries: readonly Entry[]): object[] {
  const seen = new Map<string, number>();
  return entries.map(({ file, line, endLine, severity, message, code }) => {
    // Lines move, so the fingerprint does without them; the like in one file are told apart by their order.
    const like = `${file}\n${code}\n${message}`;
    const before = seen.get(like) ?? 0;
    seen.set(like, before + 1);
    return {
      type: "issue",
      check_name: code,
      description: message,
      categories: [severity === "error" ? "Bug Risk" : "Style"],
      severity: climateLevels[severity],
      fingerprint: createHash("md5").update(`${like}\n${before}`).digest("hex"),
      location: { path: file, lines: { begin: line, end: endLine } },
    };
  });
}

const climateLevels: Readonly<Record<Severity, string>> = {
  error: "critical",
  warning: "major",
  info: "minor",
};
