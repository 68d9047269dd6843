import type { SelectionRange } from "vscode-languageserver";
import type { Command, Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import { scriptsOf } from "../shell/scripts.ts";
import { type Span, touches } from "../text/span.ts";
import { rangeOf } from "./ranges.ts";

/**
 * What a growing selection takes in from an offset on: a word, a flag or a command, an instruction without
 * and with its heredocs, a stage, the file.
 */
export function selectionRange(file: Dockerfile, offset: number): SelectionRange {
  const whole: Span = { start: 0, end: file.text.length };
  const spans = [whole, ...spansIn(file, offset)]
    .filter((span) => span.start < span.end && touches(span, offset))
    .sort((a, b) => b.end - b.start - (a.end - a.start));
  let selected: SelectionRange = { range: rangeOf(file.lines, whole) };
  let outer = whole;
  for (const span of spans) {
    // Where two meet at the offset the first one counts, and each has to lie in the one before.
    const isInside = outer.start <= span.start && span.end <= outer.end;
    if (isInside && span.end - span.start < outer.end - outer.start) {
      selected = { range: rangeOf(file.lines, span), parent: selected };
      outer = span;
    }
  }
  return selected;
}

function* spansIn(file: Dockerfile, offset: number): Generator<Span> {
  for (const { span } of [...file.directives, ...file.comments, ...file.stages]) {
    yield span;
  }
  for (const instruction of file.instructions) {
    if (touches(instruction.span, offset)) {
      yield* spansOfInstruction(instruction);
    }
  }
  for (const { instruction, script, commands } of scriptsOf(file)) {
    if (touches(instruction.span, offset)) {
      yield* script?.list.map(({ pipeline }) => pipeline.span) ?? [];
      for (const { span, words, assignments } of commands) {
        yield span;
        yield* [...words, ...assignments].map((word) => word.span);
      }
    }
  }
}

function* spansOfInstruction(instruction: Instruction): Generator<Span> {
  const { span, lineSpan, keywordSpan, body, flags, heredocs } = instruction;
  yield* [span, lineSpan, keywordSpan, body.span];
  for (const flag of flags) {
    yield flag.span;
    yield flag.nameSpan;
    yield* flag.value === undefined ? [] : [flag.value.span];
  }
  for (const heredoc of heredocs) {
    yield* [heredoc.word, heredoc.body];
  }
  yield* wordsOf(instruction);
}

function* wordsOf(instruction: Instruction): Generator<Span> {
  switch (instruction.keyword) {
    case "FROM": {
      const { image, reference, stageName } = instruction;
      yield* present(image, stageName);
      yield* present(reference?.registry, reference?.path, reference?.tag, reference?.digest);
      return;
    }
    case "RUN":
      for (const option of instruction.mounts.flatMap(({ options }) => options)) {
        yield* present(option, option.value);
      }
      yield* execWords(instruction.command);
      return;
    case "CMD":
    case "ENTRYPOINT":
    case "SHELL":
      yield* execWords(instruction.command);
      return;
    case "HEALTHCHECK":
      yield* instruction.command === undefined ? [] : execWords(instruction.command);
      return;
    case "ARG":
    case "ENV":
    case "LABEL":
      for (const pair of instruction.pairs) {
        yield* present(pair, pair.key, pair.value);
      }
      return;
    case "COPY":
    case "ADD":
      yield* present(...instruction.sources, instruction.destination);
      return;
    case "EXPOSE":
      yield* present(...instruction.ports);
      return;
    case "VOLUME":
      yield* present(...instruction.paths);
      return;
    default:
  }
}

function execWords(command: Command): Span[] {
  return command.form === "exec" ? command.words.map(({ span }) => span) : [];
}

function present(...words: readonly ({ readonly span: Span } | undefined)[]): Span[] {
  return words.flatMap((word) => (word === undefined ? [] : [word.span]));
}
