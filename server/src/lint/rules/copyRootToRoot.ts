import type { Rule } from "../rule.ts";

export const copyRootToRoot: Rule = {
  name: "copy-root-to-root",
  alsoKnownAs: ["CopyRootToRoot", "DL3067"],
  severity: "warning",
  summary: "`COPY --from` should not copy a whole file system over another.",
  explanation: `
    Everything of the other stage, its caches and its secrets too, lands in this one. Copy the paths
    that are needed.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21 AS build
        FROM debian:12.8
        COPY --from=build / /
                          ^ warning: The whole file system is copied; name what is needed
      `,
      good: `
        FROM alpine:3.21 AS build
        FROM debian:12.8
        COPY --from=build /app /app
      `,
    },
  ],

  *check({ instructions }) {
    for (const instruction of instructions) {
      if (instruction.keyword !== "COPY" || instruction.onbuild || instruction.from === undefined) {
        continue;
      }
      const { sources, destination } = instruction;
      const root = sources.find(({ value }) => value.text === "/");
      if (root !== undefined && destination?.value.text === "/") {
        yield { ...root.span, message: "The whole file system is copied; name what is needed" };
      }
    }
  },
};
