import type { Dockerfile, Instruction, RunMount } from "../dockerfile/syntax.ts";
import type { InstructionScript } from "../shell/scripts.ts";
import type { ShellScript, SimpleCommand } from "../shell/syntax.ts";
import type { Span } from "../text/span.ts";
import type { Edit } from "./rule.ts";

/**
 * The script when it is in shell form and nothing but commands with `&&` or `;` between them, so that one of
 * them can be taken out or put in front.
 */
export function plainScript({
  script,
  form,
  instruction,
}: InstructionScript): ShellScript | undefined {
  const isPlain =
    script !== undefined &&
    form === "shell" &&
    script.errors.length === 0 &&
    script.comments.length === 0 &&
    instruction.heredocs.length === 0 &&
    instruction.innerComments.length === 0 &&
    script.list.every(
      ({ operator }) => operator === undefined || operator.text === "&&" || operator.text === ";",
    );
  return isPlain ? script : undefined;
}

/** The edit that takes one command out of a list of several; `undefined` where that would not be right. */
export function removeCommand(script: InstructionScript, command: SimpleCommand): Edit | undefined {
  const list = plainScript(script)?.list ?? [];
  const index = list.findIndex(
    ({ pipeline }) => pipeline.commands.length === 1 && pipeline.commands[0] === command,
  );
  const item = list[index];
  if (item === undefined || list.length < 2) {
    return undefined;
  }
  const before = list[index - 1];
  const after = list[index + 1];
  return before === undefined
    ? { start: item.pipeline.span.start, end: after?.pipeline.span.start ?? 0, newText: "" }
    : { start: before.pipeline.span.end, end: item.pipeline.span.end, newText: "" };
}

/** The edit that adds an option behind those of a mount; `undefined` where quotes are in the way. */
export function addMountOption(
  { text }: Dockerfile,
  { flag }: RunMount,
  option: string,
): Edit | undefined {
  const { end } = flag.span;
  return text[end - 1] === '"' || text[end - 1] === "'"
    ? undefined
    : { start: end, end, newText: `,${option}` };
}

/** All lines of an instruction, up to the start of the next one. */
export function linesOf({ lines }: Dockerfile, { span }: Instruction): Span {
  return {
    start: lines.lineStart(lines.lineAt(span.start)),
    end: lines.lineStart(lines.lineAt(span.end) + 1),
  };
}
