import type { Dockerfile, RunInstruction } from "../../dockerfile/syntax.ts";
import { type InstructionScript, scriptsOf } from "../../shell/scripts.ts";
import type { Fix, Rule } from "../rule.ts";

export const consecutiveRuns: Rule = {
  name: "consecutive-runs",
  alsoKnownAs: ["ConsecutiveRuns", "DL3059"],
  severity: "info",
  summary: "Short `RUN` instructions that follow each other should be one.",
  explanation: `
    Each \`RUN\` makes a layer. Those of more than two commands, or with other flags, are left alone:
    they may be apart so that the layer cache works better.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        RUN make
        RUN make install
        ^^^ info: Several RUN instructions in a row make several layers; join them with &&
      `,
      good: `
        FROM alpine:3.21
        RUN make \\
            && make install
      `,
    },
  ],

  *check(file) {
    const scripts = new Map(scriptsOf(file).map((script) => [script.instruction, script]));
    for (const { instructions } of file.stages) {
      let previous: RunInstruction | undefined;
      for (const instruction of instructions) {
        const isRun = instruction.keyword === "RUN" && !instruction.onbuild;
        const before = previous;
        previous = isRun ? instruction : undefined;
        if (!isRun || before === undefined || !isAlike(before, instruction)) {
          continue;
        }
        const first = scripts.get(before);
        const second = scripts.get(instruction);
        if (first === undefined || second === undefined || !isShort(first) || !isShort(second)) {
          continue;
        }
        const fix = join(file, first, second);
        yield {
          ...instruction.keywordSpan,
          message: "Several RUN instructions in a row make several layers; join them with &&",
          ...(fix === undefined ? {} : { fix }),
        };
      }
    }
  },
};

function isAlike(a: RunInstruction, b: RunInstruction): boolean {
  return flagsOf(a) === flagsOf(b);
}

function flagsOf({ flags }: RunInstruction): string {
  return flags.map(({ name, value }) => `${name}=${value?.value.text ?? ""}`).join("\n");
}

function isShort({ commands, shell }: InstructionScript): boolean {
  return shell.posix && commands.length <= 2;
}

function join(
  { text, escape }: Dockerfile,
  first: InstructionScript,
  second: InstructionScript,
): Fix | undefined {
  const { source } = second.script ?? {};
  const start = first.instruction.lineSpan.end;
  const between = text.slice(start, second.instruction.span.start);
  if (source === undefined || !isPlain(first) || !isPlain(second) || between.trim() !== "") {
    return undefined;
  }
  return {
    title: "Join with the RUN above",
    safe: false,
    edits: [{ start, end: source.span.start, newText: ` ${escape}\n    && ` }],
  };
}

/** Nothing in it that would mean something else behind or before `&&`. */
function isPlain({ script, form, instruction }: InstructionScript): boolean {
  return (
    form === "shell" &&
    script !== undefined &&
    instruction.heredocs.length === 0 &&
    script.comments.length === 0 &&
    script.errors.length === 0 &&
    script.list.length > 0 &&
    script.list.every(({ operator }) => operator === undefined || operator.text === "&&")
  );
}
