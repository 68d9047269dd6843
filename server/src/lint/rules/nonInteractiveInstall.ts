import { operands } from "../../shell/invocation.ts";
import { isNonInteractive, managerOf } from "../../shell/packageManagers.ts";
import { runInvocations } from "../../shell/scripts.ts";
import { addArgument } from "../addArgument.ts";
import type { Rule } from "../rule.ts";

export const nonInteractiveInstall: Rule = {
  name: "non-interactive-install",
  alsoKnownAs: ["NonInteractiveInstall", "DL3014", "DL3030", "DL3034", "DL3038"],
  severity: "warning",
  summary: "A package manager should be told not to ask.",
  explanation: `
    Nobody can answer during a build: the package manager reads the end of its input and gives up.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        RUN apt-get install curl=7.88.1-10
                    ^^^^^^^ warning: apt-get asks before it goes on, and nobody answers; add -y
      `,
      good: `
        FROM debian:12.8
        RUN apt-get install -y curl=7.88.1-10
      `,
    },
    {
      bad: `
        FROM opensuse/leap:15.6
        RUN zypper install curl=8.6.0
                   ^^^^^^^ warning: zypper asks before it goes on, and nobody answers; add -y
      `,
      good: `
        FROM opensuse/leap:15.6
        RUN zypper install -y curl=8.6.0
      `,
    },
  ],

  *check(file) {
    for (const { invocation, script } of runInvocations(file)) {
      const manager = managerOf(invocation);
      const [code, verbs] = (manager === undefined ? undefined : asking.get(manager)) ?? [];
      if (manager === undefined || code === undefined || verbs === undefined) {
        continue;
      }
      const verb = operands(invocation).find(({ value }) => verbs.has(value));
      if (verb !== undefined && !isNonInteractive(manager, invocation)) {
        yield {
          ...verb.span,
          message: `${invocation.name} asks before it goes on, and nobody answers; add -y`,
          alias: code,
          fix: {
            title: "Add -y",
            safe: true,
            changesSteps: true,
            edits: [addArgument(script, verb, "-y")],
          },
        };
      }
    }
  },
};

const asking: ReadonlyMap<string, readonly [code: string, verbs: ReadonlySet<string>]> = new Map([
  ["apt-get", ["DL3014", new Set(["install"])]],
  ["yum", ["DL3030", new Set(["install", "groupinstall", "localinstall"])]],
  ["dnf", ["DL3038", new Set(["install", "groupinstall", "localinstall"])]],
  [
    "zypper",
    [
      "DL3034",
      new Set(["install", "in", "remove", "rm", "source-install", "si", "patch", "update", "up"]),
    ],
  ],
] as const);
