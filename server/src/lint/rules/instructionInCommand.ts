import { scriptsOf } from "../../shell/scripts.ts";
import type { SimpleCommand } from "../../shell/syntax.ts";
import type { Fix, Rule } from "../rule.ts";

export const instructionInCommand: Rule = {
  name: "instruction-in-command",
  alsoKnownAs: ["InstructionInCommand"],
  severity: "warning",
  summary: "An instruction should not begin inside of the command above it.",
  explanation: `
    A line that ends in a continuation goes on with the next, blank lines and comments skipped. When one
    continuation too many is left at the end of a command, the instruction below becomes part of it: the shell
    gets \`RUN\` or \`COPY\` as a program to start or as an argument.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        RUN apk add --no-cache git && \\
            RUN git clone https://example.org/repository
            ^^^ warning: This is part of the RUN above, whose last line ends in a continuation
      `,
      good: `
        FROM alpine:3.21
        RUN apk add --no-cache git && \\
            git clone https://example.org/repository
      `,
    },
    {
      bad: `
        FROM alpine:3.21
        RUN apk add --no-cache \\
            curl \\
            git \\

        # The program
        COPY app /app
        ^^^^ warning: This is part of the RUN above, whose last line ends in a continuation
      `,
      good: `
        FROM alpine:3.21
        RUN apk add --no-cache \\
            curl \\
            git

        # The program
        COPY app /app
      `,
    },
  ],

  *check(file) {
    const { text, lines } = file;
    for (const { instruction, form, commands } of scriptsOf(file)) {
      if (form !== "shell") {
        continue;
      }
      const firstLine = lines.lineAt(instruction.span.start);
      if (lines.lineAt(instruction.lineSpan.end) === firstLine) {
        continue;
      }
      for (const command of commands) {
        for (const { word, isFirst } of keywordsOf(command)) {
          const line = lines.lineAt(word.start);
          const isAtStart = text.slice(lines.lineStart(line), word.start).trim() === "";
          const isFollowed = /^[ \t]+[^\s\\`]/.test(text.slice(word.end, lines.lineSpan(line).end));
          if (line > firstLine && word.end <= instruction.lineSpan.end && isAtStart && isFollowed) {
            const fix = separation(text, instruction.span.start, word, isFirst);
            yield {
              ...word,
              message: `This is part of the ${instruction.keyword} above, whose last line ends in a continuation`,
              ...(fix !== undefined && { fix }),
            };
          }
        }
      }
    }
  },
};

const keywords = new Set(
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(
    " ",
  ),
);

/** In capital letters, as nobody writes a program's name. */
function* keywordsOf({ words }: SimpleCommand) {
  for (const [index, { text, span }] of words.entries()) {
    if (text !== undefined && keywords.has(text)) {
      yield { word: { ...span, text }, isFirst: index === 0 };
    }
  }
}

/** A RUN behind `&&` was to be one with the RUN above; all else was to stand for itself. */
function separation(
  text: string,
  from: number,
  word: { readonly start: number; readonly end: number; readonly text: string },
  isFirst: boolean,
): Fix | undefined {
  if (isFirst && word.text === "RUN") {
    const blanks = /^[ \t]*/.exec(text.slice(word.end))?.[0].length ?? 0;
    return {
      title: "Remove RUN",
      safe: false,
      edits: [{ start: word.start, end: word.end + blanks, newText: "" }],
    };
  }
  // Up to the last line that is neither blank nor a comment.
  let end = word.start;
  while (end > from) {
    const lineStart = text.lastIndexOf("\n", end - 1) + 1;
    const line = text.slice(lineStart, end).trim();
    if (line !== "" && !line.startsWith("#")) {
      break;
    }
    end = lineStart - 1;
  }
  const before = text.slice(from, end);
  const kept = before
    .trimEnd()
    .replace(/[\\`]$/, "")
    .trimEnd()
    .replace(/(?:&&|;)$/, "")
    .trimEnd();
  return end <= from || kept.length >= before.trimEnd().length
    ? undefined
    : {
        title: "End the command above",
        safe: false,
        edits: [{ start: from + kept.length, end: from + before.trimEnd().length, newText: "" }],
      };
}
