import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver";
import type { Dockerfile, SyntaxError } from "../dockerfile/syntax.ts";
import type { Finding } from "../lint/lint.ts";
import type { Severity } from "../lint/rule.ts";
import { rangeOf } from "./ranges.ts";

/** Who the editor says a diagnostic is from. */
export const diagnosticSource = "slipway";

/** Everything wrong with a Dockerfile, for the Problems view: first what fails the build, then what the rules found. */
export function diagnostics(
  uri: string,
  file: Dockerfile,
  findings: readonly Finding[],
): Diagnostic[] {
  return [
    ...file.errors.map((error) => diagnosticOfError(file, error)),
    ...findings.map((finding) => diagnosticOfFinding(uri, file, finding)),
  ];
}

export function diagnosticOfError(file: Dockerfile, error: SyntaxError): Diagnostic {
  return {
    range: rangeOf(file.lines, error.span),
    severity: DiagnosticSeverity.Error,
    source: diagnosticSource,
    code: error.code,
    message: sentence(error),
  };
}

export function diagnosticOfFinding(uri: string, file: Dockerfile, finding: Finding): Diagnostic {
  const { rule, related, tag } = finding;
  return {
    range: rangeOf(file.lines, finding),
    severity: severities[finding.severity],
    source: diagnosticSource,
    code: rule.name,
    ...(rule.page === undefined ? {} : { codeDescription: { href: rule.page } }),
    message: finding.message,
    ...(tag === undefined ? {} : { tags: [tags[tag]] }),
    ...(related === undefined
      ? {}
      : {
          relatedInformation: [
            {
              location: { uri, range: rangeOf(file.lines, related.span) },
              message: related.message,
            },
          ],
        }),
  };
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

const tags = {
  unnecessary: DiagnosticTag.Unnecessary,
  deprecated: DiagnosticTag.Deprecated,
} as const;

/** BuildKit's wording, and when the build fails where that is not always. */
function sentence({ message, conditional, deferred }: SyntaxError): string {
  if (deferred === true) {
    return `${message} (fails the builds on top of this image)`;
  }
  return conditional === true ? `${message} (unless a build argument cures it)` : message;
}
