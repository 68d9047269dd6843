import { sourceKind } from "../../dockerfile/remoteSources.ts";
import type { AddInstruction } from "../../dockerfile/syntax.ts";
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

  *check({ instructions }) {
    for (const instruction of instructions) {
      if (instruction.keyword !== "ADD" || instruction.onbuild) {
        continue;
      }
      const { sources, keywordSpan } = instruction;
      const isLocal = sources.map(
        ({ value, heredoc }) =>
          heredoc === undefined && sourceKind(value.text) === "local" && !isArchive(value.text),
      );
      if (!isLocal.includes(true)) {
        continue;
      }
      const fix = isLocal.every(Boolean) ? toCopy(instruction) : undefined;
      yield {
        ...keywordSpan,
        message: "ADD may do more than copy; use COPY for files and folders",
        ...(fix === undefined ? {} : { fix }),
      };
    }
  },
};

/** Safe only when no variable could turn out to be an archive or an address. */
function toCopy({ sources, flags, keywordSpan, keywordText }: AddInstruction): Fix | undefined {
  if (flags.some(({ name }) => !/^(?:chown|chmod|link|exclude|parents)$/.test(name))) {
    return undefined;
  }
  const newText = keywordText === keywordText.toLowerCase() ? "copy" : "COPY";
  return {
    title: `Change to ${newText}`,
    // A pattern may match archives, which ADD unpacks.
    safe: sources.every(({ value }) => !/[$*?[]/.test(value.text)),
    edits: [{ ...keywordSpan, newText }],
  };
}
