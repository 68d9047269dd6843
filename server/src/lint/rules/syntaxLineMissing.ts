import { describeFlag } from "../../dockerfile/instructions.ts";
import type { Rule } from "../rule.ts";

export const syntaxLineMissing: Rule = {
  name: "syntax-line-missing",
  alsoKnownAs: ["SyntaxLineMissing"],
  severity: "off",
  summary: "A Dockerfile that uses newer features should say which language it is written in.",
  explanation: `
    Without \`# syntax\` the builder takes the version that it was made with. That of Docker 20.10 knows neither here-documents
    nor \`--link\`, and fails with a syntax error. \`# syntax=docker/dockerfile:1\` lets every builder load the newest stable
    version, which needs a registry, so this rule is off until it is wanted.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        COPY --link a /
             ^^^^^^ warning: The builder of Docker 20.10 does not know this; add \`# syntax=docker/dockerfile:1\`
      `,
      good: `
        # syntax=docker/dockerfile:1
        FROM alpine:3.21
        COPY --link a /
      `,
    },
  ],

  *check(file) {
    if (file.directives.some(({ name }) => name === "syntax")) {
      return;
    }
    const newer = file.instructions.flatMap(({ keyword, flags, heredocs }) => [
      ...flags
        .filter(({ name }) => isNewer(describeFlag(keyword, name)?.since))
        .map(({ nameSpan }) => ({ start: nameSpan.start - "--".length, end: nameSpan.end })),
      ...heredocs.map(({ word }) => word),
    ]);
    const [first] = newer;
    if (first !== undefined) {
      yield {
        ...first,
        message:
          "The builder of Docker 20.10 does not know this; add `# syntax=docker/dockerfile:1`",
        fix: {
          title: "Add `# syntax`",
          safe: false,
          edits: [{ start: 0, end: 0, newText: "# syntax=docker/dockerfile:1\n" }],
        },
      };
    }
  },
};

/** Newer than what BuildKit 0.8 has built in. */
function isNewer(since = "1.0"): boolean {
  const [major = 0, minor = 0] = since.split(".").map(Number);
  return major > 1 || minor > 2;
}
