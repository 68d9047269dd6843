import type {
  Dockerfile,
  Heredoc,
  Instruction,
  RunInstruction,
  Word,
} from "../dockerfile/syntax.ts";
import { type MappedText, type Run, verbatim } from "../text/mappedText.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { parseShell } from "./parseShell.ts";
import { type Shell, defaultShell, shebangShell, shellsOf } from "./shells.ts";
import type { ShellScript, ShellWord, SimpleCommand } from "./syntax.ts";

/** What an instruction runs. */
export interface InstructionScript {
  readonly instruction: ScriptedInstruction;
  readonly form: "shell" | "exec" | "heredoc";
  readonly shell: Shell;
  /** Absent in exec form, and when the shell is one that is not understood here. */
  readonly script?: ShellScript;
  /** Every simple command; in exec form the only one. Empty when the shell is not understood. */
  readonly commands: readonly SimpleCommand[];
}

export type ScriptedInstruction = Extract<
  Instruction,
  { keyword: "RUN" | "CMD" | "ENTRYPOINT" | "HEALTHCHECK" }
>;

const known = new WeakMap<Dockerfile, readonly InstructionScript[]>();

/**
 * The commands in each RUN, CMD, ENTRYPOINT and HEALTHCHECK of a stage, those in ONBUILD too; in order.
 * Parsed once for each parsed Dockerfile.
 */
export function scriptsOf(file: Dockerfile): readonly InstructionScript[] {
  const before = known.get(file);
  if (before !== undefined) {
    return before;
  }
  const shells = shellsOf(file);
  const scripts = file.stages.flatMap(({ instructions }) =>
    instructions.flatMap((instruction) => {
      const script = commandsOf(instruction, shells.get(instruction) ?? defaultShell, file.text);
      return script === undefined ? [] : [script];
    }),
  );
  known.set(file, scripts);
  return scripts;
}

/** The same for the RUN instructions alone. */
export function* runScripts(
  file: Dockerfile,
): Generator<InstructionScript & { readonly instruction: RunInstruction }> {
  for (const script of scriptsOf(file)) {
    const { instruction } = script;
    if (instruction.keyword === "RUN") {
      yield { ...script, instruction };
    }
  }
}

/** Every program that a RUN starts and whose name is constant, in order. Found once for each parsed Dockerfile. */
export function runInvocations(file: Dockerfile): readonly RunInvocation[] {
  const before = knownInvocations.get(file);
  if (before !== undefined) {
    return before;
  }
  const invocations: RunInvocation[] = [];
  for (const script of runScripts(file)) {
    for (const command of script.commands) {
      const invocation = invocationOf(command);
      if (invocation !== undefined) {
        invocations.push({ script, instruction: script.instruction, invocation });
      }
    }
  }
  knownInvocations.set(file, invocations);
  return invocations;
}

const knownInvocations = new WeakMap<Dockerfile, readonly RunInvocation[]>();

/** A program that a RUN starts. */
export interface RunInvocation {
  readonly script: InstructionScript;
  readonly instruction: RunInstruction;
  readonly invocation: Invocation;
}

/** What one instruction runs when its stage has that shell; `undefined` for an instruction that runs nothing. */
export function commandsOf(
  instruction: Instruction,
  shell: Shell,
  document: string,
): InstructionScript | undefined {
  if (!isScripted(instruction) || instruction.command === undefined) {
    return undefined;
  }
  const { command, heredocs } = instruction;
  if (command.form === "exec") {
    const { words } = command;
    const commands = words.length === 0 ? [] : [execCommand(words, command.source)];
    return { instruction, form: "exec", shell, commands };
  }
  const [heredoc] = heredocs;
  if (heredoc !== undefined && instruction.keyword === "RUN") {
    if (isOnly(heredoc, command.source)) {
      const own = shebangShell(heredoc.content) ?? shell;
      return parsed(instruction, "heredoc", own, bodyOf(heredoc, document), new Map());
    }
  }
  const bodies = new Map(heredocs.map((each) => [each.word.start, bodyOf(each, document)]));
  return parsed(instruction, "shell", shell, command.source, bodies);
}

function parsed(
  instruction: ScriptedInstruction,
  form: "shell" | "heredoc",
  shell: Shell,
  source: MappedText,
  bodies: ReadonlyMap<number, MappedText>,
): InstructionScript {
  if (!shell.posix) {
    return { instruction, form, shell, commands: [] };
  }
  const script = parseShell(source, bodies);
  return { instruction, form, shell, script, commands: script.commands };
}

function isScripted(instruction: Instruction): instruction is ScriptedInstruction {
  const { keyword } = instruction;
  return (
    keyword === "RUN" || keyword === "CMD" || keyword === "ENTRYPOINT" || keyword === "HEALTHCHECK"
  );
}

/** Is the heredoc all that the command is, so that its lines are the script? */
function isOnly(heredoc: Heredoc, source: MappedText): boolean {
  const { span, text } = source;
  const start = span.start + (text.length - text.trimStart().length);
  const end = span.end - (text.length - text.trimEnd().length);
  return heredoc.word.start === start && heredoc.word.end === end;
}

/** The lines of a heredoc as the shell gets them. */
function bodyOf({ body, stripTabs }: Heredoc, document: string): MappedText {
  const whole = verbatim(document, body);
  if (!stripTabs) {
    return whole;
  }
  const runs: Run[] = [];
  let text = "";
  for (let at = body.start; at < body.end;) {
    const newline = document.indexOf("\n", at);
    const end = newline === -1 || newline >= body.end ? body.end : newline + 1;
    while (document[at] === "\t" && at < end) {
      at++;
    }
    if (at < end) {
      runs.push({ at: text.length, offset: at });
      text += document.slice(at, end);
    }
    at = end;
  }
  return { text, span: body, runs };
}

/** The words of exec form as a command: constant, since no shell looks at them. */
function execCommand(words: readonly Word[], source: MappedText): SimpleCommand {
  return {
    kind: "simple",
    span: source.span,
    assignments: [],
    redirections: [],
    words: words.map(({ span, value }): ShellWord => ({
      span,
      raw: value,
      value: value.text,
      text: value.text,
      parts: [{ kind: "text", span, text: value.text, quoted: true }],
    })),
  };
}
