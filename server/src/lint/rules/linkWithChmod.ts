import type { Rule } from "../rule.ts";

export const linkWithChmod: Rule = {
  name: "link-with-chmod",
  alsoKnownAs: ["LinkWithChmod"],
  severity: "info",
  isAdvice: true,
  summary: "`--link` has no effect beside `--chmod`.",
  explanation: `
    BuildKit, at least up to version 0.25, makes no linked layer when the mode of the files is to be changed, and does not
    say so. Set the mode where the files come from, in their stage or in the repository, or leave out \`--link\`.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        COPY --link --chmod=755 run.sh /
             ^^^^^^ info: The builder ignores --link beside --chmod
      `,
      good: `
        FROM alpine:3.21
        COPY --chmod=755 run.sh /
      `,
    },
  ],

  *check(file) {
    for (const { flags, keyword } of file.instructions) {
      const link = flags.find(({ name }) => name === "link");
      const value = link?.value?.value.text.toLowerCase();
      if (
        (keyword === "COPY" || keyword === "ADD") &&
        link !== undefined &&
        value !== "false" &&
        flags.some(({ name }) => name === "chmod")
      ) {
        const { start, end } = link.span;
        const isSpaced = file.text[end] === " ";
        yield {
          ...link.span,
          message: "The builder ignores --link beside --chmod",
          fix: {
            title: "Remove --link",
            safe: false,
            edits: [{ start, end: isSpaced ? end + 1 : end, newText: "" }],
          },
        };
      }
    }
  },
};
