import type { Dockerfile, RunInstruction } from "../../dockerfile/syntax.ts";
import { subcommand } from "../../shell/invocation.ts";
import { managerOf } from "../../shell/packageManagers.ts";
import { type RunInvocation, runInvocations } from "../../shell/scripts.ts";
import type { Fix, Rule } from "../rule.ts";
import { linesOf, plainScript } from "../scriptEdits.ts";

export const updateWithoutInstall: Rule = {
  name: "update-without-install",
  alsoKnownAs: ["UpdateWithoutInstall"],
  severity: "info",
  isAdvice: true,
  summary: "Package lists should be fetched in the `RUN` that installs from them.",
  explanation: `
    \`RUN apt-get update\` is taken from the cache for as long as nothing above it changes. When a package is added to a
    later \`RUN apt-get install\`, that one runs with lists that may be months old, and asks for versions
    that the servers no longer have.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        RUN apt-get update
            ^^^^^^^^^^^^^^ info: Its lists are cached and grow old while the RUN below changes; fetch them in the RUN that installs
        ENV EDITOR=vi
        RUN apt-get install -y --no-install-recommends git=1:2.39.5-0
      `,
      good: `
        FROM debian:12.8
        ENV EDITOR=vi
        RUN apt-get update && apt-get install -y --no-install-recommends git=1:2.39.5-0
      `,
    },
  ],

  *check(file) {
    const runs = new Map<RunInstruction, RunInvocation[]>();
    for (const run of runInvocations(file)) {
      const { instruction, invocation } = run;
      const manager = managerOf(invocation);
      if ((manager === "apt-get" || manager === "apk") && !instruction.onbuild) {
        runs.set(instruction, [...(runs.get(instruction) ?? []), run]);
      }
    }
    const ordered = [...runs.values()];
    for (const [index, run] of ordered.entries()) {
      const [update] = run;
      if (update === undefined || !run.every(({ invocation }) => isUpdate(invocation))) {
        continue;
      }
      const later = ordered.slice(index + 1).filter(([other]) => isLike(update, other));
      const next = later.findIndex((each) => each.some(({ invocation }) => isUpdate(invocation)));
      // Those that fetch no lists of their own.
      const [[install] = [], ...more] = next === -1 ? later : later.slice(0, next);
      if (install === undefined) {
        continue;
      }
      const verb = subcommand(update.invocation);
      yield {
        start: update.invocation.nameWord.span.start,
        end: verb?.span.end ?? update.invocation.nameWord.span.end,
        message:
          "Its lists are cached and grow old while the RUN below changes; fetch them in the RUN that installs",
        ...(more.length === 0 ? fix(file, update, install) : {}),
      };
    }
  },
};

function isUpdate(invocation: RunInvocation["invocation"]): boolean {
  return subcommand(invocation)?.value === "update";
}

/** Does it run the same package manager in the same stage? */
function isLike(
  { instruction, invocation }: RunInvocation,
  other: RunInvocation | undefined,
): boolean {
  return (
    other !== undefined &&
    other.instruction.stage === instruction.stage &&
    managerOf(other.invocation) === managerOf(invocation)
  );
}

/** Where the RUN does nothing else, its command goes to the start of the other. */
function fix(file: Dockerfile, update: RunInvocation, install: RunInvocation): { fix?: Fix } {
  const own = plainScript(update.script);
  const first = plainScript(install.script)?.list[0]?.pipeline.span.start;
  const isAlone = own?.list.length === 1 && own.list[0]?.pipeline.commands.length === 1;
  const { docComments, flags } = update.instruction;
  if (!isAlone || first === undefined || docComments.length > 0 || flags.length > 0) {
    return {};
  }
  const { start, end } = update.invocation.command.span;
  return {
    fix: {
      title: "Fetch the lists where they are used",
      safe: false,
      edits: [
        { ...linesOf(file, update.instruction), newText: "" },
        { start: first, end: first, newText: `${file.text.slice(start, end)} && ` },
      ],
    },
  };
}
