import type { Rule } from "../rule.ts";

export const multipleSourcesNeedDirectory: Rule = {
  name: "multiple-sources-need-directory",
  alsoKnownAs: ["MultipleSourcesNeedDirectory", "DL3021"],
  severity: "error",
  summary: "`COPY` of several sources should go to a path that ends in `/`.",
  explanation: `
    Several files can only go into a folder, and the slash says that it is one. Older builders refuse
    the instruction without it.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        COPY package.json package-lock.json /app
                                            ^^^^ error: Several sources need a folder; end the destination with "/"
      `,
      good: `
        FROM alpine:3.21
        COPY package.json package-lock.json /app/
      `,
    },
  ],

  *check({ instructions }) {
    for (const instruction of instructions) {
      if (instruction.keyword !== "COPY" || instruction.onbuild) {
        continue;
      }
      const { sources, destination } = instruction;
      if (sources.length < 2 || destination === undefined) {
        continue;
      }
      const { value, raw, span } = destination;
      const isOpen = /[/\\]$/.test(value.text) || /\$\w*$|\}$/.test(value.text);
      if (!isOpen && value.text !== "") {
        const isPlain = raw.text === value.text && !instruction.json;
        yield {
          ...span,
          message: 'Several sources need a folder; end the destination with "/"',
          ...(isPlain
            ? {
                fix: {
                  title: 'Add "/"',
                  safe: true,
                  changesSteps: true,
                  edits: [{ start: span.end, end: span.end, newText: "/" }],
                },
              }
            : {}),
        };
      }
    }
  },
};
