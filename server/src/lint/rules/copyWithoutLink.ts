import { evaluationOf } from "../../dockerfile/evaluate.ts";
import type { Instruction } from "../../dockerfile/syntax.ts";
import type { Rule } from "../rule.ts";

export const copyWithoutLink: Rule = {
  name: "copy-without-link",
  alsoKnownAs: ["CopyWithoutLink"],
  severity: "off",
  isAdvice: true,
  summary: "`COPY --link` makes a layer that does not depend on those below it.",
  explanation: `
    With \`--link\` the files of another stage stay cached when steps above the \`COPY\` run again, and when the base image
    changes. It has that effect with the containerd image store and with builders in containers; with the
    older overlay2 store of Docker it has none, so this rule is off until it is wanted. It speaks of Dockerfiles that have a
    \`# syntax\` line or a \`--link\` already, for old builders do not know it. A directory of the destination
    must not be a symbolic link in the image.
  `,
  examples: [
    {
      bad: `
        # syntax=docker/dockerfile:1
        FROM golang:1.23 AS build
        RUN go version >/app
        FROM debian:12.8
        RUN useradd app
        COPY --from=build /app /usr/local/bin/app
        ^^^^ warning: It is copied again when a step above it runs again; add --link
      `,
      good: `
        # syntax=docker/dockerfile:1
        FROM golang:1.23 AS build
        RUN go version >/app
        FROM debian:12.8
        RUN useradd app
        COPY --link --from=build /app /usr/local/bin/app
      `,
    },
  ],

  *check(file) {
    const { expansions } = evaluationOf(file);
    const last = file.stages.at(-1);
    const hasSyntax = file.directives.some(({ name }) => name === "syntax");
    if (!hasSyntax && !file.instructions.some(hasLink)) {
      return;
    }
    let isAboveStep = false;
    for (const instruction of last?.instructions ?? []) {
      if (instruction.onbuild) {
        continue;
      }
      const destination = expansions.get(instruction)?.find(({ role }) => role === "destination")
        ?.expansion.text;
      if (
        instruction.keyword === "COPY" &&
        instruction.from !== undefined &&
        isAboveStep &&
        destination?.startsWith("/") === true &&
        !hasLink(instruction) &&
        !instruction.flags.some(({ name }) => name === "chmod")
      ) {
        const { end } = instruction.keywordSpan;
        yield {
          ...instruction.keywordSpan,
          message: "It is copied again when a step above it runs again; add --link",
          fix: {
            title: "Add --link",
            safe: false,
            edits: [{ start: end, end, newText: " --link" }],
          },
        };
      }
      isAboveStep ||= ["RUN", "COPY", "ADD"].includes(instruction.keyword);
    }
  },
};

function hasLink({ flags }: Instruction): boolean {
  return flags.some(({ name }) => name === "link");
}
