import { instructionLines } from "./instructionLines.ts";

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
  const lines = instructionLines(dockerfileText).filter(
    (instruction) => normalized(instruction.text) === wanted,
  );
  return lines.length === 1 ? lines[0]?.line : undefined;
}

function normalized(text: string): string {
  return text
    .trim()
    .replaceAll(/\s+/g, " ")
    .replace(/^\S+/, (keyword) => keyword.toUpperCase());
}
