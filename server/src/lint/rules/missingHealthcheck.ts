import type { Rule } from "../rule.ts";

export const missingHealthcheck: Rule = {
  name: "missing-healthcheck",
  alsoKnownAs: ["MissingHealthcheck", "DL3057"],
  severity: "off",
  summary: "An image should say how to tell whether its container is well.",
  explanation: `
    Without \`HEALTHCHECK\` the engine only knows that the process still runs. Orchestrators that have
    checks of their own do not need it. \`HEALTHCHECK NONE\` is an answer too.
  `,
  examples: [
    {
      bad: `
        FROM nginx:1.27
        ^^^^ warning: Nothing says how to check this stage's container; add a HEALTHCHECK
      `,
      good: `
        FROM nginx:1.27
        HEALTHCHECK CMD curl -f http://localhost/
      `,
    },
  ],

  *check({ stages }) {
    const atEnd: boolean[] = [];
    for (const { from, instructions, base } of stages) {
      const has =
        (base.kind === "stage" && atEnd[base.stage] === true) ||
        instructions.some(({ keyword, onbuild }) => keyword === "HEALTHCHECK" && !onbuild);
      atEnd.push(has);
      if (!has) {
        yield {
          ...from.keywordSpan,
          message: "Nothing says how to check this stage's container; add a HEALTHCHECK",
        };
      }
    }
  },
};
