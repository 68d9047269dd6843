import type { Rule, Severity } from "../../../server/src/lint/rule.ts";
import { shellCheckPage } from "../../../server/src/shellcheck/shellProblems.ts";
import type { Entry } from "./report.ts";

/** A report after https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, as code scanning reads it. */
export function sarif(
  entries: readonly Entry[],
  { version, rules }: { readonly version: string; readonly rules: readonly Rule[] },
): object {
  const codes = [...new Set(entries.map(({ code }) => code))];
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "slipway",
            version,
            rules: codes.map((code) => ruleOf(code, byName.get(code))),
          },
        },
        columnKind: "utf16CodeUnits",
        results: entries.map(
          ({ file, line, column, endLine, endColumn, severity, code, message }) => ({
            ruleId: code,
            ruleIndex: codes.indexOf(code),
            level: levels[severity],
            message: { text: message },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: asUri(file) },
                  region: { startLine: line, startColumn: column, endLine, endColumn },
                },
              },
            ],
          }),
        ),
      },
    ],
  };
}

/** A code that is no rule's is ShellCheck's or a syntax error's. */
function ruleOf(code: string, rule: Rule | undefined): object {
  const page = shellCheckPage(code);
  if (page !== undefined) {
    return { id: code, helpUri: page };
  }
  if (rule === undefined) {
    return { id: code, defaultConfiguration: { level: "error" } };
  }
  return {
    id: code,
    shortDescription: { text: rule.summary.replaceAll("`", "") },
    fullDescription: { text: rule.summary.replaceAll("`", ""), markdown: rule.summary },
    defaultConfiguration:
      rule.severity === "off" ? { enabled: false } : { level: levels[rule.severity] },
    properties: { tags: rule.alsoKnownAs },
  };
}

const levels: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "note",
};

/** Relative paths stay so; what is special in a URI is escaped. */
function asUri(path: string): string {
  return path.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
}
