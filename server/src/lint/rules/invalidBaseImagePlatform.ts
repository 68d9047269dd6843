import { evaluationOf } from "../../dockerfile/evaluate.ts";
import { readPlatform } from "../../dockerfile/platforms.ts";
import type { Rule } from "../rule.ts";

export const invalidBaseImagePlatform: Rule = {
  name: "invalid-base-image-platform",
  alsoKnownAs: ["InvalidBaseImagePlatform"],
  severity: "warning",
  summary: "A base image should be of the platform that is built for.",
  explanation: `
    A name may stand for images of several platforms, and the engine may have another one than is built for, such as
    from an earlier \`--platform\`. Only images are looked at that the engine has.
  `,
  ignoresInlineSkip: true,
  examples: [
    {
      bad: `
        FROM --platform=linux/amd64 alpine:3.21
                                    ^^^^^^^^^^^ warning: Base image alpine:3.21 was pulled with platform "linux/arm64", expected "linux/amd64" for current build
      `,
      good: `
        FROM --platform=linux/arm64 alpine:3.21
      `,
      images: { "alpine:3.21": { platform: "linux/arm64" } },
    },
  ],

  *check(file, { images }) {
    if (images === undefined) {
      return;
    }
    const { expansions, bases } = evaluationOf(file);
    for (const { from, index } of file.stages) {
      const base = bases[index];
      const actual = base?.kind === "image" ? images.byName.get(base.image)?.platform : undefined;
      if (from.image === undefined || base?.kind !== "image" || actual === undefined) {
        continue;
      }
      const asked = expansions.get(from)?.find(({ role }) => role === "platform")?.expansion.text;
      // A variable in it stands for what the engine builds for by itself.
      const wanted =
        from.platform?.raw.text.includes("$") === true
          ? images.platform
          : (asked ?? images.platform);
      const expected = wanted === undefined ? undefined : platformOf(wanted);
      if (expected !== undefined && platformOf(actual) !== expected) {
        yield {
          ...from.image.span,
          message: `Base image ${base.image} was pulled with platform "${actual}", expected "${expected}" for current build`,
        };
      }
    }
  },
};

/** Without the variant, which the engine does not always tell. */
function platformOf(text: string): string | undefined {
  const platform = readPlatform(text);
  return "error" in platform ? undefined : `${platform.os}/${platform.architecture}`;
}
