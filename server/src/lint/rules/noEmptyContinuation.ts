import type { Rule } from "../rule.ts";

export const noEmptyContinuation: Rule = {
  name: "no-empty-continuation",
  alsoKnownAs: ["NoEmptyContinuation"],
  severity: "warning",
  summary: "A continued instruction should hold no empty lines.",
  explanation: `
    An empty line behind a continuation does not end the instruction, though it looks as if it did.
    Builders will refuse it one day. A comment may stand there instead.
  `,
  ignoresInlineSkip: true,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        RUN apk add \\

        ^ warning: Empty continuation line
            curl
      `,
      good: `
        FROM alpine:3.21
        RUN apk add \\
            curl
      `,
    },
  ],

  *check({ instructions, lines, text }) {
    for (const { blankLines, onbuild } of instructions) {
      if (onbuild) {
        continue;
      }
      for (const blank of blankLines) {
        const lineEnd = lines.lineSpan(lines.lineAt(blank.start)).end;
        const next = text.indexOf("\n", lineEnd);
        yield {
          ...blank,
          message: "Empty continuation line",
          fix: {
            title: "Delete the empty line",
            safe: true,
            edits: [{ start: blank.start, end: next === -1 ? text.length : next + 1, newText: "" }],
          },
          tag: "unnecessary",
        };
      }
    }
  },
};
