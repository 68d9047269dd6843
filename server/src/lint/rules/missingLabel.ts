import type { Rule } from "../rule.ts";
import { usedStages } from "../usedStages.ts";

export const missingLabel: Rule = {
  name: "missing-label",
  alsoKnownAs: ["MissingLabel", "DL3049"],
  severity: "info",
  summary: "An image should have the labels that the project asks for.",
  explanation: `
    Reports nothing unless \`label-schema\` in \`.hadolint.yaml\` names labels. Labels of the stage that a stage
    builds on count; stages that others build on or copy from are no images and need none.
  `,
  examples: [
    {
      bad: `
        FROM golang:1.23 AS build
        FROM alpine:3.21
        ^^^^ info: The label "version" is missing, which the project asks for
        LABEL maintainer=me
        COPY --from=build /app /app
      `,
      good: `
        FROM golang:1.23 AS build
        FROM alpine:3.21
        LABEL maintainer=me version=1.0.0
        COPY --from=build /app /app
      `,
      policy: {
        labelSchema: new Map([
          ["maintainer", "text"],
          ["version", "semver"],
        ]),
      },
    },
  ],

  *check(file, { policy }) {
    const schema = policy?.labelSchema;
    if (schema === undefined) {
      return;
    }
    const helpers = usedStages(file);
    const atEnd: ReadonlySet<string>[] = [];
    for (const { index, base, from, instructions } of file.stages) {
      const labels = new Set(base.kind === "stage" ? atEnd[base.stage] : undefined);
      for (const instruction of instructions) {
        if (instruction.keyword === "LABEL" && !instruction.onbuild) {
          for (const { key } of instruction.pairs) {
            const name = key.value.text;
            if (schema.has(name)) {
              labels.add(name);
            }
          }
        }
      }
      atEnd.push(labels);
      if (helpers.has(index)) {
        continue;
      }
      for (const name of schema.keys()) {
        if (!labels.has(name)) {
          yield {
            ...from.keywordSpan,
            message: `The label "${name}" is missing, which the project asks for`,
          };
        }
      }
    }
  },
};
