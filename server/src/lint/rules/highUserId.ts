import { flagValue, hasFlag } from "../../shell/invocation.ts";
import { runInvocations } from "../../shell/scripts.ts";
import { addArgument } from "../addArgument.ts";
import type { Rule } from "../rule.ts";

export const highUserId: Rule = {
  name: "high-user-id",
  alsoKnownAs: ["HighUserId", "DL3046"],
  severity: "warning",
  summary: "`useradd` with a large number should be told not to write login records.",
  explanation: `
    \`/var/log/lastlog\` and \`faillog\` have a place for every number up to the largest one. Builders
    that store holes as zeros make gigabytes of them; \`-l\` leaves the records out.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        RUN useradd -u 1000500 app
            ^^^^^^^ warning: The login records of so large a number make the image huge; add -l
      `,
      good: `
        FROM debian:12.8
        RUN useradd -l -u 1000500 app
      `,
    },
  ],

  *check(file) {
    for (const { invocation, script } of runInvocations(file)) {
      const { name, nameWord } = invocation;
      if (name !== "useradd" || hasFlag(invocation, "l", "no-log-init")) {
        continue;
      }
      const given = flagValue(invocation, "u", "uid");
      const id = typeof given === "string" ? given : (given?.value ?? "");
      if (/^\d{6,}$/.test(id)) {
        yield {
          ...nameWord.span,
          message: "The login records of so large a number make the image huge; add -l",
          fix: {
            title: "Add -l",
            safe: true,
            changesSteps: true,
            edits: [addArgument(script, nameWord, "-l")],
          },
        };
      }
    }
  },
};
