import type { UserInstruction } from "../../dockerfile/syntax.ts";
import type { Rule } from "../rule.ts";

export const rootUser: Rule = {
  name: "root-user",
  alsoKnownAs: ["RootUser", "DL3002"],
  severity: "warning",
  summary: "The last `USER` of a stage should not be root.",
  explanation: `
    Whoever breaks out of a container that runs as root is root on the machine, or close to it. Do as
    root what needs it, and change to another user behind that. Stages without a \`USER\` are left alone.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        USER root
             ^^^^ warning: The stage ends as root; change to another user at the end
      `,
      good: `
        FROM debian:12.8
        USER root
        RUN useradd app
        USER app
      `,
    },
  ],

  *check({ stages }) {
    for (const { instructions } of stages) {
      let last: UserInstruction | undefined;
      for (const instruction of instructions) {
        if (instruction.keyword === "USER" && !instruction.onbuild) {
          last = instruction;
        }
      }
      if (last?.argument !== undefined && /^(?:root|0)(?::|$)/.test(last.argument.value.text)) {
        yield {
          ...last.argument.span,
          message: "The stage ends as root; change to another user at the end",
        };
      }
    }
  },
};
