import type { Rule } from "../rule.ts";

export const redundantTargetPlatform: Rule = {
  name: "redundant-target-platform",
  alsoKnownAs: ["RedundantTargetPlatform", "DL3065"],
  severity: "warning",
  summary: "`FROM --platform=$TARGETPLATFORM` says what is so anyway.",
  explanation: `
    A stage is built for the target platform unless its \`FROM\` says otherwise.
  `,
  examples: [
    {
      bad: `
        FROM --platform=$TARGETPLATFORM alpine:3.21
             ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior
      `,
      good: `
        FROM alpine:3.21
      `,
    },
  ],

  *check({ stages, text }) {
    for (const { from } of stages) {
      const flag = from.flags.find(({ name }) => name === "platform");
      const value = flag?.value?.value.text;
      if (flag === undefined || (value !== "$TARGETPLATFORM" && value !== "${TARGETPLATFORM}")) {
        continue;
      }
      const blanks = /^[ \t]*/.exec(text.slice(flag.span.end))?.[0].length ?? 0;
      yield {
        ...flag.span,
        message: `Setting platform to predefined ${value} in FROM is redundant as this is the default behavior`,
        tag: "unnecessary",
        fix: {
          title: "Remove the flag",
          safe: true,
          edits: [{ start: flag.span.start, end: flag.span.end + blanks, newText: "" }],
        },
      };
    }
  },
};
