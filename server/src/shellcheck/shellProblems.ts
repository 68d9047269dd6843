import type { Edit, Fix, Problem, Rule, Severity } from "../lint/rule.ts";
import type { CheckedScript, IndexRange } from "./checkedScript.ts";
import { excludedCodes } from "./excludedCodes.ts";
import type { Replacement, ShellComment, ShellLevel } from "./shellComment.ts";

/** Something that ShellCheck has found, as a problem of the Dockerfile. */
export interface ShellProblem {
  readonly rule: Rule;
  readonly problem: Problem;
}

/** What ShellCheck says about a script, at the place in the Dockerfile that it means. */
export function shellProblems(
  script: CheckedScript,
  comments: readonly ShellComment[],
): ShellProblem[] {
  return comments.flatMap((comment): ShellProblem[] => {
    const { code, level, message } = comment;
    const range = script.rangeOf(comment);
    const span = script.spanOf(range);
    if (span === undefined || excludedCodes.has(code) || isOurDoing(script, comment, range)) {
      return [];
    }
    const fix = fixOf(script, comment);
    const problem = { ...span, message, severity: severities[level], ...(fix && { fix }) };
    return [{ rule: shellCheckRule(code, level), problem }];
  });
}

/** One rule for each code, so that it is named, set and silenced like ours. */
function shellCheckRule(code: number, level: ShellLevel): Rule {
  const name = `SC${code}`;
  const before = rules.get(name);
  if (before !== undefined) {
    return before;
  }
  const page = shellCheckPage(name);
  const rule: Rule = {
    name,
    alsoKnownAs: [],
    severity: severities[level],
    summary: "",
    explanation: "",
    examples: [],
    ...(page === undefined ? {} : { page }),
    *check() {
      // ShellCheck finds it.
    },
  };
  rules.set(name, rule);
  return rule;
}

const rules = new Map<string, Rule>();

/** Where a code such as `SC2086` is explained; `undefined` for any other name. */
export function shellCheckPage(name: string): string | undefined {
  return /^SC\d+$/.test(name) ? `https://www.shellcheck.net/wiki/${name}` : undefined;
}

const severities: Readonly<Record<ShellLevel, Severity>> = {
  error: "error",
  warning: "warning",
  info: "info",
  style: "info",
};

/**
 * The builder joins continued lines, and keeps the blanks that the next one begins with: what ShellCheck
 * says of repeated blanks is then about the layout of the Dockerfile.
 */
function isOurDoing(script: CheckedScript, { code }: ShellComment, range: IndexRange): boolean {
  if (code !== repeatedBlanks) {
    return false;
  }
  const gaps = [...script.text.slice(range.start, range.end).matchAll(/\s{2,}/g)];
  return gaps.every(({ index, 0: gap }) => {
    const start = range.start + index;
    return script.isBroken({ start, end: start + gap.length });
  });
}

const repeatedBlanks = 2291;

/** `undefined` where an edit would touch more than ShellCheck has seen. */
function fixOf(script: CheckedScript, { code, fix = [] }: ShellComment): Fix | undefined {
  const edits = fix
    .flatMap((replacement, index) => {
      const isFirstOfSome = index === 0 && fix.length > 1;
      return editOf(script, replacement, isFirstOfSome) ?? [];
    })
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
  const clash = edits.some(({ start }, index) => {
    const before = edits[index - 1];
    return before !== undefined && (start < before.end || start === before.start);
  });
  return edits.length === 0 || edits.length < fix.length || clash
    ? undefined
    : { title: `Fix as ShellCheck suggests (SC${code})`, edits, safe: false };
}

function editOf(script: CheckedScript, replacement: Replacement, opens: boolean): Edit | undefined {
  const { text: newText } = replacement;
  const range = script.rangeOf(replacement);
  if (newText.includes("\n")) {
    return undefined;
  }
  if (range.start === range.end) {
    // What is put behind a word stays on its line, and what is put before one too.
    const at = opens ? script.spanOf(range)?.start : script.endBefore(range.start);
    return at === undefined ? undefined : { start: at, end: at, newText };
  }
  const inside = { start: range.start + 1, end: range.end - 1 };
  const span = script.isBroken(inside) ? undefined : script.spanOf(range);
  return span === undefined ? undefined : { ...span, newText };
}
