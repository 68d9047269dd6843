import { imageReferenceError } from "../../dockerfile/imageReference.ts";
import { evaluationOf } from "../../dockerfile/evaluate.ts";
import type { Rule } from "../rule.ts";

export const invalidDefaultArgInFrom: Rule = {
  name: "invalid-default-arg-in-from",
  alsoKnownAs: ["InvalidDefaultArgInFrom"],
  severity: "warning",
  summary: "The image in `FROM` should be valid with the default values of its arguments.",
  explanation: `
    When an argument has no default, the image's name is incomplete unless everybody who builds passes \`--build-arg\`.
    A default makes the plain build work.
  `,
  ignoresInlineSkip: true,
  examples: [
    {
      bad: `
        ARG TAG
        FROM busybox:\${TAG}
             ^^^^^^^^^^^^^^ warning: Default value for ARG busybox:\${TAG} results in empty or invalid base image name
      `,
      good: `
        ARG TAG=1.37
        FROM busybox:\${TAG}
      `,
    },
  ],

  *check(file) {
    const { expansions } = evaluationOf(file);
    for (const { from } of file.stages) {
      const image = expansions.get(from)?.find(({ role }) => role === "image");
      if (image === undefined || from.image === undefined) {
        continue;
      }
      const { uses, error, text } = image.expansion;
      if (uses.length === 0 || error !== undefined) {
        continue;
      }
      if (text === "" || imageReferenceError(text) !== undefined) {
        yield {
          ...from.image.span,
          message: `Default value for ARG ${from.image.raw.text} results in empty or invalid base image name`,
        };
      }
    }
  },
};
