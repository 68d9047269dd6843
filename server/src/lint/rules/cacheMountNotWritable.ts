import { mountOption } from "../../dockerfile/runMounts.ts";
import type { Rule } from "../rule.ts";
import { addMountOption } from "../scriptEdits.ts";
import { isRoot, usersOf } from "../stageUsers.ts";
import { cacheMounts } from "../usedCaches.ts";

export const cacheMountNotWritable: Rule = {
  name: "cache-mount-not-writable",
  alsoKnownAs: ["CacheMountNotWritable"],
  severity: "info",
  isAdvice: true,
  summary: "A cache mount should belong to the user who runs the step.",
  explanation: `
    A new cache mount belongs to root and is writable for root alone. Behind \`USER\` the program cannot write to it: it fails,
    or goes without its cache. \`uid=\` says whose it is. The number is part of the step, so that the step runs once more.
  `,
  examples: [
    {
      bad: `
        FROM node:22.11
        USER 1000
        RUN --mount=type=cache,target=/home/node/.npm npm ci
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: This cache belongs to root, and user 1000 cannot write to it; add uid=
      `,
      good: `
        FROM node:22.11
        USER 1000
        RUN --mount=type=cache,target=/home/node/.npm,uid=1000 npm ci
      `,
    },
  ],

  *check(file) {
    const users = usersOf(file);
    for (const instruction of file.instructions) {
      const user = users.get(instruction);
      if (instruction.keyword !== "RUN" || user === undefined || isRoot(user)) {
        continue;
      }
      for (const { mount } of cacheMounts(instruction)) {
        if (mountOption(mount, "uid", "mode", "from") !== undefined) {
          continue;
        }
        const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(user) ?? [];
        const option = `uid=${uid}${gid === undefined ? "" : `,gid=${gid}`}`;
        const edit = uid === undefined ? undefined : addMountOption(file, mount, option);
        yield {
          ...mount.flag.span,
          message: `This cache belongs to root, and user ${user} cannot write to it; add uid=`,
          ...(edit !== undefined && {
            fix: { title: `Add ${option}`, safe: false, edits: [edit] },
          }),
        };
      }
    }
  },
};
