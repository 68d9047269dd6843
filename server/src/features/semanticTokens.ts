import { type SemanticTokens, SemanticTokensBuilder } from "vscode-languageserver";
import type { Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import { scriptsOf } from "../shell/scripts.ts";
import type { SimpleCommand } from "../shell/syntax.ts";
import type { Span } from "../text/span.ts";
import { namePlaces } from "./names.ts";

const types = [
  "keyword",
  "macro",
  "comment",
  "property",
  "class",
  "variable",
  "function",
  "string",
] as const;

const modifiers = ["declaration"] as const;

/** What the numbers of `semanticTokens` mean: LSP 3.17, "Semantic Tokens". */
export const semanticTokensLegend = { tokenTypes: [...types], tokenModifiers: [...modifiers] };

/**
 * Colors for what only the tree knows: keywords and comments also on continued lines, names of stages and
 * variables where they really are such, the commands that a shell runs, the ends of heredocs. Everything
 * else keeps the color of the editor's grammar.
 *
 * @param within Only tokens that begin in its lines; absent for the whole file.
 */
export function semanticTokens(file: Dockerfile, within?: Span): SemanticTokens {
  const { lines } = file;
  const first = within === undefined ? 0 : lines.lineAt(within.start);
  const last = within === undefined ? lines.lineCount : lines.lineAt(within.end);
  const builder = new SemanticTokensBuilder();
  let free = 0;
  for (const token of tokensOf(file)) {
    const { start, end } = token.span;
    const { line, character } = lines.positionAt(start);
    // Tokens may neither overlap nor go on in another line: the one that begins first has the place.
    const stop = Math.min(end, lines.lineSpan(line).end);
    if (start >= free && start < stop && first <= line && line <= last) {
      builder.push(
        line,
        character,
        stop - start,
        types.indexOf(token.type),
        token.declaration === true ? 1 : 0,
      );
      free = stop;
    }
  }
  return builder.build();
}

interface Token {
  readonly span: Span;
  readonly type: (typeof types)[number];
  readonly declaration?: boolean;
}

/** In order of place; of those that begin together the longer one first, but names before all. */
function tokensOf(file: Dockerfile): Token[] {
  const names = namePlaces(file).map(({ span, role, kind }): Token => ({
    span,
    type: kind === "stage" ? "class" : "variable",
    declaration: role === "definition",
  }));
  const others = [
    ...file.directives.map(({ nameSpan }) => nameSpan).map(as("macro")),
    ...file.comments.map(({ span }) => span).map(as("comment")),
    ...file.instructions.flatMap(instructionTokens),
    ...scriptsOf(file).flatMap(({ script, commands }) => [
      ...(script?.comments ?? []).map(as("comment")),
      // In exec form a name is a string like the others.
      ...(script === undefined ? [] : commands.flatMap(programName)).map(as("function")),
    ]),
  ];
  return [...names, ...others].sort((a, b) => a.span.start - b.span.start);
}

function as(type: Token["type"]): (span: Span) => Token {
  return (span) => ({ span, type });
}

function instructionTokens(instruction: Instruction): Token[] {
  const { keywordSpan, flags, heredocs } = instruction;
  const keywords = [keywordSpan];
  if (instruction.keyword === "FROM" && instruction.as !== undefined) {
    keywords.push(instruction.as.span);
  }
  if (instruction.keyword === "HEALTHCHECK" && instruction.type !== undefined) {
    keywords.push(instruction.type.span);
  }
  const flagNames = flags.map(({ span, nameSpan }) => ({ start: span.start, end: nameSpan.end }));
  const heredocEnds = heredocs.flatMap(({ nameSpan, terminator }) =>
    terminator === undefined ? [nameSpan] : [nameSpan, terminator],
  );
  return [
    ...keywords.map(as("keyword")),
    ...flagNames.map(as("property")),
    ...heredocEnds.map(as("string")),
  ];
}

/** What a variable names has its color already. */
function programName({ words: [name] }: SimpleCommand): Span[] {
  return name?.text === undefined ? [] : [name.span];
}
