import { type DocumentSymbol, SymbolKind } from "vscode-languageserver";
import type { Dockerfile, Instruction, Stage } from "../dockerfile/syntax.ts";
import { stageTitle } from "../dockerfile/stages.ts";
import { rangeOf } from "./ranges.ts";

/** The outline: stages with their instructions in them; before the first stage the global ARGs. */
export function documentSymbols(file: Dockerfile): DocumentSymbol[] {
  const outside = file.instructions.filter(({ stage, onbuild }) => stage === undefined && !onbuild);
  return [
    ...outside.map((instruction) => instructionSymbol(file, instruction)),
    ...file.stages.map((stage) => stageSymbol(file, stage)),
  ];
}

function stageSymbol(file: Dockerfile, stage: Stage): DocumentSymbol {
  const { from } = stage;
  return {
    name: from.stageName?.value.text ?? stageTitle(stage),
    detail: from.image?.value.text ?? "",
    kind: SymbolKind.Module,
    range: rangeOf(file.lines, stage.span),
    selectionRange: rangeOf(file.lines, (from.stageName ?? from.image)?.span ?? from.keywordSpan),
    children: stage.instructions
      .filter((instruction) => instruction !== from && !instruction.onbuild)
      .map((instruction) => instructionSymbol(file, instruction)),
  };
}

function instructionSymbol(file: Dockerfile, instruction: Instruction): DocumentSymbol {
  return {
    name: instruction.keyword === "unknown" ? instruction.keywordText : instruction.keyword,
    detail: shorten(instruction.body.text),
    kind: kinds[instruction.keyword] ?? SymbolKind.Property,
    range: rangeOf(file.lines, instruction.span),
    selectionRange: rangeOf(file.lines, instruction.keywordSpan),
  };
}

const kinds: Readonly<Partial<Record<Instruction["keyword"], SymbolKind>>> = {
  RUN: SymbolKind.Function,
  CMD: SymbolKind.Event,
  ENTRYPOINT: SymbolKind.Event,
  HEALTHCHECK: SymbolKind.Event,
  ONBUILD: SymbolKind.Event,
  COPY: SymbolKind.File,
  ADD: SymbolKind.File,
  ARG: SymbolKind.Variable,
  ENV: SymbolKind.Variable,
};

const longest = 60;

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
