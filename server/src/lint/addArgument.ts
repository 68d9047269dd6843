import type { InstructionScript } from "../shell/scripts.ts";
import type { ShellWord } from "../shell/syntax.ts";
import type { Edit } from "./rule.ts";

/** The edit that puts one more argument behind a word, as a string of its own where the command is a JSON array. */
export function addArgument({ form }: InstructionScript, { span }: ShellWord, text: string): Edit {
  const newText = form === "exec" ? `, ${JSON.stringify(text)}` : ` ${text}`;
  return { start: span.end, end: span.end, newText };
}
