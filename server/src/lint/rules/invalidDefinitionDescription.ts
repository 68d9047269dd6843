import type { Comment, Instruction } from "../../dockerfile/syntax.ts";
import type { Rule } from "../rule.ts";

export const invalidDefinitionDescription: Rule = {
  name: "invalid-definition-description",
  alsoKnownAs: ["InvalidDefinitionDescription"],
  severity: "off",
  summary: "The comment above a stage or an argument should begin with its name.",
  explanation: `
    \`docker build --call=outline\` and \`--call=targets\` show such comments as descriptions.
    A comment that is meant for something else can be detached by a line with only \`#\`.
  `,
  examples: [
    {
      bad: `
        # which release to take
        ^^^^^^^^^^^^^^^^^^^^^^^ warning: Comment for ARG should follow the format: \`# VERSION <description>\`
        ARG VERSION=3.21
        FROM alpine:$VERSION
      `,
      good: `
        # VERSION which release to take
        ARG VERSION=3.21
        FROM alpine:$VERSION
      `,
    },
    {
      bad: `
        # Base
        ^^^^^^ warning: Comment for FROM should follow the format: \`# base <description>\`
        FROM alpine:3.21 AS Base
      `,
    },
  ],

  *check({ instructions }) {
    for (const instruction of instructions) {
      const comment = instruction.docComments.at(-1);
      const names = definedNames(instruction);
      const [first] = names;
      if (comment === undefined || first === undefined || names.includes(firstWord(comment))) {
        continue;
      }
      const example = names.length > 1 ? "<arg_key>" : first;
      yield {
        ...comment.span,
        message: `Comment for ${instruction.keyword} should follow the format: \`# ${example} <description>\``,
        silencedAt: instruction,
      };
    }
  },
};

function definedNames(instruction: Instruction): string[] {
  if (instruction.onbuild) {
    return [];
  }
  if (instruction.keyword === "ARG") {
    return instruction.pairs.map(({ key }) => key.value.text);
  }
  const name = instruction.keyword === "FROM" ? instruction.stageName?.value.text : undefined;
  return name === undefined ? [] : [name.toLowerCase()];
}

function firstWord({ text }: Comment): string {
  return text.split(" ", 1)[0] ?? "";
}
