import { scriptsOf } from "../../shell/scripts.ts";
import type { Rule } from "../rule.ts";

export const commentSwallowsCommands: Rule = {
  name: "comment-swallows-commands",
  alsoKnownAs: ["CommentSwallowsCommands"],
  severity: "warning",
  summary: "A comment behind a command should not end in a line continuation.",
  explanation: `
    The builder joins continued lines before the shell sees them, so a comment behind a command does not end
    with its line: all commands on the lines below it become part of the comment and never run, without an error.
    A comment on a line of its own is taken out by the builder and does no harm.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        RUN apk add --no-cache git \\
          && git config --system user.name me # for the commits \\
                                              ^^^^^^^^^^^^^^^^^ warning: The comment goes on to the end of the instruction, so the lines below it never run
          && echo done
      `,
      good: `
        FROM alpine:3.21
        RUN apk add --no-cache git \\
          # for the commits
          && git config --system user.name me \\
          && echo done
      `,
    },
    {
      bad: `
        FROM alpine:3.21
        RUN echo one; # first \\
                      ^^^^^^^ warning: The comment goes on to the end of the instruction, so the lines below it never run
            echo two
      `,
      good: `
        FROM alpine:3.21
        # first
        RUN echo one; \\
            echo two
      `,
    },
  ],

  *check(file) {
    const { text, lines } = file;
    for (const { form, script } of scriptsOf(file)) {
      if (form !== "shell" || script === undefined) {
        continue;
      }
      const { source } = script;
      for (const { start, end } of script.comments) {
        const line = lines.lineAt(start);
        const lineEnd = lines.lineSpan(line).end;
        const isContinued = text[lineEnd - 1] === file.escape || /[\\`]\s*$/.test(lineOf(line));
        // Comments of a here-document or of a quoted script end with their lines.
        if (end <= lineEnd || !isContinued || start < source.span.start || end > source.span.end) {
          continue;
        }
        const written = text.slice(start, lineEnd).replace(/\s*[\\`]\s*$/, "");
        const lineStart = lines.lineStart(line);
        const [indentation = ""] = /^[ \t]*/.exec(lineOf(line)) ?? [];
        const before = text.slice(lineStart, start).trimEnd();
        yield {
          start,
          end: start + written.length,
          message:
            "The comment goes on to the end of the instruction, so the lines below it never run",
          ...(before.trim() !== "" && {
            fix: {
              title: "Move the comment to a line of its own above",
              // The commands that it has swallowed run again.
              safe: false,
              edits: [
                {
                  start: lineStart,
                  end: lineStart,
                  newText: `${indentation}${written}${text.slice(lineEnd, lines.lineStart(line + 1))}`,
                },
                {
                  start: lineStart + before.length,
                  end: start + written.length,
                  newText: "",
                },
              ],
            },
          }),
        };
      }
    }

    function lineOf(line: number): string {
      const { start, end } = lines.lineSpan(line);
      return text.slice(start, end);
    }
  },
};
