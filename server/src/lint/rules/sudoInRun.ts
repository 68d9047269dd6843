import { invocationOf } from "../../shell/invocation.ts";
import { runScripts } from "../../shell/scripts.ts";
import type { Fix, Rule } from "../rule.ts";

export const sudoInRun: Rule = {
  name: "sudo-in-run",
  alsoKnownAs: ["SudoInRun", "DL3004"],
  severity: "error",
  summary: "A build should not use `sudo`.",
  explanation: `
    It has no terminal to ask at, starts programs in ways that signals do not reach, and leaves in the
    image a way to become root. Change the user with \`USER\`.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        RUN sudo chown -R 1000 /srv
            ^^^^ error: "sudo" should not be used in a build; change the user with USER
      `,
      good: `
        FROM debian:12.8
        RUN chown -R 1000 /srv
      `,
    },
  ],

  *check(file) {
    for (const { commands, form } of runScripts(file)) {
      for (const command of commands) {
        const invocation = invocationOf(command, "outermost");
        if (invocation?.name !== "sudo") {
          continue;
        }
        const { nameWord, args } = invocation;
        const next = args[0];
        const isBare =
          form !== "exec" &&
          next !== undefined &&
          !next.value.startsWith("-") &&
          !/^\w+=/.test(next.value);
        const fix: Fix | undefined = isBare
          ? {
              title: "Remove sudo",
              safe: false,
              edits: [{ start: nameWord.span.start, end: next.span.start, newText: "" }],
            }
          : undefined;
        yield {
          ...nameWord.span,
          message: '"sudo" should not be used in a build; change the user with USER',
          ...(fix === undefined ? {} : { fix }),
        };
      }
    }
  },
};
