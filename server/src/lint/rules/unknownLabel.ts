import { suggest } from "../../dockerfile/suggest.ts";
import type { Rule } from "../rule.ts";

export const unknownLabel: Rule = {
  name: "unknown-label",
  alsoKnownAs: ["UnknownLabel", "DL3050"],
  severity: "info",
  summary: "An image should have no other labels than the project asks for.",
  explanation: `
    Reports nothing unless \`.hadolint.yaml\` says \`strict-labels: true\`. The labels are those of its \`label-schema\`.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        LABEL maintaner=me other=1
              ^^^^^^^^^ info: The project does not know a label "maintaner" (did you mean maintainer?)
                           ^^^^^ info: The project does not know a label "other"
      `,
      policy: { labelSchema: new Map([["maintainer", "text"]]), strictLabels: true },
    },
    {
      bad: `
        FROM alpine:3.21
        LABEL maintaner=me
              ^^^^^^^^^ info: The project does not know a label "maintaner" (did you mean maintainer?)
      `,
      good: `
        FROM alpine:3.21
        LABEL maintainer=me
      `,
      policy: { labelSchema: new Map([["maintainer", "text"]]), strictLabels: true },
    },
  ],

  *check({ instructions }, { policy }) {
    if (policy?.strictLabels !== true) {
      return;
    }
    const names = [...(policy.labelSchema?.keys() ?? [])];
    for (const instruction of instructions) {
      if (instruction.keyword !== "LABEL" || instruction.onbuild) {
        continue;
      }
      for (const { key } of instruction.pairs) {
        const { text } = key.value;
        if (names.includes(text) || text.includes("$") || text === "") {
          continue;
        }
        const meant = suggest(text, names);
        const { span } = key.raw;
        yield {
          ...key.span,
          message:
            meant === undefined
              ? `The project does not know a label "${text}"`
              : `The project does not know a label "${text}" (did you mean ${meant}?)`,
          ...(meant !== undefined && {
            fix: {
              title: `Change to ${meant}`,
              safe: false,
              edits: [{ ...(key.raw.text === text ? span : key.span), newText: meant }],
            },
          }),
        };
      }
    }
  },
};
