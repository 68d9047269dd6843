import type { Rule } from "../rule.ts";

export const reservedStageName: Rule = {
  name: "reserved-stage-name",
  alsoKnownAs: ["ReservedStageName", "DL3063"],
  severity: "warning",
  summary: "`scratch` and `context` are no names for stages.",
  explanation: `
    \`scratch\` is the empty image and \`context\` the build context.
    A stage of that name hides what is meant, or cannot be reached.
  `,
  ignoresInlineSkip: true,
  examples: [
    {
      bad: `
        FROM alpine:3.21 AS scratch
                            ^^^^^^^ warning: Stage name should not use the same name as reserved stage "scratch"
      `,
      good: `
        FROM alpine:3.21 AS builder
      `,
    },
  ],

  *check({ stages }) {
    for (const { name, from } of stages) {
      if (from.stageName !== undefined && (name === "scratch" || name === "context")) {
        yield {
          ...from.stageName.span,
          message: `Stage name should not use the same name as reserved stage "${name}"`,
        };
      }
    }
  },
};
