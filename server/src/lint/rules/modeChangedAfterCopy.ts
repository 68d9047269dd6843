import type { CopyInstruction, Dockerfile } from "../../dockerfile/syntax.ts";
import { hasFlag, operands } from "../../shell/invocation.ts";
import { type RunInvocation, runInvocations } from "../../shell/scripts.ts";
import type { Fix, Rule } from "../rule.ts";
import { linesOf, plainScript } from "../scriptEdits.ts";

export const modeChangedAfterCopy: Rule = {
  name: "mode-changed-after-copy",
  alsoKnownAs: ["ModeChangedAfterCopy"],
  severity: "info",
  isAdvice: true,
  summary: "`COPY` should set owner and mode by itself.",
  explanation: `
    \`RUN chown\` and \`RUN chmod\` store every file that they change once more, in a layer of their own, and are one more step
    that runs again with each change of a file. \`COPY --chown=\` and \`--chmod=\` need neither.
    Only a step directly below the \`COPY\`, for the place that it copies to, is meant. Note that \`--chmod\` gives all files one mode.
  `,
  examples: [
    {
      bad: `
        FROM node:22.11
        COPY src /app
        RUN chown -R node:node /app
            ^^^^^^^^ info: It stores all files of the COPY above once more; use COPY --chown
      `,
      good: `
        FROM node:22.11
        COPY --chown=node:node src /app
      `,
    },
    {
      bad: `
        FROM alpine:3.21
        COPY entrypoint.sh /entrypoint.sh
        RUN chmod +x /entrypoint.sh
            ^^^^^ info: It stores all files of the COPY above once more; use COPY --chmod
      `,
      good: `
        FROM alpine:3.21
        COPY --chmod=755 entrypoint.sh /entrypoint.sh
      `,
    },
  ],

  *check(file) {
    for (const run of runInvocations(file)) {
      const { invocation, instruction } = run;
      const { name, nameWord, args } = invocation;
      const body = file.stages[instruction.stage ?? -1]?.instructions ?? [];
      const copy = body[body.indexOf(instruction) - 1];
      const [what, path, ...more] = operands(invocation);
      const isAll = hasFlag(invocation, "R", "recursive");
      if (
        (name !== "chown" && name !== "chmod") ||
        copy?.keyword !== "COPY" ||
        instruction.onbuild ||
        what === undefined ||
        path === undefined ||
        more.length > 0 ||
        // The mode of directories is another one than that of files.
        (name === "chmod" && isAll) ||
        copy.flags.some((flag) => flag.name === name) ||
        !isDestination(copy, path.value)
      ) {
        continue;
      }
      const start = nameWord.span.start;
      const end = name === "chown" && isAll ? (args[0]?.span.end ?? start) : nameWord.span.end;
      yield {
        start,
        end,
        message: `It stores all files of the COPY above once more; use COPY --${name}`,
        ...fix(file, copy, run, name === "chown" ? what.value : modeOf(what.value)),
      };
    }
  },
};

/** Is the path what the COPY makes, or the one file in the directory that it copies into? */
function isDestination({ destination, sources }: CopyInstruction, path: string): boolean {
  const target = destination?.value.text ?? "";
  const [source, ...more] = sources;
  const name = source?.value.text.slice(source.value.text.lastIndexOf("/") + 1);
  return (
    path.startsWith("/") &&
    path.length > 1 &&
    (target.replace(/\/+$/, "") === path.replace(/\/+$/, "") ||
      (more.length === 0 && target.endsWith("/") && `${target}${name}` === path))
  );
}

/** As `--chmod` takes it; what is only made executable had the usual mode of a file before. */
function modeOf(mode: string): string | undefined {
  return /^[0-7]{3,4}$/.test(mode) ? mode : /^(?:a|ugo)?\+x$/.test(mode) ? "755" : undefined;
}

function fix(
  file: Dockerfile,
  copy: CopyInstruction,
  { instruction, script, invocation }: RunInvocation,
  value: string | undefined,
): { fix?: Fix } {
  const isAlone = plainScript(script)?.list.length === 1;
  if (
    !isAlone ||
    value === undefined ||
    /[\s$"'`]/.test(value) ||
    instruction.docComments.length > 0
  ) {
    return {};
  }
  const { end } = copy.keywordSpan;
  const flag = `--${invocation.name}=${value}`;
  return {
    fix: {
      title: `Use COPY ${flag}`,
      safe: false,
      edits: [
        { start: end, end, newText: ` ${flag}` },
        { ...linesOf(file, instruction), newText: "" },
      ],
    },
  };
}
