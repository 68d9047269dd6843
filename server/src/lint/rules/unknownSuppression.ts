import { suggest } from "../../dockerfile/suggest.ts";
import type { Rule } from "../rule.ts";
import { namesOf } from "../suppressions.ts";
import { writtenNames } from "../writtenSuppressions.ts";

export const unknownSuppression: Rule = {
  name: "unknown-suppression",
  alsoKnownAs: ["UnknownSuppression"],
  severity: "warning",
  summary: "A comment that silences a rule should name one that exists.",
  explanation: `
    BuildKit and hadolint take any name without a word, so that a slip of the pen silences nothing.
    Names of Slipway's rules, of BuildKit's checks, and the codes of hadolint and ShellCheck are known.
  `,
  examples: [
    {
      bad: `
        # check=skip=StageNameCasng,JSONArgsRecommended
                     ^^^^^^^^^^^^^^ warning: No rule is called StageNameCasng (did you mean StageNameCasing?)
        FROM alpine:3.21
        # hadolint ignore=DL3O08
                          ^^^^^^ warning: No rule is called DL3O08 (did you mean DL3008?)
        RUN apt-get install -y git
      `,
      good: `
        # check=skip=StageNameCasing,JSONArgsRecommended
        FROM alpine:3.21
        # hadolint ignore=DL3008
        RUN apt-get install -y git
      `,
    },
  ],

  *check(file, _, { all }) {
    const written = writtenNames(file);
    if (written.length === 0) {
      return;
    }
    const known = [...all.flatMap(namesOf), ...otherNames];
    const isKnown = new Set(known);
    const suggestions = new Map<string, string | undefined>();
    for (const { name, span } of written) {
      if (name === "all" || /^SC\d{4}$/.test(name) || isKnown.has(name)) {
        continue;
      }
      if (!suggestions.has(name) && suggestions.size < maxSuggestions) {
        const lower = name.toLowerCase();
        const sameButCase = known.find((each) => each.toLowerCase() === lower);
        suggestions.set(name, sameButCase ?? suggest(name, known));
      }
      const meant = suggestions.get(name);
      yield {
        ...span,
        message:
          meant === undefined
            ? `No rule is called ${name}`
            : `No rule is called ${name} (did you mean ${meant}?)`,
        ...(meant !== undefined && {
          fix: {
            title: `Change to ${meant}`,
            safe: false,
            edits: [{ ...span, newText: meant }],
          },
        }),
      };
    }
  },
};

/** Enough for a person; to look for the nearest name takes time. */
const maxSuggestions = 20;

/** What BuildKit and hadolint find and no rule here does, or what is an error here and not a rule; codes that hadolint once had count too. */
const otherNames = "DL1000 DL3005 DL3011 DL3017 DL3023 DL3031 DL3039 DL3043 DL3061 DL4002".split(
  " ",
);
