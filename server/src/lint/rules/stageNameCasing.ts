import type { Dockerfile } from "../../dockerfile/syntax.ts";
import type { Edit, Rule } from "../rule.ts";

export const stageNameCasing: Rule = {
  name: "stage-name-casing",
  alsoKnownAs: ["StageNameCasing"],
  severity: "warning",
  summary: "The name of a stage should be in lowercase.",
  explanation: `
    The builder keeps the names of stages in lowercase.
    \`COPY --from\` finds them in any case, but \`FROM\` does not:
    \`FROM Build\` never finds the stage \`build\` and looks for an image of that name.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21 AS Build
                            ^^^^^ warning: Stage name 'Build' should be lowercase
        FROM scratch
        COPY --from=Build /app /app
      `,
      good: `
        FROM alpine:3.21 AS build
        FROM scratch
        COPY --from=build /app /app
      `,
    },
  ],

  *check(file) {
    for (const { from } of file.stages) {
      const word = from.stageName;
      const lower = word?.value.text.toLowerCase();
      if (word === undefined || lower === undefined || word.value.text === lower) {
        continue;
      }
      yield {
        ...word.span,
        message: `Stage name '${word.value.text}' should be lowercase`,
        fix: {
          title: `Rename to ${lower}`,
          safe: true,
          edits: [{ ...word.span, newText: lower }, ...references(file, lower)],
        },
      };
    }
  },
};

/** The places that name the stage in another case. */
function* references(file: Dockerfile, lower: string): Generator<Edit> {
  for (const instruction of file.instructions) {
    const words =
      instruction.keyword === "COPY"
        ? [instruction.from]
        : instruction.keyword === "RUN"
          ? instruction.mounts.flatMap(({ options }) =>
              options.filter(({ key }) => key === "from").map(({ value }) => value),
            )
          : [];
    for (const word of words) {
      if (
        word !== undefined &&
        word.value.text !== lower &&
        word.value.text.toLowerCase() === lower
      ) {
        yield { ...word.span, newText: lower };
      }
    }
  }
}
