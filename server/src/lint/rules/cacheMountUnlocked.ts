import { mountOption } from "../../dockerfile/runMounts.ts";
import type { RunMount } from "../../dockerfile/syntax.ts";
import { runInvocations } from "../../shell/scripts.ts";
import type { Rule } from "../rule.ts";
import { cacheFilledBy, cacheMounts, directoriesOf, isBelow, lockMount } from "../usedCaches.ts";

export const cacheMountUnlocked: Rule = {
  name: "cache-mount-unlocked",
  alsoKnownAs: ["CacheMountUnlocked"],
  severity: "info",
  isAdvice: true,
  summary: "A cache that stands only one writer should be mounted with `sharing=locked`.",
  explanation: `
    Without \`sharing\` two steps, or two builds, use the mount at once. apt, dnf and the like then fail on their
    lock file, or leave a broken cache behind. With \`sharing=locked\` the second waits.
    To add it lets the step run once more.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        RUN --mount=type=cache,target=/var/cache/apk apk add git=2.47.1-r0
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: Two builds at once break the cache of apk; add sharing=locked
      `,
      good: `
        FROM alpine:3.21
        RUN --mount=type=cache,target=/var/cache/apk,sharing=locked apk add git=2.47.1-r0
      `,
    },
  ],

  *check(file) {
    const seen = new Set<RunMount>();
    for (const { invocation, instruction } of runInvocations(file)) {
      const cache = cacheFilledBy(invocation);
      if (cache?.locked !== true) {
        continue;
      }
      const directories = directoriesOf(file, instruction, cache);
      for (const { mount, target } of cacheMounts(instruction)) {
        const isCache =
          isBelow(target, directories) || directories.some((path) => isBelow(path, [target]));
        if (!isCache || seen.has(mount) || mountOption(mount, "sharing") !== undefined) {
          continue;
        }
        seen.add(mount);
        const edit = lockMount(file, mount);
        yield {
          ...mount.flag.span,
          message: `Two builds at once break the cache of ${cache.name}; add sharing=locked`,
          ...(edit !== undefined && {
            fix: { title: "Add sharing=locked", safe: true, changesSteps: true, edits: [edit] },
          }),
        };
      }
    }
  },
};
