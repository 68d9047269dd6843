import type { Comment, Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import type { Edit, Problem, Rule } from "./rule.ts";
import { instructionAt, namesFor, namesOf } from "./suppressions.ts";
import type { Span } from "../text/span.ts";

/** A rule's name in a comment that silences rules. */
export interface WrittenName {
  readonly name: string;
  readonly span: Span;
  readonly dialect: "check" | "hadolint";
  /** Takes the name out, and the whole comment when it holds no other. */
  readonly removal: Edit;
  /** Whether the comment is about the place where the problem is. */
  readonly covers: (problem: Problem) => boolean;
}

/** Every name in the comments that silence rules, in order; `all` is one too. Comments that no tool heeds are left out. */
export function writtenNames(file: Dockerfile): WrittenName[] {
  const names: WrittenName[] = [];
  const directive = file.directives.find((each) => each.name === "check" && each.effective);
  if (directive !== undefined) {
    const { span, valueSpan } = directive;
    names.push(...checkNames(file, span, valueSpan.start, valueSpan.end, () => true));
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
      const covers = (problem: Problem): boolean => placeOf(file, problem) === instruction;
      names.push(...checkNames(file, comment.span, start + head.length, end, covers));
    } else {
      const next = below.get(file.lines.lineAt(start) + 1);
      names.push(...hadolintNames(file, comment, next));
    }
  }
  return names;
}

/** Whether the name means the rule when it reports this problem. */
export function means(name: string, rule: Rule, problem: Problem): boolean {
  return namesFor(rule, problem).includes(name);
}

/** The rule of that name, or with that name in another tool. */
export function ruleNamed(name: string, rules: readonly Rule[]): Rule | undefined {
  return rules.find((rule) => namesOf(rule).includes(name));
}

function isCheck({ text }: Comment): boolean {
  return /^check\s*=\s*\S/i.test(text);
}

function placeOf(file: Dockerfile, problem: Problem): Instruction | undefined {
  return problem.silencedAt ?? instructionAt(file, problem.start);
}

/** The names behind `skip=`, in a value of which only what stands before the first blank counts. */
function checkNames(
  file: Dockerfile,
  whole: Span,
  start: number,
  end: number,
  covers: WrittenName["covers"],
): WrittenName[] {
  const [value = ""] = file.text.slice(start, end).split(/\s/, 1);
  const skip = /(?:^|;)skip=([^;]*)/.exec(value);
  if (skip === null) {
    return [];
  }
  const list = skip[1] ?? "";
  const listStart = start + skip.index + skip[0].length - list.length;
  const isAlone = skip[0].length === value.length;
  return split(file, list, listStart, isAlone ? whole : undefined).map((name) => ({
    ...name,
    dialect: "check" as const,
    covers,
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
  const covers = (problem: Problem): boolean => {
    const place = placeOf(file, problem);
    switch (scope) {
      case "global":
        return true;
      case "stage":
        return place?.stage !== undefined && place.stage === below?.stage;
      default:
        return place === below;
    }
  };
  return split(file, text.slice(from, to), start, span).map((name) => ({
    ...name,
    dialect: "hadolint" as const,
    covers,
  }));
}

/** The names of a comma-separated list. Without the only one, `whole` goes too, with its line. */
function split(
  { lines }: Dockerfile,
  list: string,
  start: number,
  whole: Span | undefined,
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
    if (parts.length === 1) {
      const line = lines.lineAt(partStart);
      const removed =
        whole === undefined
          ? span
          : { start: lines.lineStart(line), end: lines.lineStart(line + 1) };
      return [{ name, span, removal: { ...removed, newText: "" } }];
    }
    // With the comma before it, or behind it for the first.
    const removed =
      index === 0
        ? { start: partStart, end: at }
        : { start: partStart - 1, end: partStart + part.trimEnd().length };
    return [{ name, span, removal: { ...removed, newText: "" } }];
  });
}
