import { runInvocations } from "../../shell/scripts.ts";
import type { Rule } from "../rule.ts";

export const cdInRun: Rule = {
  name: "cd-in-run",
  alsoKnownAs: ["CdInRun", "DL3003"],
  severity: "warning",
  summary: "The working directory should be changed with `WORKDIR`.",
  explanation: `
    What \`cd\` does ends with its \`RUN\`. A \`WORKDIR\` says for all that follows, and to the reader,
    where things happen.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        RUN cd /src && make
            ^^ warning: "cd" lasts only until the end of this RUN; use WORKDIR
      `,
      good: `
        FROM alpine:3.21
        WORKDIR /src
        RUN make
      `,
    },
  ],

  *check(file) {
    for (const { invocation, instruction } of runInvocations(file)) {
      if (invocation.name === "cd" && !instruction.onbuild) {
        yield {
          ...invocation.nameWord.span,
          message: '"cd" lasts only until the end of this RUN; use WORKDIR',
        };
      }
    }
  },
};
