import type { Rule } from "../rule.ts";
import { namesOf } from "../suppressions.ts";
import { FoundProblems, writtenNames } from "../writtenSuppressions.ts";

export const unusedSuppression: Rule = {
  name: "unused-suppression",
  alsoKnownAs: ["UnusedSuppression"],
  severity: "info",
  summary: "A comment that silences a rule should have something to silence.",
  explanation: `
    What was silenced has been mended since, or moved away from below the comment. The comment would
    silence the next such problem unseen. Names of rules that are switched off, and of rules that know more in
    another tool than here, are not judged; neither are the codes of ShellCheck.
  `,
  runsLast: true,
  examples: [
    {
      bad: `
        # check=skip=MaintainerDeprecated,LegacyKeyValueFormat
                                          ^^^^^^^^^^^^^^^^^^^^ info: There is no problem of LegacyKeyValueFormat here that this could silence
        FROM alpine:3.21 AS build
        MAINTAINER me
        # hadolint ignore=DL3020
                          ^^^^^^ info: There is no problem of DL3020 here that this could silence
        COPY a b /
      `,
      good: `
        # check=skip=MaintainerDeprecated
        FROM alpine:3.21 AS build
        MAINTAINER me
        COPY a b /
      `,
    },
    {
      bad: `
        FROM alpine:3.21
        # hadolint ignore=DL3018,DL3019
                                 ^^^^^^ info: There is no problem of DL3019 here that this could silence
        RUN apk add --no-cache git
      `,
      good: `
        FROM alpine:3.21
        # hadolint ignore=DL3018
        RUN apk add --no-cache git
      `,
    },
  ],

  *check(file, _, { all, ran, found }) {
    const written = writtenNames(file);
    if (written.length === 0) {
      return;
    }
    const named = new Map(all.flatMap((rule) => namesOf(rule).map((name) => [name, rule])));
    const problems = new FoundProblems(file, found);
    for (const suppression of written) {
      const { name, span, dialect, removal } = suppression;
      const rule = named.get(name);
      const isJudged =
        rule !== undefined &&
        ran.has(rule) &&
        rule.runsLast !== true &&
        !dependsOnMore.has(rule.name) &&
        !(dialect === "hadolint" && differs.has(name));
      if (isJudged && !problems.has(suppression)) {
        yield {
          ...span,
          message: `There is no problem of ${name} here that this could silence`,
          tag: "unnecessary",
          // Another tool may still have a use for it.
          fix: { title: `Remove ${name} from the comment`, safe: false, edits: [removal] },
        };
      }
    }
  },
};

/** Rules whose problems depend on base images, on files and on settings, which another machine has and this one may not. */
const dependsOnMore = new Set([
  "undefined-var",
  "undefined-arg-in-from",
  "json-args-recommended",
  "workdir-relative-path",
  "copy-ignored-file",
  "copy-source-not-found",
  "untrusted-registry",
  "missing-label",
  "unknown-label",
  "label-value",
]);

/** Codes of hadolint that report more than the rule here that has BuildKit's meaning. */
const differs = new Set(["DL3000", "DL3012", "DL3024", "DL3029", "DL3064", "DL4003", "DL4004"]);
