import type { Comment, Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import type { Finding } from "../lint/lint.ts";
import type { Edit, Rule } from "../lint/rule.ts";
import { instructionAt } from "../lint/suppressions.ts";
import { lineEndOf } from "./edits.ts";

/** An edit that makes a rule silent, with the order that the user gives. */
export interface Silence {
  readonly title: string;
  readonly edit: Edit;
}

/**
 * Silences the rule for one instruction, by a comment above it that BuildKit heeds too, or hadolint for
 * what only it knows. `undefined` where no comment at the instruction works.
 */
export function silenceAbove(file: Dockerfile, finding: Finding): Silence | undefined {
  const { rule } = finding;
  const instruction = finding.silencedAt ?? instructionAt(file, finding.start);
  const name = buildKitName(rule);
  if (instruction === undefined || rule.ignoresInlineSkip === true) {
    return undefined;
  }
  const title = `Ignore "${rule.name}" for this instruction`;
  const present = instruction.docComments.find(
    ({ indented, text }) => !indented && /^check\s*=\s*\S/i.test(text),
  );
  if (name !== undefined && present !== undefined) {
    return { title, edit: addToOptions(valueOfComment(file, present), name) };
  }
  const comment = name === undefined ? hadolintComment(rule) : `# check=skip=${name}`;
  return { title, edit: insertAbove(file, instruction, comment) };
}

/** Silences the rule for the whole file, by BuildKit's directive at the top. `undefined` where BuildKit does not know the rule. */
export function silenceEverywhere(file: Dockerfile, { rule }: Finding): Silence | undefined {
  const name = buildKitName(rule);
  if (name === undefined) {
    return undefined;
  }
  const title = `Ignore "${rule.name}" in this file`;
  const directive = file.directives.find((each) => each.name === "check" && each.effective);
  if (directive !== undefined) {
    const { start } = directive.valueSpan;
    return { title, edit: addToOptions({ start, text: directive.value }, name) };
  }
  const last = file.sourceLines.findLast(({ kind }) => kind === "directive");
  const shebang = /^\uFEFF?#!.*?(?:\n|$)/.exec(file.text)?.[0].length;
  const start = last?.span.end ?? shebang ?? (file.text.startsWith("\uFEFF") ? 1 : 0);
  const newText = `# check=skip=${name}${lineEndOf(file.text)}`;
  return { title, edit: { start, end: start, newText } };
}

function buildKitName({ alsoKnownAs }: Rule): string | undefined {
  return alsoKnownAs.find((name) => /^[A-Z][a-z]\w*$/.test(name));
}

function hadolintComment({ name, alsoKnownAs }: Rule): string {
  const theirs = alsoKnownAs.find((each) => /^DL\d+$|^SC\d+$/.test(each));
  return `# hadolint ignore=${theirs ?? name}`;
}

interface Options {
  readonly start: number;
  readonly text: string;
}

function valueOfComment({ text }: Dockerfile, { span }: Comment): Options {
  const written = text.slice(span.start, span.end);
  const [before = ""] = /^#\s*check\s*=\s*/i.exec(written) ?? [];
  return { start: span.start + before.length, text: written.slice(before.length) };
}

/** Adds a name to `skip=A,B;error=true`, of which only what stands before the first blank counts. */
function addToOptions({ start, text }: Options, name: string): Edit {
  const [counting = ""] = text.split(/\s/, 1);
  const skip = /(?:^|;)skip=[^;]*/.exec(counting);
  const at = start + (skip === null ? counting.length : skip.index + skip[0].length);
  return { start: at, end: at, newText: skip === null ? `;skip=${name}` : `,${name}` };
}

/** A comment that follows nothing but directives would be one itself, so an empty line goes before it. */
function insertAbove(file: Dockerfile, { span }: Instruction, comment: string): Edit {
  const line = file.lines.lineAt(span.start);
  const lineStart = file.lines.lineStart(line);
  const followsDirectives = file.sourceLines.every(
    (each) => each.kind === "directive" || each.span.start >= lineStart,
  );
  const lineEnd = lineEndOf(file.text);
  const start = lineStart + (line === 0 && file.text.startsWith("\uFEFF") ? 1 : 0);
  return {
    start,
    end: start,
    newText: `${followsDirectives ? lineEnd : ""}${comment}${lineEnd}`,
  };
}
