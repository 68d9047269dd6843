import { runInvocations } from "../../shell/scripts.ts";
import type { Rule } from "../rule.ts";

export const interactiveCommand: Rule = {
  name: "interactive-command",
  alsoKnownAs: ["InteractiveCommand", "DL3001"],
  severity: "info",
  summary:
    "A build should not run commands that only make sense at a terminal or on a running system.",
  explanation: `
    During a build there is no terminal, no init system and no process but the build's own, so that
    \`service\`, \`top\`, \`mount\` or \`shutdown\` do nothing that lasts.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        RUN service nginx start
            ^^^^^^^ info: "service" has no use while an image is built; remove it or run it in the container
      `,
      good: `
        FROM debian:12.8
        CMD ["nginx", "-g", "daemon off;"]
      `,
    },
  ],

  *check(file) {
    for (const { invocation } of runInvocations(file)) {
      const { name, nameWord } = invocation;
      if (commands.has(name)) {
        yield {
          ...nameWord.span,
          message: `"${name}" has no use while an image is built; remove it or run it in the container`,
        };
      }
    }
  },
};

const commands: ReadonlySet<string> = new Set([
  "free",
  "kill",
  "mount",
  "ps",
  "service",
  "shutdown",
  "ssh",
  "top",
  "vim",
]);
