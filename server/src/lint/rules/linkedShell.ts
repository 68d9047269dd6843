import { runInvocations } from "../../shell/scripts.ts";
import type { Rule } from "../rule.ts";

export const linkedShell: Rule = {
  name: "linked-shell",
  alsoKnownAs: ["LinkedShell", "DL4005"],
  severity: "warning",
  summary: "The shell of `RUN` should be changed with `SHELL`.",
  explanation: `
    A link in place of \`/bin/sh\` changes every script in the image, those of the distribution too.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        RUN ln -sf /bin/bash /bin/sh
                             ^^^^^^^ warning: /bin/sh is replaced for the whole image; use SHELL
      `,
      good: `
        FROM debian:12.8
        SHELL ["/bin/bash", "-c"]
      `,
    },
  ],

  *check(file) {
    for (const { invocation } of runInvocations(file)) {
      const shell = invocation.args.find(({ value }) => value === "/bin/sh");
      if (invocation.name === "ln" && shell !== undefined) {
        yield { ...shell.span, message: "/bin/sh is replaced for the whole image; use SHELL" };
      }
    }
  },
};
