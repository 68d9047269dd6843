import { hasFlag } from "../../shell/invocation.ts";
import { installationOf } from "../../shell/packageManagers.ts";
import { runInvocations } from "../../shell/scripts.ts";
import { addArgument } from "../addArgument.ts";
import type { Rule } from "../rule.ts";

export const noInstallRecommends: Rule = {
  name: "install-recommends",
  alsoKnownAs: ["InstallRecommends", "DL3015"],
  severity: "info",
  summary: "`apt-get install` should not bring packages that are only recommended.",
  explanation: `
    By default apt installs what the maintainers of a package recommend beside it, which a container
    seldom needs. \`--no-install-recommends\` leaves it out. Something may turn out to have been used
    after all: name it then.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        RUN apt-get install -y curl=7.88.1-10
                    ^^^^^^^ info: Recommended packages are installed too; add --no-install-recommends
      `,
      good: `
        FROM debian:12.8
        RUN apt-get install --no-install-recommends -y curl=7.88.1-10
      `,
    },
  ],

  *check(file) {
    for (const { invocation, script } of runInvocations(file)) {
      const installation = installationOf(invocation);
      if (installation?.manager !== "apt-get" || isTold(invocation)) {
        continue;
      }
      const { verb } = installation;
      yield {
        ...verb.span,
        message: "Recommended packages are installed too; add --no-install-recommends",
        fix: {
          title: "Add --no-install-recommends",
          safe: false,
          edits: [addArgument(script, verb, "--no-install-recommends")],
        },
      };
    }
  },
};

function isTold(invocation: Parameters<typeof hasFlag>[0]): boolean {
  return (
    hasFlag(invocation, "no-install-recommends") ||
    invocation.args.some(({ value }) => /APT::Install-Recommends=(?:false|0|no)$/i.test(value))
  );
}
