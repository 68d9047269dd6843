import { evaluationOf } from "../../dockerfile/evaluate.ts";
import type { Rule } from "../rule.ts";

export const envSelfReference: Rule = {
  name: "env-self-reference",
  alsoKnownAs: ["EnvSelfReference", "DL3044"],
  severity: "error",
  summary: "A variable should not be used in the `ENV` that sets it first.",
  explanation: `
    All values of an \`ENV\` are worked out before any of its variables is set, so what is used there
    is the value from before: nothing.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        ENV ROOT=/srv BIN=$ROOT/bin
                           ^^^^ error: ROOT gets its value only behind this ENV; set it in one above
      `,
      good: `
        FROM alpine:3.21
        ENV ROOT=/srv
        ENV BIN=$ROOT/bin
      `,
    },
  ],

  *check(file) {
    const { expansions, before } = evaluationOf(file);
    for (const instruction of file.instructions) {
      if (instruction.keyword !== "ENV" || instruction.onbuild || instruction.pairs.length < 2) {
        continue;
      }
      const own = new Map(instruction.pairs.map((pair) => [pair.key.value.text, pair]));
      for (const { role, expansion } of expansions.get(instruction) ?? []) {
        for (const { name, span } of role === "value" ? expansion.uses : []) {
          const pair = own.get(name);
          const isFirst = before.get(instruction)?.binding(name) === undefined;
          const isInside =
            pair !== undefined && pair.span.start <= span.start && span.end <= pair.span.end;
          if (pair !== undefined && isFirst && !isInside) {
            yield {
              ...span,
              message: `${name} gets its value only behind this ENV; set it in one above`,
            };
          }
        }
      }
    }
  },
};
