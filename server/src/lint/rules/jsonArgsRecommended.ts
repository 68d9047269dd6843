import type { HealthcheckInstruction, Instruction, ShellForm } from "../../dockerfile/syntax.ts";
import { imageOf } from "../baseImages.ts";
import type { Fix, Rule } from "../rule.ts";

export const jsonArgsRecommended: Rule = {
  name: "json-args-recommended",
  alsoKnownAs: ["JSONArgsRecommended", "DL3025"],
  severity: "warning",
  summary: "`CMD` and `ENTRYPOINT` should be written as JSON arrays.",
  explanation: `
    In shell form the container's first process is a shell, which does not pass signals on:
    \`docker stop\` waits ten seconds and then kills the program.
    As an array the program is started directly.

    A \`SHELL\` instruction above says that the shell is wanted, and so does one of the base image, where the engine
    has it.
  `,
  modes: {
    buildkit: { meaning: "leaves stages with a `SHELL` alone" },
    hadolint: {
      meaning: "reports these too, and `HEALTHCHECK CMD` in shell form",
      isHadolints: true,
    },
  },
  examples: [
    {
      bad: `
        FROM alpine:3.21
        CMD my-server --port 80
            ^^^^^^^^^^^^^^^^^^^ warning: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals
      `,
      good: `
        FROM alpine:3.21
        CMD ["my-server", "--port", "80"]
      `,
    },
    {
      bad: `
        FROM alpine:3.21
        ENTRYPOINT echo "$HOME" && sleep 5
                   ^^^^^^^^^^^^^^^^^^^^^^^ warning: JSON arguments recommended for ENTRYPOINT to prevent unintended behavior related to OS signals
      `,
      good: `
        FROM alpine:3.21
        ENTRYPOINT ["/bin/sh", "-c", "echo \\"$HOME\\" && sleep 5"]
      `,
    },
    {
      bad: `
        FROM alpine:3.21
        HEALTHCHECK CMD check --fast
                        ^^^^^^^^^^^^ warning: JSON arguments recommended for HEALTHCHECK CMD, so that no shell stands between
      `,
      good: `
        FROM alpine:3.21
        HEALTHCHECK CMD ["check", "--fast"]
      `,
      mode: "hadolint",
    },
  ],

  *check({ stages }, surroundings) {
    const isHadolints = surroundings.modes?.get(jsonArgsRecommended.name) === "hadolint";
    /** Whether a SHELL has been set at the end of each stage. */
    const shells: boolean[] = [];
    for (const { instructions, base } of stages) {
      let hasShell =
        base.kind === "stage"
          ? (shells[base.stage] ?? false)
          : (imageOf(base, surroundings)?.shell ?? []).length > 0;
      for (const instruction of instructions) {
        if (instruction.onbuild) {
          continue;
        }
        if (instruction.keyword === "SHELL") {
          hasShell = true;
        }
        if (isHadolints && isShellCheck(instruction)) {
          yield {
            ...instruction.command.source.span,
            message:
              "JSON arguments recommended for HEALTHCHECK CMD, so that no shell stands between",
            alias: "DL3025",
            ...toArray(instruction.command),
          };
        }
        if (
          isStart(instruction) &&
          instruction.command.form === "shell" &&
          (!hasShell || isHadolints)
        ) {
          const { command, keyword, keywordSpan } = instruction;
          yield {
            ...(command.source.text === "" ? keywordSpan : command.source.span),
            message: `JSON arguments recommended for ${keyword} to prevent unintended behavior related to OS signals`,
            ...toArray(command),
          };
        }
      }
      shells.push(hasShell);
    }
  },
};

function isStart(
  instruction: Instruction,
): instruction is Extract<Instruction, { keyword: "CMD" | "ENTRYPOINT" }> {
  return instruction.keyword === "CMD" || instruction.keyword === "ENTRYPOINT";
}

/** `HEALTHCHECK CMD` with a command in shell form. */
function isShellCheck(
  instruction: Instruction,
): instruction is HealthcheckInstruction & { readonly command: ShellForm } {
  return (
    instruction.keyword === "HEALTHCHECK" &&
    instruction.command?.form === "shell" &&
    instruction.command.source.text !== "" &&
    instruction.type?.value.text.toUpperCase() === "CMD"
  );
}

/** The command as an array: its words where nothing needs a shell, else the shell itself. Not safe: signals then go elsewhere, as is wanted. */
function toArray({ source }: ShellForm): { readonly fix: Fix } | undefined {
  const text = source.text.trim();
  if (text === "") {
    return undefined;
  }
  const isPlain = /^[\w@%+:,./-][\w@%+=:,./\s-]*$/.test(text) && !/^[^\s]*=/.test(text);
  const words = isPlain ? text.split(/\s+/) : ["/bin/sh", "-c", text];
  const newText = `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
  return {
    fix: {
      title: isPlain ? "Write it as a JSON array" : "Write it as a JSON array with a shell",
      safe: false,
      edits: [{ ...source.span, newText }],
    },
  };
}
