import { subcommand } from "../../shell/invocation.ts";
import { runInvocations } from "../../shell/scripts.ts";
import type { Rule } from "../rule.ts";

export const aptInRun: Rule = {
  name: "apt-in-run",
  alsoKnownAs: ["AptInRun", "DL3027"],
  severity: "warning",
  summary: "A script should call `apt-get` or `apt-cache` instead of `apt`.",
  explanation: `
    \`apt\` is made for people at a terminal; what it takes and prints may change with every release.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        RUN apt update && apt show curl
            ^^^ warning: "apt" is made for terminals and may change; use "apt-get"
                          ^^^ warning: "apt" is made for terminals and may change; use "apt-cache"
      `,
      good: `
        FROM debian:12.8
        RUN apt-get update && apt-cache show curl
      `,
    },
  ],

  *check(file) {
    for (const { invocation } of runInvocations(file)) {
      const { name, nameWord } = invocation;
      if (name !== "apt") {
        continue;
      }
      const verb = subcommand(invocation)?.value ?? "";
      const better = /^(?:show|search|policy|depends|rdepends|madison)$/.test(verb)
        ? "apt-cache"
        : "apt-get";
      const isSame = better === "apt-cache" || sameInAptGet.has(verb);
      const { span, raw } = nameWord;
      yield {
        ...span,
        message: `"apt" is made for terminals and may change; use "${better}"`,
        ...(isSame && /(?:^|\/)apt$/.test(raw.text)
          ? {
              fix: {
                title: `Change to ${better}`,
                safe: true,
                changesSteps: true,
                edits: [{ start: span.end - "apt".length, end: span.end, newText: better }],
              },
            }
          : {}),
      };
    }
  },
};

const sameInAptGet: ReadonlySet<string> = new Set([
  "install",
  "update",
  "upgrade",
  "remove",
  "purge",
  "autoremove",
  "autopurge",
  "clean",
  "autoclean",
  "reinstall",
  "source",
  "build-dep",
  "download",
]);
