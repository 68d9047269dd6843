import type { Rule } from "../rule.ts";

export const copyFromUnknownStage: Rule = {
  name: "copy-from-unknown-stage",
  alsoKnownAs: ["CopyFromUnknownStage", "DL3022"],
  severity: "warning",
  summary: "`COPY --from` should name a stage above, or an image with its tag.",
  explanation: `
    A name that is no stage is taken as the name of an image and downloaded, so that a slip of the pen
    brings somebody else's files into the build.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21 AS build
        FROM scratch
        COPY --from=biuld /app /app
                    ^^^^^ warning: No stage above has this name, so it is downloaded as an image; name a stage, or give a tag
      `,
      good: `
        FROM alpine:3.21 AS build
        FROM scratch
        COPY --from=build /app /app
      `,
    },
  ],

  *check({ stages }) {
    const names = new Set<string>();
    for (const { index, name, instructions } of stages) {
      for (const instruction of instructions) {
        if (
          instruction.keyword !== "COPY" ||
          instruction.onbuild ||
          instruction.from === undefined
        ) {
          continue;
        }
        const { span, value } = instruction.from;
        const from = value.text.toLowerCase();
        const isKnown =
          from === "" ||
          /[:$]/.test(from) ||
          names.has(from) ||
          from === name ||
          (/^\d+$/.test(from) && Number(from) <= index);
        if (!isKnown) {
          yield {
            ...span,
            message:
              "No stage above has this name, so it is downloaded as an image; name a stage, or give a tag",
          };
        }
      }
      if (name !== undefined) {
        names.add(name);
      }
    }
  },
};
