import type { Dockerfile } from "../dockerfile/syntax.ts";
import type { InstructionScript } from "../shell/scripts.ts";
import type { Edit } from "./rule.ts";

/**
 * The edit that lets a RUN end with one more command behind `&&`, on a line of its own where the RUN has
 * several. `undefined` where that would not be right: no shell form, or a last command that is not the
 * end of a plain `&&` list.
 */
export function appendCommand(
  file: Dockerfile,
  { script, form, instruction }: InstructionScript,
  command: string,
): Edit | undefined {
  const last = script?.list.at(-1);
  if (script === undefined || last === undefined || form !== "shell") {
    return undefined;
  }
  const isPlain =
    script.errors.length === 0 &&
    script.comments.length === 0 &&
    instruction.heredocs.length === 0 &&
    last.operator === undefined &&
    script.list.every(({ operator }) => operator === undefined || operator.text === "&&");
  if (!isPlain) {
    return undefined;
  }
  const { end } = last.pipeline.span;
  const { lines, text, escape } = file;
  const line = lines.lineAt(end);
  const isOneLine = line === lines.lineAt(instruction.span.start);
  const indent = /^[ \t]*/.exec(text.slice(lines.lineStart(line), end))?.[0] ?? "";
  const newText = isOneLine ? ` && ${command}` : ` ${escape}\n${indent}&& ${command}`;
  return { start: end, end, newText };
}
