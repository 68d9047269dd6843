import type { Rule } from "../rule.ts";
import { usedStages } from "../usedStages.ts";

export const unusedStage: Rule = {
  name: "unused-stage",
  alsoKnownAs: ["UnusedStage"],
  severity: "warning",
  summary: "A stage should be used by a later one, be the last, or have a name.",
  explanation: `
    Only the last stage becomes the image, together with the stages that it needs. What nobody needs is not
    built at all, so its errors stay unseen. A stage with a name may be what \`--target\` asks for and is left
    alone; one without a name is mostly left over, or comes from the belief that a second \`FROM\` adds an image.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        ^^^^ warning: No later stage uses this one and it has no name to build it by, so it is never built
        RUN apk add --no-cache git

        FROM nginx:1.27
        COPY site /usr/share/nginx/html
      `,
      good: `
        FROM alpine:3.21 AS tools
        RUN apk add --no-cache git

        FROM nginx:1.27
        COPY site /usr/share/nginx/html
      `,
    },
    {
      bad: `
        FROM alpine:3.21 AS build
                            ^^^^^ warning: A later stage has the same name and no stage uses this one, so it is never built
        RUN echo 1 > /result

        FROM alpine:3.21 AS build
        RUN echo 2 > /result

        FROM scratch
        COPY --from=build /result /
      `,
    },
  ],

  *check(file) {
    const { stages } = file;
    const used = usedStages(file);
    const last = new Map(stages.map(({ name, index }) => [name, index] as const));
    for (const { index, name, from } of stages) {
      if (used.has(index) || index === stages.length - 1) {
        continue;
      }
      if (name === undefined) {
        yield {
          ...from.keywordSpan,
          message:
            "No later stage uses this one and it has no name to build it by, so it is never built",
          tag: "unnecessary",
        };
      } else if (last.get(name) !== index && from.stageName !== undefined) {
        yield {
          ...from.stageName.span,
          message:
            "A later stage has the same name and no stage uses this one, so it is never built",
          tag: "unnecessary",
        };
      }
    }
  },
};
