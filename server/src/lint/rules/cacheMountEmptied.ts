import { type RunInvocation, runInvocations } from "../../shell/scripts.ts";
import type { RunInstruction } from "../../dockerfile/syntax.ts";
import type { Rule } from "../rule.ts";
import { cacheMounts, emptyings } from "../usedCaches.ts";

export const cacheMountEmptied: Rule = {
  name: "cache-mount-emptied",
  alsoKnownAs: ["CacheMountEmptied"],
  severity: "info",
  isAdvice: true,
  summary: "A step should not empty its own cache mount.",
  explanation: `
    What is in a cache mount is no part of the image, so there is nothing to clean up. \`rm -rf\`, \`npm cache clean\`
    or \`--no-cache-dir\` just take away what the mount is there for.
  `,
  examples: [
    {
      bad: `
        FROM python:3.13
        RUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir -r requirements.txt
                                                                   ^^^^^^^^^^^^^^ info: The cache mount stays empty because of --no-cache-dir
      `,
      good: `
        FROM python:3.13
        RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
      `,
    },
    {
      bad: `
        FROM debian:12.8
        RUN rm -f /etc/apt/apt.conf.d/docker-clean
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\
            --mount=type=cache,target=/var/lib/apt,sharing=locked \\
            apt-get update \\
            && apt-get install -y --no-install-recommends git=1:2.39.5-0 \\
            && rm -rf /var/lib/apt/lists/*
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: The cache mount stays empty because of rm
      `,
      good: `
        FROM debian:12.8
        RUN rm -f /etc/apt/apt.conf.d/docker-clean
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\
            --mount=type=cache,target=/var/lib/apt,sharing=locked \\
            apt-get update \\
            && apt-get install -y --no-install-recommends git=1:2.39.5-0
      `,
    },
  ],

  *check(file) {
    const runs = new Map<RunInstruction, RunInvocation[]>();
    for (const run of runInvocations(file)) {
      const { instruction } = run;
      if (cacheMounts(instruction).length > 0) {
        runs.set(instruction, [...(runs.get(instruction) ?? []), run]);
      }
    }
    for (const [instruction, run] of runs) {
      const targets = cacheMounts(instruction).map(({ target }) => target);
      for (const { start, end, what, edit } of emptyings(file, run, targets)) {
        yield {
          start,
          end,
          message: `The cache mount stays empty because of ${what}`,
          ...(edit !== undefined && {
            fix: { title: `Remove ${what}`, safe: false, edits: [edit] },
          }),
        };
      }
    }
  },
};
