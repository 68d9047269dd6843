import type { Rule } from "../rule.ts";

export const legacyKeyValueFormat: Rule = {
  name: "legacy-key-value-format",
  alsoKnownAs: ["LegacyKeyValueFormat"],
  severity: "warning",
  summary: "`ENV` and `LABEL` should be written with an equals sign.",
  explanation: `
    Without \`=\` the whole rest of the line is the value, and only one pair fits on a line.
    The form is there for old files.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        ENV GREETING hello world
            ^^^^^^^^^^^^^^^^^^^^ warning: "ENV key=value" should be used instead of legacy "ENV key value" format
      `,
      good: `
        FROM alpine:3.21
        ENV GREETING="hello world"
      `,
    },
    {
      bad: `
        FROM alpine:3.21
        ENV PORT 8080
            ^^^^^^^^^ warning: "ENV key=value" should be used instead of legacy "ENV key value" format
      `,
      good: `
        FROM alpine:3.21
        ENV PORT=8080
      `,
    },
  ],

  *check({ instructions }) {
    for (const instruction of instructions) {
      if (
        (instruction.keyword !== "ENV" && instruction.keyword !== "LABEL") ||
        !instruction.legacy ||
        instruction.onbuild
      ) {
        continue;
      }
      const [pair] = instruction.pairs;
      if (pair?.value === undefined) {
        continue;
      }
      const { keyword } = instruction;
      const value = quote(pair.value.raw.text);
      yield {
        ...pair.span,
        message: `"${keyword} key=value" should be used instead of legacy "${keyword} key value" format`,
        ...(value !== undefined && {
          fix: {
            title: "Write it with =",
            safe: true,
            edits: [{ ...pair.span, newText: `${pair.key.raw.text}=${value}` }],
          },
        }),
      };
    }
  },
};

/** The value as one word that expands to the same; nothing where quotes and escapes make that doubtful. */
function quote(value: string): string | undefined {
  if (/["'\\`\n]/.test(value)) {
    return undefined;
  }
  return /^[^\s]+$/.test(value) ? value : `"${value}"`;
}
