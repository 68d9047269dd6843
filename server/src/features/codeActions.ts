import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type WorkspaceEdit,
} from "vscode-languageserver";
import type { Dockerfile, SyntaxError } from "../dockerfile/syntax.ts";
import { type Finding, safeEdits } from "../lint/lint.ts";
import type { Edit } from "../lint/rule.ts";
import type { Span } from "../text/span.ts";
import { diagnosticOfError, diagnosticOfFinding } from "./diagnostics.ts";
import { silences } from "./silence.ts";

/** The kind by which an editor asks for all safe fixes, such as on saving. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.slipway`;

export const codeActionKinds: readonly string[] = [CodeActionKind.QuickFix, fixAllKind];

export interface CodeActionQuestion {
  readonly uri: string;
  readonly file: Dockerfile;
  readonly findings: readonly Finding[];
  readonly span: Span;
  /** The kinds that are wanted; all but source actions when absent. */
  readonly only?: readonly string[];
  readonly toWorkspaceEdit: (edits: readonly Edit[]) => WorkspaceEdit;
}

/** What can be done about the problems at a place; or about all of them, when the editor asks for that. */
export function codeActions(question: CodeActionQuestion): CodeAction[] {
  const wanted = (kind: string): boolean =>
    question.only === undefined
      ? kind === CodeActionKind.QuickFix
      : question.only.some((only) => only === "" || kind === only || kind.startsWith(`${only}.`));
  return [
    ...(wanted(CodeActionKind.QuickFix) ? quickFixes(question) : []),
    ...(wanted(fixAllKind) ? fixAll(question) : []),
  ];
}

function quickFixes({
  uri,
  file,
  findings,
  span,
  toWorkspaceEdit,
}: CodeActionQuestion): CodeAction[] {
  const action = (
    title: string,
    diagnostic: Diagnostic,
    edits: readonly Edit[],
    isPreferred: boolean,
  ): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    ...(isPreferred ? { isPreferred } : {}),
    edit: toWorkspaceEdit(edits),
  });
  const isHere = ({ start, end }: Span): boolean => start <= span.end && span.start <= end;
  const errors = file.errors.filter((error) => isHere(error.span));
  const here = findings.filter(isHere);
  return [
    ...errors.flatMap((error) =>
      suggestionOf(error).map(({ title, edit }) =>
        action(title, diagnosticOfError(file, error), [edit], true),
      ),
    ),
    ...here.flatMap((finding) => {
      const { fix } = finding;
      const diagnostic = diagnosticOfFinding(uri, file, finding);
      return fix === undefined ? [] : [action(fix.title, diagnostic, fix.edits, fix.safe)];
    }),
    ...byRule(here).flatMap((finding) => {
      const alike = findings.filter(({ rule, fix }) => rule === finding.rule && fix?.safe === true);
      const diagnostic = diagnosticOfFinding(uri, file, finding);
      return alike.length < 2
        ? []
        : [
            action(
              `Fix all "${finding.rule.name}" in this file`,
              diagnostic,
              safeEdits(alike),
              false,
            ),
          ];
    }),
    ...byRule(here).flatMap((finding) =>
      silences(file, finding).map(({ title, edit }) =>
        action(title, diagnosticOfFinding(uri, file, finding), [edit], false),
      ),
    ),
  ];
}

function fixAll({ findings, toWorkspaceEdit }: CodeActionQuestion): CodeAction[] {
  const edits = safeEdits(findings);
  return edits.length === 0
    ? []
    : [{ title: "Fix all problems", kind: fixAllKind, edit: toWorkspaceEdit(edits) }];
}

/** The first finding of each rule. */
function byRule(findings: readonly Finding[]): Finding[] {
  const seen = new Map(findings.toReversed().map((finding) => [finding.rule, finding]));
  return [...seen.values()].toReversed();
}

function suggestionOf({ span, suggestion }: SyntaxError): { title: string; edit: Edit }[] {
  return suggestion === undefined
    ? []
    : [{ title: `Change to "${suggestion}"`, edit: { ...span, newText: suggestion } }];
}
