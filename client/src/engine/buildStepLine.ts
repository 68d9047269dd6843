/**
 * The 1-based line on which the instruction of a step begins, found by its
 * text, since BuildKit's trace does not say; `undefined` when no instruction
 * or more than one reads like the step's name (variables are expanded there).
 */
export function lineOfStep(stepName: string, dockerfileText: string): number | undefined {
  const text = /^(?:\[[^\]]*\d+\/\d+\] )?(?!\[)(.*)$/s.exec(stepName)?.[1];
  if (text === undefined) {
    return undefined;
  }
  // A heredoc is named by its first line, followed by some of its body in brackets.
  const wanted = normalized(text.replace(/(<<\S+) \(.*\)$/s, "$1"));
  const lines = instructions(dockerfileText).filter(
    (instruction) => normalized(instruction.text) === wanted,
  );
  return lines.length === 1 ? lines[0]?.line : undefined;
}

interface Instruction {
  readonly line: number;
  readonly text: string;
}

/** Instructions with their continuation lines joined, as far as telling them apart needs it. */
function instructions(dockerfileText: string): readonly Instruction[] {
  const escape = /^\s*#\s*escape\s*=\s*`/im.test(dockerfileText) ? "`" : "\\";
  const found: Instruction[] = [];
  let open: { line: number; text: string } | undefined;
  for (const [index, raw] of dockerfileText.split(/\r?\n/).entries()) {
    if (/^\s*(?:#|$)/.test(raw)) {
      continue;
    }
    const line = raw.trimEnd();
    const isContinued = line.endsWith(escape);
    open ??= { line: index + 1, text: "" };
    open.text += isContinued ? line.slice(0, -1) : line;
    if (!isContinued) {
      found.push(open);
      open = undefined;
    }
  }
  return open === undefined ? found : [...found, open];
}

function normalized(text: string): string {
  return text
    .trim()
    .replaceAll(/\s+/g, " ")
    .replace(/^\S+/, (keyword) => keyword.toUpperCase());
}
