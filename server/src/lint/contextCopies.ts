import { cleanPath } from "../buildContext/dockerignore.ts";
import { evaluationOf } from "../dockerfile/evaluate.ts";
import { sourceKind } from "../dockerfile/remoteSources.ts";
import type {
  AddInstruction,
  CopyInstruction,
  Dockerfile,
  Instruction,
} from "../dockerfile/syntax.ts";

/** A COPY or ADD that takes files of the build context. */
export interface ContextCopy {
  readonly instruction: CopyInstruction | AddInstruction;
  /** Each source from the context's root after expansion, cleaned, without a slash at its start; empty for the root. */
  readonly sources: readonly string[];
  /** The last name of each source. */
  readonly names: readonly string[];
  /** After expansion. */
  readonly destination?: string;
}

/** `undefined` for other instructions, and for those that an ONBUILD holds. */
export function copyOf(file: Dockerfile, instruction: Instruction): ContextCopy | undefined {
  const isCopy = instruction.keyword === "COPY" && instruction.from === undefined;
  if ((!isCopy && instruction.keyword !== "ADD") || instruction.onbuild) {
    return undefined;
  }
  const expanded = evaluationOf(file).expansions.get(instruction) ?? [];
  const sources = expanded.flatMap(({ role, expansion: { text } }) =>
    role === "source" && sourceKind(text) === "local" ? [cleanPath(`/${text}`).slice(1)] : [],
  );
  const destination = expanded.find(({ role }) => role === "destination")?.expansion.text;
  return {
    instruction,
    sources,
    names: sources.map((source) => source.slice(source.lastIndexOf("/") + 1)),
    ...(destination === undefined ? {} : { destination }),
  };
}

/** Does it take all of the build context? */
export function isWholeContext({ sources }: ContextCopy): boolean {
  return sources.includes("");
}
