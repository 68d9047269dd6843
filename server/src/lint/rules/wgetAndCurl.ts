import { type RunInvocation, runInvocations } from "../../shell/scripts.ts";
import type { Rule } from "../rule.ts";

export const wgetAndCurl: Rule = {
  name: "wget-and-curl",
  alsoKnownAs: ["WgetAndCurl", "DL4001"],
  severity: "warning",
  summary: "A stage should download with either `wget` or `curl`.",
  explanation: `
    Both do the same, and each brings its libraries into the image.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        RUN wget -q https://example.com/a
        RUN curl -O https://example.com/b
            ^^^^ warning: The stage uses wget already; download with one of the two
      `,
      good: `
        FROM debian:12.8
        RUN curl -O https://example.com/a
        RUN curl -O https://example.com/b
      `,
    },
  ],

  *check(file) {
    const first = new Map<number, RunInvocation>();
    const reported = new Set<number>();
    for (const each of runInvocations(file)) {
      const { name, nameWord } = each.invocation;
      const { stage } = each.instruction;
      if ((name !== "wget" && name !== "curl") || stage === undefined || reported.has(stage)) {
        continue;
      }
      const earlier = first.get(stage);
      if (earlier === undefined) {
        first.set(stage, each);
      } else if (earlier.invocation.name !== name) {
        reported.add(stage);
        yield {
          ...nameWord.span,
          message: `The stage uses ${earlier.invocation.name} already; download with one of the two`,
          related: {
            span: earlier.invocation.nameWord.span,
            message: `${earlier.invocation.name} is used here.`,
          },
        };
      }
    }
  },
};
