import type { Rule } from "../rule.ts";

export const workdirTrailingSlash: Rule = {
  name: "workdir-trailing-slash",
  alsoKnownAs: ["WorkdirTrailingSlash"],
  severity: "info",
  isAdvice: true,
  summary: "An absolute `WORKDIR` should not end in a slash.",
  explanation: `
    The slash stays in the cache key of every \`RUN\` below: stages that say \`/app\` and \`/app/\` share no step,
    and whoever takes the slash away later runs everything again.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        WORKDIR /app/
                    ^ info: The slash is part of the cache key of each RUN below, so that /app and /app/ share nothing
        RUN touch built
      `,
      good: `
        FROM alpine:3.21
        WORKDIR /app
        RUN touch built
      `,
    },
  ],

  *check(file) {
    for (const { instructions } of file.stages) {
      const lastRun = instructions.findLastIndex(({ keyword }) => keyword === "RUN");
      for (const instruction of instructions.slice(0, Math.max(0, lastRun))) {
        const path = instruction.keyword === "WORKDIR" ? instruction.argument : undefined;
        const [, slashes = ""] = /^[/$].*[^/](\/+)$/.exec(path?.value.text ?? "") ?? [];
        const end = path?.span.end ?? 0;
        if (path === undefined || slashes === "" || file.text[end - 1] !== "/") {
          continue;
        }
        const span = { start: end - slashes.length, end };
        yield {
          ...span,
          message:
            "The slash is part of the cache key of each RUN below, so that /app and /app/ share nothing",
          fix: { title: "Remove the slash", safe: false, edits: [{ ...span, newText: "" }] },
        };
      }
    }
  },
};
