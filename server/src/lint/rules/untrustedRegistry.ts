import { normalizedImage } from "../../dockerfile/imageReference.ts";
import type { Dockerfile, Word } from "../../dockerfile/syntax.ts";
import { evaluationOf } from "../../dockerfile/evaluate.ts";
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

/** Every image that a build fetches, after expansion. Those whose variables have no value are left out. */
function* imagesOf(file: Dockerfile): Generator<{ image: string; word: Word }> {
  const { bases } = evaluationOf(file);
  const names = new Set<string>();
  for (const { index, from, name, instructions } of file.stages) {
    const base = bases[index];
    if (base?.kind === "image" && from.image !== undefined) {
      yield { image: base.image, word: from.image };
    }
    if (name !== undefined) {
      names.add(name);
    }
    for (const instruction of instructions) {
      for (const word of sourcesOf(instruction)) {
        const image = word.value.text;
        const isStage = names.has(image.toLowerCase()) || /^\d+$/.test(image) || image === "";
        if (!isStage && !image.includes("$")) {
          yield { image, word };
        }
      }
    }
  }
}

function* sourcesOf(instruction: Dockerfile["instructions"][number]): Generator<Word> {
  if (instruction.keyword === "COPY" && instruction.from !== undefined) {
    yield instruction.from;
  }
  if (instruction.keyword === "RUN") {
    for (const { key, value } of instruction.mounts.flatMap(({ options }) => options)) {
      if (key === "from" && value !== undefined) {
        yield value;
      }
    }
  }
}

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
