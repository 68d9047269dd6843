import type { Policy, Rule } from "../rule.ts";

/** BuildKit's. */
const secretWords =
  "apikey auth credential credentials key password pword passwd secret token".split(" ");
const publicWords = ["public", "file", "version"];

/** hadolint's: anywhere in a name. */
const secretParts = /api_key|client_key|password|private|secret|token|username/i;

export const secretsUsedInArgOrEnv: Rule = {
  name: "secrets-used-in-arg-or-env",
  alsoKnownAs: ["SecretsUsedInArgOrEnv", "DL3064"],
  severity: "warning",
  summary: "Secrets should not be passed by `ARG` or `ENV`.",
  explanation: `
    The values of \`ARG\` and \`ENV\` stay in the image and its history, for everybody who has the image.
    A secret mount gives a secret to one \`RUN\` and leaves no trace:
    \`RUN --mount=type=secret,id=token …\`.

    Only names are looked at, and never values: the words between their underscores. Which words mean a secret can
    be changed by \`slipway.lint.secretWords\`, or \`secret-words\` in \`slipway.yaml\`: those words count beside the usual
    ones, and of a word with \`!\` before it the usual meaning is taken away. The words of \`slipway.lint.publicWords\`
    (\`public-words\`) say that a name means no secret, as \`public\`, \`file\` and \`version\` do.
  `,
  modes: {
    buildkit: { meaning: "looks at whole words" },
    hadolint: {
      meaning:
        "also finds `password`, `secret`, `token`, `private`, `username` and such inside of words",
      isHadolints: true,
    },
  },
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
    {
      bad: `
        FROM alpine:3.21
        ARG SIGNING_PIN SORT_KEY
            ^^^^^^^^^^^ warning: Do not use ARG or ENV instructions for sensitive data (ARG "SIGNING_PIN")
      `,
      policy: { secretWords: ["pin", "!key"] },
    },
    {
      bad: `
        FROM alpine:3.21
        ARG DBPASSWORD
            ^^^^^^^^^^ warning: Do not use ARG or ENV instructions for sensitive data (ARG "DBPASSWORD")
      `,
      mode: "hadolint",
    },
  ],

  *check({ stages }, { policy, modes }) {
    const isSecret = secretTest(policy, modes?.get(secretsUsedInArgOrEnv.name) === "hadolint");
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
          if (isSecret(name)) {
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

function secretTest(policy: Policy | undefined, looksInside: boolean): (name: string) => boolean {
  const asked = (policy?.secretWords ?? []).map((word) => word.toLowerCase());
  const words = new Set([...secretWords, ...asked.filter((word) => !word.startsWith("!"))]);
  for (const word of asked) {
    if (word.startsWith("!")) {
      words.delete(word.slice(1));
    }
  }
  const harmless = [...publicWords, ...(policy?.publicWords ?? [])].map(
    (word) => `_${word.toLowerCase()}_`,
  );
  const secrets = [...words].map((word) => `_${word}_`);
  return (name) => {
    // Between underscores, so that a word of several parts is found as well.
    const parts = `_${name.toLowerCase()}_`;
    return (
      !harmless.some((word) => parts.includes(word)) &&
      (secrets.some((word) => parts.includes(word)) || (looksInside && secretParts.test(name)))
    );
  };
}
