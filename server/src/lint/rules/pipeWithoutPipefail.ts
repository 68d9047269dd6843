import type { Instruction } from "../../dockerfile/syntax.ts";
import { invocationOf } from "../../shell/invocation.ts";
import { type InstructionScript, runScripts } from "../../shell/scripts.ts";
import { type Shell, shellOf } from "../../shell/shells.ts";
import type { Rule } from "../rule.ts";

export const pipeWithoutPipefail: Rule = {
  name: "pipe-without-pipefail",
  alsoKnownAs: ["PipeWithoutPipefail", "DL4006"],
  severity: "warning",
  summary: "A pipe should fail when any of its commands does.",
  explanation: `
    A shell takes only the last command of a pipe as its result: when the download in front of
    \`| tar x\` breaks, the build may go on. Set \`pipefail\` with a \`SHELL\` that knows it.
    What a stage below has set is not inherited in the eyes of hadolint, and so not here.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        RUN curl https://example.com/a.tar | tar x
                                           ^ warning: A failure before the pipe goes unseen; set "pipefail" with SHELL
      `,
      good: `
        FROM debian:12.8
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]
        RUN curl https://example.com/a.tar | tar x
      `,
    },
  ],

  *check(file) {
    const lasting = new Map<Instruction, boolean>();
    for (const { instructions } of file.stages) {
      let fails = false;
      for (const instruction of instructions) {
        if (instruction.keyword === "FROM") {
          fails = false;
        } else if (instruction.keyword === "SHELL" && instruction.command.form === "exec") {
          const shell = shellOf(instruction.command.words.map(({ value }) => value.text));
          fails = !shell.posix || hasPipefail(shell);
        }
        lasting.set(instruction, fails);
      }
    }
    for (const script of runScripts(file)) {
      const { instruction } = script;
      const pipe = script.script?.pipelines[0]?.pipes[0];
      if (
        pipe !== undefined &&
        !instruction.onbuild &&
        lasting.get(instruction) !== true &&
        !setsPipefail(script, pipe.start)
      ) {
        yield {
          ...pipe,
          message: 'A failure before the pipe goes unseen; set "pipefail" with SHELL',
        };
      }
    }
  },
};

function hasPipefail({ name, options }: Shell): boolean {
  return (
    /^(?:bash|zsh|ash)$/.test(name) &&
    options.some((option, index) => /^-\w*o$/.test(option) && options[index + 1] === "pipefail")
  );
}

/** `set -o pipefail` in the script itself, or in its `#!` line. */
function setsPipefail(
  { commands, script, shell, form }: InstructionScript,
  before: number,
): boolean {
  if (script !== undefined && form === "heredoc" && hasPipefail(shell)) {
    return true;
  }
  return commands.some((command) => {
    const invocation = command.span.start < before ? invocationOf(command) : undefined;
    return invocation?.name === "set" && invocation.args.some(({ value }) => value === "pipefail");
  });
}
