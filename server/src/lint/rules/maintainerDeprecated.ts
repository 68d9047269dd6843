import type { Rule } from "../rule.ts";

export const maintainerDeprecated: Rule = {
  name: "maintainer-deprecated",
  alsoKnownAs: ["MaintainerDeprecated", "DL4000"],
  severity: "warning",
  summary: "`MAINTAINER` is deprecated; a label says the same.",
  explanation: `
    \`MAINTAINER\` sets a field that nothing reads any more.
    The label \`org.opencontainers.image.authors\` is what tools and registries show.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        MAINTAINER Ada <ada@example.org>
        ^^^^^^^^^^ warning: Maintainer instruction is deprecated in favor of using label
      `,
      good: `
        FROM alpine:3.21
        LABEL org.opencontainers.image.authors="Ada <ada@example.org>"
      `,
    },
  ],

  *check({ instructions }) {
    for (const instruction of instructions) {
      if (instruction.keyword !== "MAINTAINER" || instruction.onbuild) {
        continue;
      }
      const name = instruction.argument?.raw.text ?? "";
      const plain = /^[^"\\$`\n]+$/.test(name);
      yield {
        ...instruction.keywordSpan,
        message: "Maintainer instruction is deprecated in favor of using label",
        tag: "deprecated",
        ...(plain && {
          fix: {
            title: "Replace by a label",
            safe: true,
            changesSteps: true,
            edits: [
              { ...instruction.span, newText: `LABEL org.opencontainers.image.authors="${name}"` },
            ],
          },
        }),
      };
    }
  },
};
