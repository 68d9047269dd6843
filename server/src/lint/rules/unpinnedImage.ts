import type { Rule } from "../rule.ts";

export const unpinnedImage: Rule = {
  name: "unpinned-image",
  alsoKnownAs: ["UnpinnedImage", "DL3006", "DL3007"],
  severity: "warning",
  summary: "A base image should be named with a tag that does not mean the newest.",
  explanation: `
    Without a tag, and with the tag \`latest\`, the same Dockerfile builds on another image as soon as
    somebody publishes one. A tag with a version keeps builds alike; a digest keeps them the same.
    Names that hold a variable and names of stages are left alone.
  `,
  examples: [
    {
      bad: `
        FROM debian
             ^^^^^^ warning: The image has no tag, so it means whatever is newest; name a version
      `,
      good: `
        FROM debian:12.8
      `,
    },
    {
      bad: `
        FROM debian:latest AS build
                    ^^^^^^ warning: The tag "latest" moves with every release; name a version
        FROM build
      `,
      good: `
        FROM debian:12.8 AS build
        FROM build
      `,
    },
  ],

  *check({ stages }) {
    const names = new Set<string>();
    for (const { from, name } of stages) {
      const { reference } = from;
      const isImage =
        reference !== undefined &&
        !reference.text.includes("$") &&
        reference.text !== "" &&
        reference.text !== "scratch" &&
        !names.has(reference.text);
      if (isImage && reference.digest === undefined) {
        const { tag, span } = reference;
        if (tag === undefined) {
          yield {
            ...span,
            message: "The image has no tag, so it means whatever is newest; name a version",
            alias: "DL3006",
          };
        } else if (tag.text === "latest") {
          yield {
            ...tag.span,
            message: 'The tag "latest" moves with every release; name a version',
            alias: "DL3007",
          };
        }
      }
      if (name !== undefined) {
        names.add(name);
      }
    }
  },
};
