import { operands } from "../../shell/invocation.ts";
import { runInvocations } from "../../shell/scripts.ts";
import type { Rule } from "../rule.ts";

export const zypperDistUpgrade: Rule = {
  name: "zypper-dist-upgrade",
  alsoKnownAs: ["ZypperDistUpgrade", "DL3035"],
  severity: "warning",
  summary: "A build should not upgrade the distribution with `zypper dist-upgrade`.",
  explanation: `
    It may replace everything that the base image has, and the result differs with the day of the
    build. Build on a newer base image.
  `,
  examples: [
    {
      bad: `
        FROM opensuse/leap:15.6
        RUN zypper dist-upgrade -y
                   ^^^^^^^^^^^^ warning: The whole distribution is upgraded; build on a newer base image
      `,
      good: `
        FROM opensuse/leap:15.7
      `,
    },
  ],

  *check(file) {
    for (const { invocation } of runInvocations(file)) {
      const verb = operands(invocation).find(
        ({ value }) => value === "dup" || value === "dist-upgrade",
      );
      if (invocation.name === "zypper" && verb !== undefined) {
        yield {
          ...verb.span,
          message: "The whole distribution is upgraded; build on a newer base image",
        };
      }
    }
  },
};
