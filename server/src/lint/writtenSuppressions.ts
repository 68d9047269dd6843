import type { Comment, Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import type { Edit, OtherRules } from "./rule.ts";
import { instructionAt, namesFor } from "./suppressions.ts";
import type { Span } from "../text/span.ts";

/** A rule's name in a comment that silences rules. */
export interface WrittenName {
  readonly name: string;
  readonly span: Span;
  readonly dialect: "check" | "hadolint";
  /** Takes the name out, and the whole comment when it holds no other. */
  readonly removal: Edit;
  readonly scope: SuppressionScope;
}

/** What a comment is about. */
export type SuppressionScope =
  | Instruction
  | { readonly keyword: "stage" | "file"; readonly stage?: number };

const known = new WeakMap<Dockerfile, readonly WrittenName[]>();

/**
 * Every name in the comments that silence rules, in order; `all` is one too. Comments that no tool heeds
 * are left out. Read once for each parsed Dockerfile.
 */
export function writtenNames(file: Dockerfile): readonly WrittenName[] {
  const before = known.get(file);
  if (before !== undefined) {
    return before;
  }
  const fresh = readNames(file);
  known.set(file, fresh);
  return fresh;
}

function readNames(file: Dockerfile): WrittenName[] {
  const names: WrittenName[] = [];
  const directive = file.directives.find((each) => each.name === "check" && each.effective);
  if (directive !== undefined) {
    const { span, valueSpan } = directive;
    names.push(...checkNames(file, span, valueSpan.start, valueSpan.end, { keyword: "file" }));
  }
  if (!file.comments.some(({ text }) => /^(?:check|hadolint)\s*[=\s]/i.test(text))) {
    return names;
  }
  const counting = new Map<Comment, Instruction>();
  for (const instruction of file.instructions) {
    if (!instruction.onbuild) {
      const first = instruction.docComments.find((each) => !each.indented && isCheck(each));
      if (first !== undefined) {
        counting.set(first, instruction);
      }
    }
  }
  const below = new Map(
    file.instructions
      .filter(({ onbuild }) => !onbuild)
      .map((each) => [file.lines.lineAt(each.span.start), each] as const),
  );
  for (const comment of file.comments) {
    const instruction = counting.get(comment);
    const { start, end } = comment.span;
    if (instruction !== undefined) {
      const [head = ""] = /^#\s*check\s*=\s*/i.exec(file.text.slice(start, end)) ?? [];
      names.push(...checkNames(file, comment.span, start + head.length, end, instruction));
    } else {
      const next = below.get(file.lines.lineAt(start) + 1);
      names.push(...hadolintNames(file, comment, next));
    }
  }
  return names;
}

/** What has been found, so that one can ask whether a comment has something to silence. */
export class FoundProblems {
  /** By the names that mean a problem: the instructions and the stages where there is one. */
  readonly #places = new Map<string, Set<Instruction | number | undefined>>();

  constructor(file: Dockerfile, found: OtherRules["found"]) {
    for (const { rule, problem } of found) {
      const place = problem.silencedAt ?? instructionAt(file, problem.start);
      for (const name of namesFor(rule, problem)) {
        const places = this.#places.get(name) ?? new Set();
        places.add(place);
        places.add(place?.stage);
        this.#places.set(name, places);
      }
    }
  }

  has({ name, scope }: WrittenName): boolean {
    const places = this.#places.get(name);
    switch (scope.keyword) {
      case "file":
        return places !== undefined;
      case "stage":
        return places?.has(scope.stage) === true;
      default:
        return places?.has(scope) === true;
    }
  }
}

function isCheck({ text }: Comment): boolean {
  return /^check\s*=\s*\S/i.test(text);
}

/** The names behind `skip=`, in a value of which only what stands before the first blank counts. */
function checkNames(
  file: Dockerfile,
  whole: Span,
  start: number,
  end: number,
  scope: SuppressionScope,
): WrittenName[] {
  const [value = ""] = file.text.slice(start, end).split(/\s/, 1);
  const skip = /(?:^|;)skip=([^;]*)/.exec(value);
  if (skip === null) {
    return [];
  }
  const list = skip[1] ?? "";
  const listStart = start + skip.index + skip[0].length - list.length;
  const optionStart = start + skip.index;
  const optionEnd = optionStart + skip[0].length;
  const isAlone = skip[0].length === value.length;
  // With the semicolon before it, or behind it for the first.
  const option = { start: optionStart, end: skip.index === 0 ? optionEnd + 1 : optionEnd };
  const alone = isAlone ? linesOf(file, whole) : option;
  return split(list, listStart, alone).map((name) => ({
    ...name,
    dialect: "check" as const,
    scope,
  }));
}

function hadolintNames(
  file: Dockerfile,
  { span, text }: Comment,
  below: Instruction | undefined,
): WrittenName[] {
  const match =
    /^hadolint\s+((?:global|stage)\s+)?ignore\s*=\s*([\w-]+(?:\s*,\s*[\w-]+)*)\s*(?:#.*)?$/d.exec(
      text,
    );
  const [from, to] = match?.indices?.[2] ?? [];
  if (match === null || from === undefined || to === undefined) {
    return [];
  }
  const start = file.text.indexOf(text, span.start) + from;
  const scope = (match[1] ?? "").trim();
  if (
    scope !== "global" &&
    (below === undefined || (scope === "stage" && below.keyword !== "FROM"))
  ) {
    return [];
  }
  const about = scopeOf(scope, below);
  return split(text.slice(from, to), start, linesOf(file, span)).map((name) => ({
    ...name,
    dialect: "hadolint" as const,
    scope: about,
  }));
}

function scopeOf(written: string, below: Instruction | undefined): SuppressionScope {
  if (below === undefined || written === "global") {
    return { keyword: "file" };
  }
  return written === "stage" && below.stage !== undefined
    ? { keyword: "stage", stage: below.stage }
    : below;
}

/** The whole lines of a comment. */
function linesOf({ lines }: Dockerfile, { start }: Span): Span {
  const line = lines.lineAt(start);
  return { start: lines.lineStart(line), end: lines.lineStart(line + 1) };
}

/** The names of a comma-separated list. Without the only one, `whole` goes too. */
function split(
  list: string,
  start: number,
  whole: Span,
): Pick<WrittenName, "name" | "span" | "removal">[] {
  const parts = list.split(",");
  let at = start;
  return parts.flatMap((part, index) => {
    const partStart = at;
    at += part.length + 1;
    const name = part.trim();
    if (name === "") {
      return [];
    }
    const from = partStart + part.indexOf(name);
    const span = { start: from, end: from + name.length };
    // With the comma before it, or behind it for the first.
    const removed =
      parts.length === 1
        ? whole
        : index === 0
          ? { start: partStart, end: at }
          : { start: partStart - 1, end: partStart + part.trimEnd().length };
    return [{ name, span, removal: { ...removed, newText: "" } }];
  });
}
