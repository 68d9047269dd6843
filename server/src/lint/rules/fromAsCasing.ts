import type { Rule } from "../rule.ts";

export const fromAsCasing: Rule = {
  name: "from-as-casing",
  alsoKnownAs: ["FromAsCasing"],
  severity: "warning",
  summary: "`FROM` and its `AS` should be written in the same case.",
  explanation: `
    Both cases work. A file that mixes them is harder to read.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21 as build
                         ^^ warning: 'as' and 'FROM' keywords' casing do not match
      `,
      good: `
        FROM alpine:3.21 AS build
      `,
    },
    {
      bad: `
        from alpine:3.21 AS build
                         ^^ warning: 'AS' and 'from' keywords' casing do not match
      `,
      good: `
        from alpine:3.21 as build
      `,
    },
  ],

  *check({ stages }) {
    for (const { from } of stages) {
      const as = from.as?.value.text;
      if (from.as === undefined || as === undefined || from.stageName === undefined) {
        continue;
      }
      const keyword = from.keywordText;
      const wanted =
        keyword === keyword.toLowerCase()
          ? as.toLowerCase()
          : keyword === keyword.toUpperCase()
            ? as.toUpperCase()
            : as;
      if (as === wanted) {
        continue;
      }
      yield {
        ...from.as.span,
        message: `'${as}' and '${keyword}' keywords' casing do not match`,
        fix: {
          title: `Change to ${wanted}`,
          safe: true,
          edits: [{ ...from.as.span, newText: wanted }],
        },
      };
    }
  },
};
