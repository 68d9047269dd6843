import { Suggester } from "../../dockerfile/suggest.ts";
import { baseVariables, evaluationIn } from "../baseImages.ts";
import type { Rule } from "../rule.ts";

export const undefinedVar: Rule = {
  name: "undefined-var",
  alsoKnownAs: ["UndefinedVar"],
  severity: "warning",
  summary: "A variable should be declared by `ARG` or `ENV` before it is used.",
  explanation: `
    The builder puts nothing in the place of a variable that nobody has set, without an error.
    What the shell in \`RUN\` and \`CMD\` expands is not looked at.

    A base image may set variables too. They are known of the images that the engine has, and of the most common
    official ones. With any other only names are reported that look like a slip of one that the Dockerfile declares.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21 AS base
        COPY $foo .
              ^^^ warning: Usage of undefined variable '$foo'
      `,
      good: `
        FROM alpine:3.21 AS base
        ARG foo
        COPY $foo .
      `,
    },
    {
      bad: `
        FROM registry.example.org/base:1
        ARG VERSION=1
        LABEL version=$VERSOIN
                       ^^^^^^^ warning: Usage of undefined variable '$VERSOIN' (did you mean $VERSION?)
      `,
      good: `
        FROM registry.example.org/base:1
        ARG VERSION=1
        LABEL version=$VERSION
      `,
    },
    {
      bad: `
        FROM registry.example.org/base:1
        ENV PATH=$APP_HOME/bin:$PATH A=$PORT
                                        ^^^^ warning: Usage of undefined variable '$PORT'
      `,
      images: { "registry.example.org/base:1": { environment: ["PATH=/bin", "APP_HOME=/app"] } },
    },
    {
      bad: `
        FROM scratch
        ENV A=$x$x B="\${x}" C=$y\${y:-default}
               ^ warning: Usage of undefined variable '$x'
                        ^ warning: Usage of undefined variable '$x'
                               ^ warning: Usage of undefined variable '$y'
        ARG z w=$z
      `,
    },
  ],

  *check(file, surroundings) {
    const evaluation = evaluationIn(file, surroundings);
    const suggester = new Suggester();
    for (const stage of file.stages) {
      const known = baseVariables(evaluation.bases, stage.index, surroundings);
      for (const instruction of stage.instructions) {
        if (instruction === stage.from || instruction.keyword === "EXPOSE" || instruction.onbuild) {
          continue;
        }
        const environment = evaluation.before.get(instruction);
        // An ARG sees what the same line declares before it; an ENV does not.
        const declared = new Set<string>();
        const pairs = instruction.keyword === "ARG" ? instruction.pairs : [];
        for (const { raw, expansion } of evaluation.expansions.get(instruction) ?? []) {
          const reported = new Set<string>();
          for (const { key, span } of pairs) {
            if (span.end < raw.span.start) {
              declared.add(key.raw.text);
            }
          }
          for (const { name, span, value } of expansion.uses) {
            const isSet =
              value !== undefined ||
              environment === undefined ||
              environment.declaration(name) !== undefined ||
              declared.has(name) ||
              known?.has(name) === true;
            if (isSet || reported.has(name)) {
              continue;
            }
            const meant = suggester.suggest(name, () => environment.names());
            if (known === undefined && meant === undefined) {
              continue;
            }
            reported.add(name);
            yield {
              ...span,
              message:
                meant === undefined
                  ? `Usage of undefined variable '$${name}'`
                  : `Usage of undefined variable '$${name}' (did you mean $${meant}?)`,
              ...(meant !== undefined && {
                fix: {
                  title: `Change to ${meant}`,
                  safe: false,
                  edits: [{ ...span, newText: meant }],
                },
              }),
            };
          }
        }
      }
    }
  },
};
