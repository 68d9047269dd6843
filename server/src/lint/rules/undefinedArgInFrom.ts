import { Suggester } from "../../dockerfile/suggest.ts";
import { evaluationOf } from "../../dockerfile/evaluate.ts";
import type { Rule } from "../rule.ts";

export const undefinedArgInFrom: Rule = {
  name: "undefined-arg-in-from",
  alsoKnownAs: ["UndefinedArgInFrom"],
  severity: "warning",
  summary: "A variable in `FROM` should be declared by an `ARG` before the first `FROM`.",
  explanation: `
    \`FROM\` sees the arguments that stand before the first \`FROM\`, and the predefined platform arguments.
    Any other variable is empty there.
  `,
  examples: [
    {
      bad: `
        ARG VERSION=3.21
        FROM alpine:$VERISON
                     ^^^^^^^ warning: FROM argument 'VERISON' is not declared (did you mean VERSION?)
      `,
      good: `
        ARG VERSION=3.21
        FROM alpine:$VERSION
      `,
    },
  ],

  *check(file) {
    const { expansions, globals } = evaluationOf(file);
    const suggester = new Suggester();
    for (const { from } of file.stages) {
      for (const { expansion } of expansions.get(from) ?? []) {
        for (const { name, span, value } of expansion.uses) {
          if (value !== undefined || globals.declaration(name) !== undefined) {
            continue;
          }
          const meant = suggester.suggest(name, () => globals.names());
          yield {
            ...span,
            message:
              meant === undefined
                ? `FROM argument '${name}' is not declared`
                : `FROM argument '${name}' is not declared (did you mean ${meant}?)`,
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
  },
};
