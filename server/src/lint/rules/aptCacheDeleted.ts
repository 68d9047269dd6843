import type { RunInstruction } from "../../dockerfile/syntax.ts";
import { runInvocations } from "../../shell/scripts.ts";
import { deletesDebs, keepDebs } from "../debs.ts";
import type { Rule } from "../rule.ts";
import { cacheFilledBy, cacheMounts, isBelow } from "../usedCaches.ts";

export const aptCacheDeleted: Rule = {
  name: "apt-cache-deleted",
  alsoKnownAs: ["AptCacheDeleted"],
  severity: "info",
  isAdvice: true,
  summary: "`apt-get` should be told to keep its downloads where they are in a cache mount.",
  explanation: `
    The images of Debian and Ubuntu have \`/etc/apt/apt.conf.d/docker-clean\`, which lets apt delete each package as
    soon as it is installed. A cache mount on \`/var/cache/apt\` stays empty then.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: This image lets apt delete what it has downloaded, so that the cache stays empty; remove docker-clean before
            --mount=type=cache,target=/var/lib/apt,sharing=locked \\
            apt-get update && apt-get install -y --no-install-recommends git=1:2.39.5-0
      `,
      good: `
        FROM debian:12.8
        RUN rm -f /etc/apt/apt.conf.d/docker-clean && echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' >/etc/apt/apt.conf.d/keep-cache
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\
            --mount=type=cache,target=/var/lib/apt,sharing=locked \\
            apt-get update && apt-get install -y --no-install-recommends git=1:2.39.5-0
      `,
    },
  ],

  *check(file) {
    const seen = new Set<RunInstruction>();
    for (const { invocation, instruction } of runInvocations(file)) {
      if (
        cacheFilledBy(invocation)?.name !== "apt" ||
        seen.has(instruction) ||
        instruction.onbuild ||
        !deletesDebs(file, instruction)
      ) {
        continue;
      }
      seen.add(instruction);
      const found = cacheMounts(instruction).find(({ target }) =>
        isBelow("/var/cache/apt/archives", [target]),
      );
      if (found !== undefined) {
        yield {
          ...found.mount.flag.span,
          message:
            "This image lets apt delete what it has downloaded, so that the cache stays empty; remove docker-clean before",
          fix: {
            title: "Let apt keep its downloads",
            safe: false,
            edits: keepDebs(file, instruction),
          },
        };
      }
    }
  },
};
