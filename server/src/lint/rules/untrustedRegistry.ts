import { normalizedImage } from "../../dockerfile/imageReference.ts";
import { imagesOf } from "../imagesOf.ts";
import type { Rule } from "../rule.ts";

export const untrustedRegistry: Rule = {
  name: "untrusted-registry",
  alsoKnownAs: ["UntrustedRegistry", "DL3026"],
  severity: "error",
  summary: "Images should come from registries that the project trusts.",
  explanation: `
    Reports nothing unless \`trustedRegistries\` in \`.hadolint.yaml\` names registries, each with \`*\` at its
    start or at its end for any text. Images without a registry are from \`docker.io\`, which \`hub.docker.com\`
    means as well. \`FROM\`, \`COPY --from\` and \`RUN --mount=from=\` are looked at.
  `,
  examples: [
    {
      bad: `
        FROM node:22.11 AS build
             ^^^^^^^^^^ error: The registry docker.io is not one of those that this project trusts
        FROM registry.example.org/base:1
        COPY --from=build /app /app
        COPY --from=quay.io/example/tool:2 /tool /tool
                    ^^^^^^^^^^^^^^^^^^^^^^ error: The registry quay.io is not one of those that this project trusts
      `,
      good: `
        FROM registry.example.org/node:22.11 AS build
        FROM registry.example.org/base:1
        COPY --from=build /app /app
        COPY --from=ghcr.io/example/tool:2 /tool /tool
      `,
      policy: { trustedRegistries: ["*.example.org", "ghcr.io"] },
    },
  ],

  *check(file, { policy }) {
    const trusted = policy?.trustedRegistries;
    if (trusted === undefined) {
      return;
    }
    for (const { image, word } of imagesOf(file)) {
      const registry = normalizedImage(image)?.split("/", 1)[0];
      if (registry !== undefined && !isTrusted(registry, trusted)) {
        yield {
          ...word.span,
          message: `The registry ${registry} is not one of those that this project trusts`,
        };
      }
    }
  },
};

function isTrusted(registry: string, trusted: readonly string[]): boolean {
  const names = registry === "docker.io" ? ["docker.io", "hub.docker.com"] : [registry];
  return trusted.some((pattern) =>
    names.some((name) =>
      pattern.startsWith("*")
        ? name.endsWith(pattern.slice(1))
        : pattern.endsWith("*")
          ? name.startsWith(pattern.slice(0, -1))
          : name === pattern,
    ),
  );
}
