import type { Rule } from "../rule.ts";

export const namedUser: Rule = {
  name: "named-user",
  alsoKnownAs: ["NamedUser", "DL3066"],
  severity: "info",
  summary: "`USER` should be a number.",
  explanation: `
    Kubernetes can only tell from a number that a container does not run as root
    (\`runAsNonRoot\`): a name could be anybody in the image's \`/etc/passwd\`.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        USER app:app
             ^^^ info: Nobody can tell from a name whether it is root; use the user's number
      `,
      good: `
        FROM debian:12.8
        USER 1000:1000
      `,
    },
  ],

  *check({ instructions }) {
    for (const instruction of instructions) {
      if (instruction.keyword !== "USER" || instruction.onbuild) {
        continue;
      }
      const { argument } = instruction;
      const [user = ""] = argument?.value.text.split(":", 1) ?? [];
      if (argument !== undefined && user !== "" && !/^(?:\d+$|.*\$)/.test(user)) {
        const isPlain = argument.raw.text.startsWith(user);
        yield {
          start: argument.span.start,
          end: isPlain ? argument.span.start + user.length : argument.span.end,
          message: "Nobody can tell from a name whether it is root; use the user's number",
        };
      }
    }
  },
};
