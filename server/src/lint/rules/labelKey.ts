import type { Rule } from "../rule.ts";

export const labelKey: Rule = {
  name: "label-key",
  alsoKnownAs: ["LabelKey", "DL3048"],
  severity: "info",
  summary:
    "The key of a label should be in lowercase, of one namespace, and not in one of Docker's.",
  explanation: `
    Docker asks for keys of lowercase letters, digits, \`.\` and \`-\` that begin with a letter and end
    with a letter or digit, and keeps \`com.docker\`, \`io.docker\` and \`org.dockerproject\` to itself.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        LABEL Maintainer="me" com.docker.app=x
              ^^^^^^^^^^ info: The key "Maintainer" is not of lowercase letters, digits, "." and "-"
                              ^^^^^^^^^^^^^^ info: The namespace of "com.docker.app" is Docker's own; use another
      `,
      good: `
        FROM alpine:3.21
        LABEL maintainer="me" com.example.app=x
      `,
    },
  ],

  *check({ instructions }) {
    for (const instruction of instructions) {
      if (instruction.keyword !== "LABEL" || instruction.onbuild) {
        continue;
      }
      for (const { key } of instruction.pairs) {
        const { text } = key.value;
        if (text === "" || text.includes("$")) {
          continue;
        }
        if (/^(?:com\.docker|io\.docker|org\.dockerproject)\./.test(text)) {
          yield {
            ...key.span,
            message: `The namespace of "${text}" is Docker's own; use another`,
          };
        } else if (
          !/^[a-z](?:[a-z0-9.-]*[a-z0-9])?$/.test(text) ||
          text.includes("..") ||
          text.includes("--")
        ) {
          yield {
            ...key.span,
            message: `The key "${text}" is not of lowercase letters, digits, "." and "-"`,
          };
        }
      }
    }
  },
};
