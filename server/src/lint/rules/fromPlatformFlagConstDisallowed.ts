import { readPlatform } from "../../dockerfile/platforms.ts";
import { evaluationOf } from "../../dockerfile/evaluate.ts";
import type { Rule } from "../rule.ts";

export const fromPlatformFlagConstDisallowed: Rule = {
  name: "from-platform-flag-const-disallowed",
  alsoKnownAs: ["FromPlatformFlagConstDisallowed", "DL3029"],
  severity: "warning",
  summary: "`FROM --platform` should not name a fixed platform.",
  explanation: `
    A fixed platform makes the same image for every target: whoever asks for another gets this one all the same.
    Use \`$BUILDPLATFORM\` for tools that run while building.
    A stage that is meant for one platform may say so in its name (\`AS build-amd64\`).
  `,
  modes: {
    buildkit: { meaning: "lets a stage name its platform in its own name" },
    hadolint: {
      meaning: "allows nothing but `$BUILDPLATFORM` and `$TARGETPLATFORM`",
      isHadolints: true,
    },
  },
  examples: [
    {
      bad: `
        FROM --platform=linux/amd64 alpine:3.21
                        ^^^^^^^^^^^ warning: FROM --platform flag should not use constant value "linux/amd64"
      `,
      good: `
        FROM --platform=$BUILDPLATFORM alpine:3.21
      `,
    },
    {
      bad: `
        FROM --platform=linux/arm64 alpine:3.21 AS tools
                        ^^^^^^^^^^^ warning: FROM --platform flag should not use constant value "linux/arm64"
      `,
      good: `
        FROM --platform=linux/arm64 alpine:3.21 AS tools-arm64
      `,
    },
    {
      bad: `
        FROM --platform=linux/arm64 alpine:3.21 AS tools-arm64
                        ^^^^^^^^^^^ warning: FROM --platform flag should not use constant value "linux/arm64"
      `,
      good: `
        FROM --platform=$BUILDPLATFORM alpine:3.21 AS tools
      `,
      mode: "hadolint",
    },
  ],

  *check(file, { modes }) {
    const { expansions } = evaluationOf(file);
    const isStrict = modes?.get(fromPlatformFlagConstDisallowed.name) === "hadolint";
    for (const { from, name = "" } of file.stages) {
      const expansion = expansions.get(from)?.find(({ role }) => role === "platform")?.expansion;
      if (from.platform === undefined || expansion === undefined) {
        continue;
      }
      const isKnown = /BUILDPLATFORM|TARGETPLATFORM/.test(from.platform.raw.text);
      if (isStrict ? isKnown : expansion.uses.length > 0) {
        continue;
      }
      const platform = readPlatform(expansion.text);
      if (
        !isStrict &&
        ("error" in platform || name.includes(platform.os) || name.includes(platform.architecture))
      ) {
        continue;
      }
      yield {
        ...from.platform.span,
        message: `FROM --platform flag should not use constant value "${expansion.text}"`,
      };
    }
  },
};
