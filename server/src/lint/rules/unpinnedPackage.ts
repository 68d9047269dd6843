import { flagValue, hasFlag } from "../../shell/invocation.ts";
import {
  type Installation,
  installationOf,
  isPinned,
  type PackageManager,
} from "../../shell/packageManagers.ts";
import { runInvocations } from "../../shell/scripts.ts";
import type { Rule } from "../rule.ts";

export const unpinnedPackage: Rule = {
  name: "unpinned-package",
  alsoKnownAs: [
    "UnpinnedPackage",
    "DL3008",
    "DL3013",
    "DL3016",
    "DL3018",
    "DL3028",
    "DL3033",
    "DL3037",
    "DL3041",
    "DL3062",
  ],
  severity: "warning",
  summary: "What a package manager installs should be named with its version.",
  explanation: `
    Without a version the newest is installed at the moment of the build, and what the layer cache
    holds is older than that by an unknown time. With a version the build either makes the same image
    or fails.

    Files, addresses and paths are left alone, and so is what a requirements or constraints file names.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        RUN apt-get update && apt-get install -y curl=7.88.1-10 git
                                                                ^^^ warning: No version is asked for; write git=<version>
      `,
      good: `
        FROM debian:12.8
        RUN apt-get update && apt-get install -y curl=7.88.1-10 git=1:2.39.5-0
      `,
    },
    {
      bad: `
        FROM node:22.11
        RUN npm install -g \\
              @angular/cli@19.0.0 \\
              # The tests need it.
              mocha
              ^^^^^ warning: No version is asked for; write mocha@<version>
      `,
      good: `
        FROM node:22.11
        RUN npm install -g \\
              @angular/cli@19.0.0 \\
              # The tests need it.
              mocha@10.8.2
      `,
    },
    {
      bad: `
        FROM python:3.13-alpine
        RUN apk add --no-cache --virtual .build gcc
                                                ^^^ warning: No version is asked for; write gcc=<version>
        RUN pip install flask
                        ^^^^^ warning: No version is asked for; write flask==<version>
      `,
      good: `
        FROM python:3.13-alpine
        RUN apk add --no-cache --virtual .build gcc=14.2.0-r4
        RUN pip install -r requirements.txt
      `,
    },
  ],

  *check(file) {
    for (const { invocation } of runInvocations(file)) {
      const installation = installationOf(invocation);
      if (installation === undefined || isPinnedElsewhere(installation)) {
        continue;
      }
      const { manager, packages } = installation;
      const { code, separator } = forms[manager];
      if (code === undefined) {
        continue;
      }
      for (const name of packages) {
        if (name.value !== "" && !isPinned(manager, name)) {
          yield {
            ...name.span,
            message: `No version is asked for; write ${name.raw.text}${separator}<version>`,
            alias: code,
          };
        }
      }
    }
  },
};

/** Something else than the name says which versions are meant. */
function isPinnedElsewhere({ manager, invocation, packages }: Installation): boolean {
  switch (manager) {
    case "pip":
      return (
        hasFlag(invocation, "r", "requirement", "c", "constraint") ||
        packages.some(({ value }) => value === ".")
      );
    case "gem":
      return flagValue(invocation, "v", "version") !== undefined;
    default:
      return false;
  }
}

const forms: Readonly<
  Record<PackageManager, { readonly code?: string; readonly separator: string }>
> = {
  "apt-get": { code: "DL3008", separator: "=" },
  apk: { code: "DL3018", separator: "=" },
  pip: { code: "DL3013", separator: "==" },
  npm: { code: "DL3016", separator: "@" },
  gem: { code: "DL3028", separator: ":" },
  yum: { code: "DL3033", separator: "-" },
  dnf: { code: "DL3041", separator: "-" },
  zypper: { code: "DL3037", separator: "=" },
  go: { code: "DL3062", separator: "@" },
  yarn: { separator: "@" },
};
