import type { BuildContext, ContextEntry } from "../buildContext/buildContext.ts";
import { cleanPath } from "../buildContext/dockerignore.ts";
import { sourceKind } from "../dockerfile/remoteSources.ts";
import type {
  AddInstruction,
  CopyInstruction,
  Dockerfile,
  Instruction,
} from "../dockerfile/syntax.ts";
import type { Span } from "../text/span.ts";
import { copyOf, isWholeContext } from "./contextCopies.ts";
import { evaluationOf } from "../dockerfile/evaluate.ts";

/** The directories of a build context that the sources of a Dockerfile lead through, as they were at one moment. */
export interface ContextSnapshot {
  /** What a directory holds, by its path from the context's root, empty for the root; `undefined` when nobody has looked. */
  entries(directory: string): readonly ContextEntry[] | undefined;
}

/** A source of COPY or ADD that names one file or directory of the build context. */
export interface LiteralSource {
  readonly span: Span;
  /** As the builder sees it after expansion. */
  readonly text: string;
  /** From the context's root, cleaned; never empty. */
  readonly segments: readonly string[];
  readonly hasVariables: boolean;
}

/**
 * The sources that name one path of the context. Wildcards are left out, since the builder is content
 * when they match nothing; so is what has variables without a value, and what is the whole context.
 */
export function* literalSources(file: Dockerfile): Generator<LiteralSource> {
  const { expansions } = evaluationOf(file);
  for (const instruction of file.instructions) {
    if (!readsContext(instruction) || instruction.onbuild) {
      continue;
    }
    for (const { role, expansion, span } of expansions.get(instruction) ?? []) {
      const { text, uses, error } = expansion;
      if (
        role !== "source" ||
        error !== undefined ||
        sourceKind(text) !== "local" ||
        /[*?[\\]/.test(text) ||
        uses.some(({ value }) => value === undefined)
      ) {
        continue;
      }
      // The builder does not let a path out of the context: `../a` is `a`.
      const segments = cleanPath(`/${text}`)
        .split("/")
        .filter((segment) => segment !== "");
      if (segments.length > 0) {
        yield { span, text, segments, hasVariables: uses.length > 0 };
      }
    }
  }
}

/** Looks into the directories that the sources lead through, each once. Never rejects. */
export async function takeContextSnapshot(
  file: Dockerfile,
  context: BuildContext,
): Promise<ContextSnapshot> {
  const directories = new Map<string, readonly ContextEntry[]>();
  for (const { segments } of literalSources(file)) {
    let directory = "";
    for (const segment of segments) {
      let entries = directories.get(directory);
      if (entries === undefined) {
        if (directories.size >= maxDirectories) {
          break;
        }
        entries = await context.list(directory);
        directories.set(directory, entries);
      }
      if (!entries.some(({ name, isDirectory }) => isDirectory && name === segment)) {
        break;
      }
      directory = directory === "" ? segment : `${directory}/${segment}`;
    }
  }
  if (!directories.has("") && file.instructions.some((each) => takesAll(file, each))) {
    directories.set("", await context.list(""));
  }
  return { entries: (directory) => directories.get(directory) };
}

/** More than a Dockerfile of a person leads through. */
const maxDirectories = 200;

function takesAll(file: Dockerfile, instruction: Instruction): boolean {
  const copy = copyOf(file, instruction);
  return copy !== undefined && isWholeContext(copy);
}

function readsContext(instruction: {
  readonly keyword: string;
  readonly from?: unknown;
}): instruction is CopyInstruction | AddInstruction {
  return (
    instruction.keyword === "ADD" ||
    (instruction.keyword === "COPY" && instruction.from === undefined)
  );
}
