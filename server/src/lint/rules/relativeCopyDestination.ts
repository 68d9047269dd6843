import type { Rule } from "../rule.ts";

export const relativeCopyDestination: Rule = {
  name: "relative-copy-destination",
  alsoKnownAs: ["RelativeCopyDestination", "DL3045"],
  severity: "warning",
  summary: "`COPY` to a relative path should have a `WORKDIR` before it.",
  explanation: `
    Without one the files go where the base image happens to say, which may change with its next
    version. A \`WORKDIR\` of a stage that this one builds on counts.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        COPY src app/
                 ^^^^ warning: The path depends on the base image; write it from "/" on, or set WORKDIR
      `,
      good: `
        FROM alpine:3.21
        WORKDIR /srv
        COPY src app/
      `,
    },
  ],

  *check({ stages }) {
    const atEnd: boolean[] = [];
    for (const { instructions, base } of stages) {
      let hasWorkdir = base.kind === "stage" && atEnd[base.stage] === true;
      for (const instruction of instructions) {
        if (instruction.onbuild) {
          continue;
        }
        if (instruction.keyword === "WORKDIR") {
          hasWorkdir = true;
        } else if (instruction.keyword === "COPY" && !hasWorkdir) {
          const { destination } = instruction;
          if (destination !== undefined && isRelative(destination.value.text)) {
            yield {
              ...destination.span,
              message: 'The path depends on the base image; write it from "/" on, or set WORKDIR',
            };
          }
        }
      }
      atEnd.push(hasWorkdir);
    }
  },
};

function isRelative(path: string): boolean {
  return path !== "" && !/^(?:[/$]|[A-Za-z]:)/.test(path);
}
