import { readExposedPort } from "../../dockerfile/ports.ts";
import { wordOf } from "../../text/mappedText.ts";
import { evaluationOf } from "../../dockerfile/evaluate.ts";
import type { Rule } from "../rule.ts";

export const exposeProtoCasing: Rule = {
  name: "expose-proto-casing",
  alsoKnownAs: ["ExposeProtoCasing"],
  severity: "warning",
  summary: "The protocol in `EXPOSE` should be in lowercase.",
  explanation: `
    The builder takes any case, other tools that read the file may not.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        EXPOSE 80/TCP
                  ^^^ warning: Defined protocol '80/TCP' in EXPOSE instruction should be lowercase
      `,
      good: `
        FROM alpine:3.21
        EXPOSE 80/tcp
      `,
    },
    {
      bad: `
        FROM alpine:3.21
        ARG PROTO=UDP
        EXPOSE 53/$PROTO
               ^^^^^^^^^ warning: Defined protocol '53/UDP' in EXPOSE instruction should be lowercase
      `,
    },
  ],

  *check(file) {
    const { expansions } = evaluationOf(file);
    for (const instruction of file.instructions) {
      if (instruction.keyword !== "EXPOSE" || instruction.onbuild) {
        continue;
      }
      for (const { expansion } of expansions.get(instruction) ?? []) {
        for (const { text, span } of expansion.words) {
          const { protocol } = readExposedPort(wordOf(text, span));
          const lower = protocol?.text.toLowerCase();
          if (protocol === undefined || lower === undefined || protocol.text === lower) {
            continue;
          }
          const message = `Defined protocol '${text}' in EXPOSE instruction should be lowercase`;
          if (file.text.slice(span.start, span.end) !== text) {
            // It comes out of a variable or of quotes.
            yield { ...span, message };
            continue;
          }
          yield {
            ...protocol.span,
            message,
            fix: {
              title: `Change to ${lower}`,
              safe: true,
              edits: [{ ...protocol.span, newText: lower }],
            },
          };
        }
      }
    }
  },
};
