import { evaluationOf } from "../../dockerfile/evaluate.ts";
import { sourceKind } from "../../dockerfile/remoteSources.ts";
import type { Rule } from "../rule.ts";

export const addWithoutChecksum: Rule = {
  name: "add-without-checksum",
  alsoKnownAs: ["AddWithoutChecksum"],
  severity: "info",
  isAdvice: true,
  summary: "What `ADD` fetches should be named by its checksum or commit.",
  explanation: `
    Each build asks the server whether the file or branch has changed, and everything below runs again when it has: what is
    cached is decided elsewhere. With \`--checksum=sha256:…\`, and for a repository with a commit behind \`#\`,
    the builder knows the content and need not ask; and nobody can put something else in its place.
  `,
  examples: [
    {
      bad: `
        FROM scratch
        ADD https://example.com/tool-1.2.tar.gz /
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: Every build asks the server for it, and it may change; add --checksum
        ADD https://github.com/example/tool.git#main /tool/
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: Every build asks the server for it, and it may change; name a commit behind "#"
      `,
      good: `
        FROM scratch
        ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/tool-1.2.tar.gz /
        ADD https://github.com/example/tool.git#9c5b94b1ed3a0a0f5ac8fc0b8e5e3f2b5b0c7a11 /tool/
      `,
    },
  ],

  *check(file) {
    const { expansions } = evaluationOf(file);
    for (const instruction of file.instructions) {
      if (
        instruction.keyword !== "ADD" ||
        instruction.flags.some(({ name }) => name === "checksum")
      ) {
        continue;
      }
      for (const { role, expansion, span } of expansions.get(instruction) ?? []) {
        const kind = role === "source" ? sourceKind(expansion.text) : "local";
        const hasUnknown = expansion.uses.some(({ value }) => value === undefined);
        if (kind === "local" || (kind === "git" && (hasUnknown || isCommit(expansion.text)))) {
          continue;
        }
        const remedy = kind === "git" ? 'name a commit behind "#"' : "add --checksum";
        yield {
          ...span,
          message: `Every build asks the server for it, and it may change; ${remedy}`,
        };
      }
    }
  },
};

function isCommit(source: string): boolean {
  return /#[0-9a-f]{40,64}(?::|$)|[?&](?:checksum|commit)=[0-9a-f]{40,64}/i.test(source);
}
