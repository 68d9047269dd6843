import type { CopySource } from "../../dockerfile/syntax.ts";
import type { Invocation } from "../../shell/invocation.ts";
import { runInvocations } from "../../shell/scripts.ts";
import { isArchive } from "../archives.ts";
import type { Rule } from "../rule.ts";

export const archiveExtractedLater: Rule = {
  name: "archive-extracted-later",
  alsoKnownAs: ["ArchiveExtractedLater", "DL3010"],
  severity: "info",
  summary: "An archive of the build context should be unpacked by `ADD`.",
  explanation: `
    \`COPY\` and \`tar\` leave the archive itself in a layer of the image. \`ADD\` unpacks it on the way.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        COPY app.tar.gz /tmp/
             ^^^^^^^^^^ info: The archive stays in the image and is unpacked below; use ADD, which unpacks it
        RUN tar -xzf /tmp/app.tar.gz -C /srv
      `,
      good: `
        FROM alpine:3.21
        ADD app.tar.gz /srv/
      `,
    },
  ],

  *check(file) {
    /** By stage and file name, the archives that have been copied in. */
    const extracted = new Map<number, Set<string>>();
    for (const { invocation, instruction } of runInvocations(file)) {
      if (instruction.stage !== undefined && !instruction.onbuild && isExtraction(invocation)) {
        const names = extracted.get(instruction.stage) ?? new Set<string>();
        extracted.set(instruction.stage, names);
        for (const { value } of invocation.args) {
          names.add(fileName(value));
        }
      }
    }
    for (const instruction of file.instructions) {
      if (instruction.keyword !== "COPY" || instruction.onbuild || instruction.from !== undefined) {
        continue;
      }
      const names = extracted.get(instruction.stage ?? -1);
      const target = fileName(instruction.destination?.value.text ?? "");
      const isUnpacked = ({ value }: CopySource): boolean =>
        isArchive(value.text) &&
        names !== undefined &&
        (names.has(fileName(value.text)) || (isArchive(target) && names.has(target)));
      for (const source of instruction.sources.filter(isUnpacked)) {
        yield {
          ...source.span,
          message:
            "The archive stays in the image and is unpacked below; use ADD, which unpacks it",
        };
      }
    }
  },
};

function isExtraction({ name, args, flags }: Invocation): boolean {
  if (name !== "tar") {
    return /^(?:unzip|gunzip|bunzip2|unlzma|unxz|zcat|bzcat|lzcat|xzcat|uncompress|zgz)$/.test(
      name,
    );
  }
  return (
    flags.some((flag) => ["x", "extract", "get"].includes(flag.name)) ||
    /^[a-zA-Z]*x/.test(args[0]?.value ?? "")
  );
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
