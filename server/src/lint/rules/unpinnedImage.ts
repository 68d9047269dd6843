import type { ImageReference } from "../../dockerfile/syntax.ts";
import type { Problem, Rule } from "../rule.ts";

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
  modes: {
    tag: { meaning: "wants a tag other than `latest`, or a digest", isHadolints: true },
    latest: { meaning: "only finds the tag `latest` where it is written" },
    digest: { meaning: "wants a digest (`@sha256:…`), which alone always means the same image" },
  },
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
    {
      bad: `
        FROM debian:12.8
             ^^^^^^^^^^^ warning: The tag may move to another image; name the image's digest too
      `,
      mode: "digest",
    },
  ],

  *check({ stages }, { modes }) {
    const mode = modes?.get(unpinnedImage.name) ?? "tag";
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
        yield* problemsOf(reference, mode);
      }
      if (name !== undefined) {
        names.add(name);
      }
    }
  },
};

function* problemsOf({ tag, span }: ImageReference, mode: string): Generator<Problem> {
  if (tag?.text === "latest") {
    yield {
      ...tag.span,
      message: 'The tag "latest" moves with every release; name a version',
      alias: "DL3007",
    };
  } else if (tag === undefined && mode !== "latest") {
    yield {
      ...span,
      message: "The image has no tag, so it means whatever is newest; name a version",
      alias: "DL3006",
    };
  } else if (mode === "digest") {
    yield {
      ...span,
      message: "The tag may move to another image; name the image's digest too",
      alias: "UnpinnedImage",
    };
  }
}
