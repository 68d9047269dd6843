import type { Comment, Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import type { Finding } from "../lint/lint.ts";
import type { Edit } from "../lint/rule.ts";
import { isBuildKitName } from "../lint/ruleSets.ts";
import { instructionAt, namesFor } from "../lint/suppressions.ts";
import { lineEndOf } from "./edits.ts";

/** An edit that makes a rule silent, with the order that the user gives. */
export interface Silence {
  readonly title: string;
  readonly edit: Edit;
}

/** The ways to make a rule silent by comments: for an instruction, for its stage, for the whole file. */
export function silences(file: Dockerfile, finding: Finding): Silence[] {
  return [here(file, finding), inStage(file, finding), inFile(file, finding)].filter(
    (silence) => silence !== undefined,
  );
}

/**
 * For one instruction, by a comment above it: in the dialect that the file uses already, or else the one that
 * BuildKit heeds. `undefined` where no comment at the instruction works.
 */
function here(file: Dockerfile, finding: Finding): Silence | undefined {
  const { rule } = finding;
  const instruction = finding.silencedAt ?? instructionAt(file, finding.start);
  if (instruction === undefined || rule.ignoresInlineSkip === true) {
    return undefined;
  }
  const title = `Ignore "${rule.name}" for this instruction`;
  const name = buildKitName(finding);
  if (name === undefined || prefersHadolint(file, finding)) {
    return { title, edit: addPragma(file, instruction, "ignore", hadolintName(finding)) };
  }
  const present = instruction.docComments.find(
    ({ indented, text }) => !indented && /^check\s*=\s*\S/i.test(text),
  );
  return {
    title,
    edit:
      present === undefined
        ? insertAbove(file, instruction, `# check=skip=${name}`)
        : addToOptions(valueOfComment(file, present), name),
  };
}

/** For a stage, by a comment of hadolint's above its FROM. `undefined` where only BuildKit knows the rule, which has no such comment. */
function inStage(file: Dockerfile, finding: Finding): Silence | undefined {
  const { rule } = finding;
  const instruction = finding.silencedAt ?? instructionAt(file, finding.start);
  const from = file.stages[instruction?.stage ?? -1]?.from;
  const isBuildKits = hadolintCode(finding) === undefined && rule.alsoKnownAs.some(isBuildKitName);
  return from === undefined || isBuildKits
    ? undefined
    : {
        title: `Ignore "${rule.name}" in this stage`,
        edit: addPragma(file, from, "stage ignore", hadolintName(finding)),
      };
}

/** For the whole file: by BuildKit's directive at the top, or by hadolint's comment in a file that uses those. */
function inFile(file: Dockerfile, finding: Finding): Silence | undefined {
  const name = buildKitName(finding);
  const title = `Ignore "${finding.rule.name}" in this file`;
  const directive = file.directives.find((each) => each.name === "check" && each.effective);
  if (name === undefined || (directive === undefined && prefersHadolint(file, finding))) {
    const theirs = hadolintName(finding);
    const present = file.comments.find(({ text }) => pragma("global ignore").test(text));
    const [first] = file.instructions;
    return first === undefined
      ? undefined
      : {
          title,
          edit:
            present === undefined
              ? insertAbove(file, first, `# hadolint global ignore=${theirs}`)
              : addToPragma(file, present, theirs),
        };
  }
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

/** Whether the file has comments of hadolint, and none for BuildKit, and hadolint knows the finding. */
function prefersHadolint({ comments, directives }: Dockerfile, finding: Finding): boolean {
  return (
    hadolintCode(finding) !== undefined &&
    !directives.some(({ name }) => name === "check") &&
    !comments.some(({ text }) => /^check\s*=/i.test(text)) &&
    comments.some(({ text }) => /^hadolint\s+(?:(?:global|stage)\s+)?ignore\s*=/.test(text))
  );
}

/** BuildKit takes any name in a `skip`, also those that only we know. */
function buildKitName(finding: Finding): string | undefined {
  return namesFor(finding.rule, finding).find((name) => /^[A-Z][A-Za-z]*[a-z]\w*$/.test(name));
}

function hadolintCode(finding: Finding): string | undefined {
  return namesFor(finding.rule, finding).find((name) => /^(?:DL|SC)\d{4}$/.test(name));
}

function hadolintName(finding: Finding): string {
  return hadolintCode(finding) ?? finding.rule.name;
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

/** A name more in the comment of hadolint on the line above, for two such comments do not add up; or a new one there. */
function addPragma(
  file: Dockerfile,
  instruction: Instruction,
  kind: "ignore" | "stage ignore",
  name: string,
): Edit {
  const line = file.lines.lineAt(instruction.span.start);
  const present = instruction.docComments.find(
    ({ span, text }) => file.lines.lineAt(span.start) === line - 1 && pragma(kind).test(text),
  );
  return present === undefined
    ? insertAbove(file, instruction, `# hadolint ${kind}=${name}`)
    : addToPragma(file, present, name);
}

function pragma(kind: "ignore" | "stage ignore" | "global ignore"): RegExp {
  return new RegExp(
    `^hadolint\\s+${kind.replace(" ", "\\s+")}\\s*=\\s*[\\w-]+(?:\\s*,\\s*[\\w-]+)*`,
  );
}

/** Behind the last name, before a reason. */
function addToPragma({ text }: Dockerfile, { span }: Comment, name: string): Edit {
  const written = text.slice(span.start, span.end);
  const [head = ""] = /^.*?=\s*[\w-]+(?:\s*,\s*[\w-]+)*/.exec(written) ?? [];
  const at = span.start + head.length;
  return { start: at, end: at, newText: `,${name}` };
}

/** A comment that follows nothing but directives would be one itself, so an empty line goes before it. */
function insertAbove(file: Dockerfile, { span }: Instruction, comment: string): Edit {
  const line = file.lines.lineAt(span.start);
  const lineStart = file.lines.lineStart(line);
  const isDirective = comment.startsWith("# check=");
  const followsDirectives =
    isDirective &&
    file.sourceLines.every((each) => each.kind === "directive" || each.span.start >= lineStart);
  const lineEnd = lineEndOf(file.text);
  const start = lineStart + (line === 0 && file.text.startsWith("\uFEFF") ? 1 : 0);
  return {
    start,
    end: start,
    newText: `${followsDirectives ? lineEnd : ""}${comment}${lineEnd}`,
  };
}
