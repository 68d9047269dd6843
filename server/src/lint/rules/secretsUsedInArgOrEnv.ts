import type { Rule } from "../rule.ts";

const secretName =
  /(_|^)(apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(_|$)/i;
const harmlessName = /(_|^)(public|file|version)(_|$)/i;

export const secretsUsedInArgOrEnv: Rule = {
  name: "secrets-used-in-arg-or-env",
  alsoKnownAs: ["SecretsUsedInArgOrEnv", "DL3064"],
  severity: "warning",
  summary: "Secrets should not be passed by `ARG` or `ENV`.",
  explanation: `
    The values of \`ARG\` and \`ENV\` stay in the image and its history, for everybody who has the image.
    A secret mount gives a secret to one \`RUN\` and leaves no trace:
    \`RUN --mount=type=secret,id=token …\`.

    Only names are looked at, and never values.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        ARG API_TOKEN
            ^^^^^^^^^ warning: Do not use ARG or ENV instructions for sensitive data (ARG "API_TOKEN")
        ENV DB_PASSWORD=secret
            ^^^^^^^^^^^ warning: Do not use ARG or ENV instructions for sensitive data (ENV "DB_PASSWORD")
      `,
      good: `
        FROM alpine:3.21
        ENV DB_PASSWORD_FILE=/run/secrets/db
        RUN --mount=type=secret,id=token deploy
      `,
    },
  ],

  *check({ stages }) {
    for (const { instructions } of stages) {
      for (const instruction of instructions) {
        if (
          (instruction.keyword !== "ARG" && instruction.keyword !== "ENV") ||
          instruction.onbuild
        ) {
          continue;
        }
        for (const { key } of instruction.pairs) {
          const name = key.value.text;
          if (secretName.test(name) && !harmlessName.test(name)) {
            yield {
              ...key.span,
              message: `Do not use ARG or ENV instructions for sensitive data (${instruction.keyword} "${name}")`,
            };
          }
        }
      }
    }
  },
};
