import { type CompletionItem, CompletionItemKind } from "vscode-languageserver";
import type { BuildContext } from "../buildContext/buildContext.ts";
import type { CopySource, Dockerfile } from "../dockerfile/syntax.ts";
import { touches } from "../text/span.ts";
import { rangeOf } from "./ranges.ts";

/** The files and directories of the build context that a source of COPY or ADD could name; not those that the ignore file leaves out. */
export async function pathCompletion(
  file: Dockerfile,
  offset: number,
  context: BuildContext,
): Promise<CompletionItem[]> {
  const source = sourceAt(file, offset);
  if (source === undefined) {
    return [];
  }
  const written = file.text.slice(source.start, offset);
  // What has variables, wildcards or escapes in it is no path yet.
  if (/[$*?[\]\\`"'<]|^[a-z]+:/.test(written)) {
    return [];
  }
  const directory = written.slice(0, written.lastIndexOf("/") + 1);
  const [entries, ignoreFile] = await Promise.all([context.list(directory), context.ignoreFile()]);
  const start = source.start + directory.length;
  return entries
    .filter(({ name, isDirectory }) => {
      const path = `${directory.replace(/^(?:\.?\/)+/, "")}${name}`;
      return (
        !/\s/.test(name) &&
        (ignoreFile?.excludes(path) !== true ||
          (isDirectory && ignoreFile.mayContainIncluded(path)))
      );
    })
    .map(({ name, isDirectory }) => ({
      label: isDirectory ? `${name}/` : name,
      kind: isDirectory ? CompletionItemKind.Folder : CompletionItemKind.File,
      textEdit: {
        range: rangeOf(file.lines, { start, end: offset }),
        newText: isDirectory ? `${name}/` : name,
      },
    }));
}

/** Where the source at the offset begins; the only word of an instruction is taken for one. */
function sourceAt(
  { instructions, text }: Dockerfile,
  offset: number,
): { start: number } | undefined {
  const instruction = instructions.findLast(({ span }) => span.start < offset);
  if (!/^[ \t]*$/.test(text.slice(instruction?.span.end ?? offset, offset))) {
    return undefined;
  }
  if (instruction?.keyword === "COPY") {
    if (instruction.from !== undefined) {
      return undefined;
    }
  } else if (instruction?.keyword !== "ADD") {
    return undefined;
  }
  const { sources, destination, json, body } = instruction;
  if (json || instruction.heredocs.length > 0) {
    return undefined;
  }
  const words: Pick<CopySource, "span">[] = [...sources];
  if (destination !== undefined && sources.length === 0) {
    words.push(destination);
  }
  const word = words.find(({ span }) => touches(span, offset));
  if (word !== undefined) {
    return { start: word.span.start };
  }
  const isFirst = body.text === "" && /\s/.test(text[offset - 1] ?? "");
  return isFirst ? { start: offset } : undefined;
}
