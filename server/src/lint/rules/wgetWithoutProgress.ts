import { hasFlag, type Invocation } from "../../shell/invocation.ts";
import { runInvocations } from "../../shell/scripts.ts";
import { addArgument } from "../addArgument.ts";
import type { Rule } from "../rule.ts";

export const wgetWithoutProgress: Rule = {
  name: "wget-without-progress",
  alsoKnownAs: ["WgetWithoutProgress", "DL3047"],
  severity: "info",
  summary: "`wget` should be told how much to print.",
  explanation: `
    Where there is no terminal, \`wget\` prints a line for every 50 kilobytes, which fills the build's log.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        RUN wget https://example.com/big.tar.gz
            ^^^^ info: wget fills the log with its progress; add --progress=dot:giga
      `,
      good: `
        FROM debian:12.8
        RUN wget --progress=dot:giga https://example.com/big.tar.gz
      `,
    },
  ],

  *check(file) {
    for (const { invocation, script } of runInvocations(file)) {
      if (invocation.name !== "wget" || isQuiet(invocation)) {
        continue;
      }
      const { nameWord } = invocation;
      yield {
        ...nameWord.span,
        message: "wget fills the log with its progress; add --progress=dot:giga",
        fix: {
          title: "Add --progress=dot:giga",
          safe: true,
          changesSteps: true,
          edits: [addArgument(script, nameWord, "--progress=dot:giga")],
        },
      };
    }
  },
};

function isQuiet(invocation: Invocation): boolean {
  const names = ["progress", "q", "quiet", "no-verbose", "o", "output-file", "a", "append-output"];
  return (
    hasFlag(invocation, ...names) ||
    invocation.args.some(({ value }) => /^-[a-zA-Z]*nv/.test(value))
  );
}
