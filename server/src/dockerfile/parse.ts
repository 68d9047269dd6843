import { LineIndex } from "../text/lineIndex.ts";
import { dispatchErrors } from "./dispatch.ts";
import { ErrorList } from "./errors.ts";
import { evaluate, rememberEvaluation } from "./evaluate.ts";
import { scan } from "./lines.ts";
import { parseInstruction } from "./parseInstruction.ts";
import type { ArgInstruction, Dockerfile, Instruction, SyntaxError } from "./syntax.ts";
import { splitStages } from "./stages.ts";
import { stageErrors } from "./stageErrors.ts";

/**
 * Reads any text at all as a Dockerfile, exactly as BuildKit does, but goes on after errors. Never
 * throws; takes time linear in the length of the text.
 */
export function parse(text: string): Dockerfile {
  const { escape, directives, comments, sourceLines, instructions: lines, errors } = scan(text);
  const list = new ErrorList(false);
  list.addAll(errors);
  const own: { stage: number; errors: readonly SyntaxError[] }[] = [];
  const instructions: Instruction[] = [];
  const globalArgs: ArgInstruction[] = [];
  let stage = -1;

  for (const line of lines) {
    const isFrom = /^from(?:[\t\v\f\r ]|$)/i.test(line.text.text);
    if (isFrom) {
      stage++;
    }
    const parsed = parseInstruction(line, stage === -1 ? undefined : stage, escape);
    const { instruction } = parsed;
    own.push({ stage, errors: parsed.errors });
    instructions.push(instruction);
    if (instruction.keyword === "ONBUILD" && instruction.trigger !== undefined) {
      instructions.push(instruction.trigger);
    }
    if (stage === -1) {
      if (instruction.keyword === "ARG") {
        globalArgs.push(instruction);
      } else if (instruction.keyword !== "unknown") {
        list.add("no-stage-yet", instruction.lineSpan, "no build stage in current context");
      }
    }
  }

  if (text === "") {
    list.add("empty-file", { start: 0, end: 0 }, "the Dockerfile cannot be empty");
  } else if (instructions.length === 0) {
    list.add("no-instructions", { start: 0, end: 0 }, "file with no instructions");
  } else if (stage === -1 && own.every(({ errors }) => errors.length === 0)) {
    list.add("no-instructions", { start: 0, end: 0 }, "dockerfile contains no stages to build");
  }
  const drafts = splitStages(instructions);
  const evaluation = evaluate({ text, escape, globalArgs, stages: drafts });
  const stages = drafts.map((draft, index) => ({
    ...draft,
    base: evaluation.bases[index] ?? { kind: "unknown" as const },
  }));
  // What an ONBUILD holds fails at once when a stage of this file is built on its stage.
  const triggered = new Set(stages.map(({ base }) => (base.kind === "stage" ? base.stage : -1)));
  for (const { stage: of, errors: some } of own) {
    list.addAll(triggered.has(of) ? some.map(atOnce) : some);
  }
  list.addAll(dispatchErrors(instructions, evaluation, { escape, directives }));
  list.addAll(stageErrors(stages));
  list.errors.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const file: Dockerfile = {
    text,
    lines: new LineIndex(text),
    escape,
    directives,
    comments,
    sourceLines,
    instructions,
    stages,
    globalArgs,
    errors: list.errors,
  };
  rememberEvaluation(file, evaluation);
  return file;
}

function atOnce(error: SyntaxError): SyntaxError {
  const { span, message, code, suggestion } = error;
  return { span, message, code, ...(suggestion === undefined ? {} : { suggestion }) };
}
