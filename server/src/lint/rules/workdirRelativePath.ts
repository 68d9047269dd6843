import { baseVariables, evaluationIn } from "../baseImages.ts";
import type { Rule } from "../rule.ts";

export const workdirRelativePath: Rule = {
  name: "workdir-relative-path",
  alsoKnownAs: ["WorkdirRelativePath", "DL3000"],
  severity: "warning",
  summary: "The first `WORKDIR` of a stage should be absolute.",
  explanation: `
    A relative path continues the working directory of the base image, which may be another one tomorrow.
    Behind an absolute \`WORKDIR\` relative ones are fine.
  `,
  modes: {
    first: {
      meaning: "looks at the first `WORKDIR` of a stage and of what it builds on, as BuildKit does",
    },
    every: { meaning: "wants every `WORKDIR` to begin with `/` or a variable", isHadolints: true },
  },
  examples: [
    {
      bad: `
        FROM nginx:1.27
        WORKDIR usr/share/nginx/html
                ^^^^^^^^^^^^^^^^^^^^ warning: Relative workdir "usr/share/nginx/html" can have unexpected results if the base image changes
      `,
      good: `
        FROM nginx:1.27
        WORKDIR /usr/share/nginx/html
      `,
    },
    {
      bad: `
        FROM scratch
        WORKDIR \${DIRECTORY:-app}
                ^^^^^^^^^^^^^^^^^ warning: Relative workdir "app" can have unexpected results if the base image changes
      `,
      good: `
        FROM scratch
        WORKDIR /\${DIRECTORY:-app}
      `,
    },
    {
      bad: `
        FROM alpine:3.21
        WORKDIR /srv
        WORKDIR app
                ^^^ warning: Relative workdir "app" depends on the WORKDIR above
      `,
      good: `
        FROM alpine:3.21
        WORKDIR /srv
        WORKDIR /srv/app
      `,
      mode: "every",
    },
  ],

  *check(file, surroundings) {
    const { expansions, bases } = evaluationIn(file, surroundings);
    const isForEvery = surroundings.modes?.get(workdirRelativePath.name) === "every";
    /** Whether a WORKDIR has been set at the end of each stage. */
    const settled: boolean[] = [];
    for (const { instructions, base, index } of file.stages) {
      let isSet = base.kind === "stage" ? (settled[base.stage] ?? false) : false;
      for (const instruction of instructions) {
        if (instruction.keyword !== "WORKDIR" || instruction.onbuild) {
          continue;
        }
        const { argument } = instruction;
        const expansion = expansions.get(instruction)?.[0]?.expansion;
        // What is not set here may be set by the base image.
        const isKnown =
          baseVariables(bases, index, surroundings) !== undefined ||
          expansion?.uses.every(({ value }) => value !== undefined) === true;
        if (!isSet && argument !== undefined && expansion?.error === undefined && isKnown) {
          const path = expansion?.text ?? "";
          if (!isAbsolute(path)) {
            yield {
              ...argument.span,
              message: `Relative workdir "${path}" can have unexpected results if the base image changes`,
              fix: {
                title: "Make it absolute",
                safe: false,
                edits: [{ start: argument.span.start, end: argument.span.start, newText: "/" }],
              },
            };
          }
        }
        const written = argument?.value.text ?? "/";
        if (
          isSet &&
          isForEvery &&
          argument !== undefined &&
          !/^[/$]/.test(written) &&
          !isAbsolute(written)
        ) {
          yield {
            ...argument.span,
            message: `Relative workdir "${written}" depends on the WORKDIR above`,
          };
        }
        isSet = true;
      }
      settled.push(isSet);
    }
  },
};

/** For Linux, and for Windows paths, which are never meant for anything else. */
function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}
