import { cleanPath } from "../../buildContext/dockerignore.ts";
import { sourceKind } from "../../dockerfile/remoteSources.ts";
import { evaluationOf } from "../../dockerfile/evaluate.ts";
import type { Rule } from "../rule.ts";

export const copyIgnoredFile: Rule = {
  name: "copy-ignored-file",
  alsoKnownAs: ["CopyIgnoredFile"],
  severity: "warning",
  summary: "`COPY` should not name a file that `.dockerignore` leaves out.",
  explanation: `
    What the ignore file leaves out never reaches the builder, so the instruction fails or copies nothing.
  `,
  examples: [
    {
      bad: `
        FROM scratch
        COPY build/app /app
             ^^^^^^^^^ warning: Attempting to Copy file "build/app" that is excluded by .dockerignore
      `,
      good: `
        FROM scratch
        COPY src/app /app
      `,
      ignoreFile: "build\n",
    },
  ],

  *check(file, { ignoreFile }) {
    if (ignoreFile === undefined || ignoreFile.hasExceptions) {
      return;
    }
    const { expansions } = evaluationOf(file);
    for (const instruction of file.instructions) {
      const isCopy = instruction.keyword === "COPY" && instruction.from === undefined;
      if ((!isCopy && instruction.keyword !== "ADD") || instruction.onbuild) {
        continue;
      }
      const verb = isCopy ? "Copy" : "Add";
      for (const { role, expansion, span } of expansions.get(instruction) ?? []) {
        const { text, uses } = expansion;
        const isLocal = role === "source" && sourceKind(text) === "local";
        if (!isLocal || uses.some(({ value }) => value === undefined)) {
          continue;
        }
        const path = cleanPath(text).replace(/^\/+/, "");
        const isExcluded =
          path === "" || path === "."
            ? ignoreFile.patterns.some(({ text: pattern }) => ["*", "**", "**/*"].includes(pattern))
            : ignoreFile.excludes(path);
        if (isExcluded) {
          yield {
            ...span,
            message: `Attempting to ${verb} file "${text}" that is excluded by .dockerignore`,
          };
        }
      }
    }
  },
};
