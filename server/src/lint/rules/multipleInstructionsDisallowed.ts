import type { Instruction } from "../../dockerfile/syntax.ts";
import type { Rule } from "../rule.ts";

export const multipleInstructionsDisallowed: Rule = {
  name: "multiple-instructions-disallowed",
  alsoKnownAs: ["MultipleInstructionsDisallowed", "DL3012", "DL4003", "DL4004"],
  severity: "warning",
  summary: "`CMD`, `ENTRYPOINT` and `HEALTHCHECK` should stand once in a stage.",
  explanation: `
    The last one wins; those before it do nothing.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        CMD ["first"]
        ^^^ warning: Multiple CMD instructions should not be used in the same stage because only the last one will be used
        CMD ["second"]
      `,
      good: `
        FROM alpine:3.21
        CMD ["second"]
      `,
    },
  ],

  *check({ stages, text }) {
    for (const { instructions } of stages) {
      const last = new Map<string, Instruction>();
      for (const instruction of instructions) {
        const { keyword, onbuild } = instruction;
        if (
          onbuild ||
          (keyword !== "CMD" && keyword !== "ENTRYPOINT" && keyword !== "HEALTHCHECK")
        ) {
          continue;
        }
        const earlier = last.get(keyword);
        last.set(keyword, instruction);
        if (earlier === undefined) {
          continue;
        }
        const lineEnd = text.indexOf("\n", earlier.span.end);
        yield {
          ...earlier.keywordSpan,
          message: `Multiple ${keyword} instructions should not be used in the same stage because only the last one will be used`,
          tag: "unnecessary",
          alias: codes[keyword],
          // BuildKit looks at the comments of the one that makes it many.
          silencedAt: instruction,
          related: { span: instruction.keywordSpan, message: "This one is used." },
          fix: {
            title: `Remove this ${keyword}`,
            safe: true,
            changesSteps: true,
            edits: [
              {
                start: earlier.span.start,
                end: lineEnd === -1 ? text.length : lineEnd + 1,
                newText: "",
              },
            ],
          },
        };
      }
    }
  },
};

/** hadolint has a code for each. */
const codes = { CMD: "DL4003", ENTRYPOINT: "DL4004", HEALTHCHECK: "DL3012" } as const;
