import type { Instruction } from "../../dockerfile/syntax.ts";
import type { Rule } from "../rule.ts";

export const consistentInstructionCasing: Rule = {
  name: "consistent-instruction-casing",
  alsoKnownAs: ["ConsistentInstructionCasing"],
  severity: "warning",
  summary: "All instructions of a file should be written in the same case.",
  explanation: `
    Keywords work in any case. What the majority of a file's instructions is written in counts;
    where there is no majority, uppercase does. \`ARG\` before the first \`FROM\` is left alone.
  `,
  ignoresInlineSkip: true,
  modes: {
    majority: { meaning: "wants what most instructions are written in" },
    uppercase: { meaning: "wants uppercase, also where most are in lowercase" },
  },
  examples: [
    {
      bad: `
        FROM alpine:3.21
        WORKDIR /app
        run make
        ^^^ warning: Command 'run' should match the case of the command majority (uppercase)
      `,
      good: `
        FROM alpine:3.21
        WORKDIR /app
        RUN make
      `,
    },
    {
      bad: `
        from alpine:3.21
        workdir /app
        Run make
        ^^^ warning: Command 'Run' should match the case of the command majority (lowercase)
      `,
      good: `
        from alpine:3.21
        workdir /app
        run make
      `,
    },
    {
      bad: `
        from alpine:3.21
        ^^^^ warning: Command 'from' should be written in uppercase
        RUN make
      `,
      good: `
        FROM alpine:3.21
        RUN make
      `,
      mode: "uppercase",
    },
  ],

  *check({ instructions }, { modes }) {
    const isFixed = modes?.get(consistentInstructionCasing.name) === "uppercase";
    const counted = instructions.filter(isCounted);
    const lower = counted.filter(({ keywordText }) => isLower(keywordText)).length;
    const upper = counted.filter(({ keywordText }) => isUpper(keywordText)).length;
    const majority = lower > upper && !isFixed ? "lowercase" : "uppercase";
    for (const { keywordText, keywordSpan } of counted) {
      if (majority === "lowercase" ? isLower(keywordText) : isUpper(keywordText)) {
        continue;
      }
      const wanted =
        majority === "lowercase" ? keywordText.toLowerCase() : keywordText.toUpperCase();
      yield {
        ...keywordSpan,
        message: isFixed
          ? `Command '${keywordText}' should be written in uppercase`
          : `Command '${keywordText}' should match the case of the command majority (${majority})`,
        fix: {
          title: `Change to ${wanted}`,
          safe: true,
          edits: [{ ...keywordSpan, newText: wanted }],
        },
      };
    }
  },
};

/** FROM and what stands in a stage; what ONBUILD holds is its argument. */
function isCounted({ stage, onbuild, keyword }: Instruction): boolean {
  return stage !== undefined && !onbuild && keyword !== "unknown";
}

function isLower(text: string): boolean {
  return text === text.toLowerCase();
}

function isUpper(text: string): boolean {
  return text === text.toUpperCase();
}
