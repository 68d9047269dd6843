import type { Rule } from "../rule.ts";

export const duplicateStageName: Rule = {
  name: "duplicate-stage-name",
  alsoKnownAs: ["DuplicateStageName", "DL3024"],
  severity: "warning",
  summary: "Every stage should have a name of its own.",
  explanation: `
    When two stages share a name, what follows the second can no longer reach the first by its name.
    Names are compared in lowercase.
  `,
  ignoresInlineSkip: true,
  examples: [
    {
      bad: `
        FROM alpine:3.21 AS build
        FROM alpine:3.21 AS build
                            ^^^^^ warning: Duplicate stage name "build", stage names should be unique
      `,
      good: `
        FROM alpine:3.21 AS build
        FROM alpine:3.21 AS runtime
      `,
    },
  ],

  *check({ stages }) {
    const seen = new Map<string, (typeof stages)[number]>();
    for (const stage of stages) {
      const { name, from } = stage;
      if (name === undefined || from.stageName === undefined) {
        continue;
      }
      const first = seen.get(name);
      if (first?.from.stageName === undefined) {
        seen.set(name, stage);
        continue;
      }
      yield {
        ...from.stageName.span,
        message: `Duplicate stage name "${name}", stage names should be unique`,
        related: { span: first.from.stageName.span, message: "The first stage of that name." },
      };
    }
  },
};
