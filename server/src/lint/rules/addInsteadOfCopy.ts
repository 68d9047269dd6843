import { sourceKind } from "../../dockerfile/remoteSources.ts";
import { evaluationOf } from "../../dockerfile/evaluate.ts";
import type { AddInstruction, Stage } from "../../dockerfile/syntax.ts";
import type { Fix, Rule } from "../rule.ts";
import { isArchive } from "../archives.ts";

export const addInsteadOfCopy: Rule = {
  name: "add-instead-of-copy",
  alsoKnownAs: ["AddInsteadOfCopy", "DL3020"],
  severity: "error",
  summary: "Files and folders should be copied with `COPY`.",
  explanation: `
    \`ADD\` also downloads and unpacks, depending on what the source looks like. \`COPY\` does what the
    line says. Archives, addresses and Git repositories are left alone, for they need \`ADD\`.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        ADD src /src
        ^^^ error: ADD may do more than copy; use COPY for files and folders
      `,
      good: `
        FROM alpine:3.21
        COPY src /src
      `,
    },
  ],

  *check(file) {
    const { instructions, stages } = file;
    const { expansions } = evaluationOf(file);
    for (const instruction of instructions) {
      if (instruction.keyword !== "ADD" || instruction.onbuild) {
        continue;
      }
      const { sources, keywordSpan } = instruction;
      const expanded = new Map(
        expansions.get(instruction)?.map(({ raw, expansion }) => [raw, expansion.text] as const),
      );
      const isLocal = sources.map(({ value, raw, heredoc }) => {
        const text = expanded.get(raw) ?? value.text;
        return heredoc === undefined && sourceKind(text) === "local" && !isArchive(text);
      });
      if (!isLocal.includes(true)) {
        continue;
      }
      const fix = isLocal.every(Boolean) ? toCopy(instruction, stages) : undefined;
      yield {
        ...keywordSpan,
        message: "ADD may do more than copy; use COPY for files and folders",
        ...(fix === undefined ? {} : { fix }),
      };
    }
  },
};

/** Safe only when no variable could turn out to be an archive or an address. */
function toCopy(
  { sources, destination, flags, keywordSpan, keywordText, stage }: AddInstruction,
  stages: readonly Stage[],
): Fix | undefined {
  const isRelative = !/^(?:[/$]|[A-Za-z]:)/.test(destination?.value.text ?? "");
  const hasWorkdir = stages[stage ?? -1]?.instructions.some(
    ({ keyword, span }) => keyword === "WORKDIR" && span.start < keywordSpan.start,
  );
  // Without a WORKDIR the path would be the next thing to mend.
  if (isRelative && hasWorkdir !== true) {
    return undefined;
  }
  if (flags.some(({ name }) => !/^(?:chown|chmod|link|exclude|parents)$/.test(name))) {
    return undefined;
  }
  const newText = keywordText === keywordText.toLowerCase() ? "copy" : "COPY";
  return {
    title: `Change to ${newText}`,
    // A pattern may match archives, which ADD unpacks.
    safe: sources.every(({ value }) => !/[$*?[]/.test(value.text)),
    changesSteps: true,
    edits: [{ ...keywordSpan, newText }],
  };
}
