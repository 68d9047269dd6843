import type { Rule } from "../rule.ts";

export const hadolintComment: Rule = {
  name: "hadolint-comment",
  alsoKnownAs: ["HadolintComment", "DL1001"],
  severity: "off",
  summary: "Rules should be silenced for the whole project, and not by comments of hadolint.",
  explanation: `
    For projects that want all exceptions in one place, such as \`slipway.yaml\` or \`.hadolint.yaml\`.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        # hadolint ignore=DL3018
        ^^^^^^^^^^^^^^^^^^^^^^^^ warning: The comment makes an exception; make it in the project's configuration
        RUN apk add --no-cache git
      `,
      good: `
        FROM alpine:3.21
        RUN apk add --no-cache git
      `,
    },
  ],

  *check({ comments, lines }) {
    for (const { text, span } of comments) {
      if (!/^hadolint\s+ignore\s*=/.test(text)) {
        continue;
      }
      const line = lines.lineAt(span.start);
      yield {
        ...span,
        message: "The comment makes an exception; make it in the project's configuration",
        fix: {
          title: "Remove the comment",
          safe: false,
          edits: [{ start: lines.lineStart(line), end: lines.lineStart(line + 1), newText: "" }],
        },
      };
    }
  },
};
