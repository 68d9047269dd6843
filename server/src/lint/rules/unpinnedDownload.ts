import { hasFlag, subcommand } from "../../shell/invocation.ts";
import { type RunInvocation, runInvocations } from "../../shell/scripts.ts";
import type { Problem, Rule } from "../rule.ts";

export const unpinnedDownload: Rule = {
  name: "unpinned-download",
  alsoKnownAs: ["UnpinnedDownload"],
  severity: "info",
  isAdvice: true,
  summary: "What a step downloads should be named by its version.",
  explanation: `
    The builder compares the text of a \`RUN\` and not what the command gets. The step that clones a branch or
    fetches "latest" stays cached when there is something new, and gets something else when the cache is gone:
    two people build two images from one file. A version in the command makes both the same, and a new version runs the step again.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        RUN git clone https://example.com/tool.git /tool
            ^^^^^^^^^ info: The cache keeps the commit of the first build; check out a version
        RUN wget -O /bin/tool https://example.com/releases/latest/tool
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: The cache keeps what "latest" was at the first build; name a version
      `,
      good: `
        FROM alpine:3.21
        RUN git clone --branch v1.2.3 https://example.com/tool.git /tool
        RUN wget -O /bin/tool https://example.com/releases/1.2.3/tool
      `,
    },
  ],

  *check(file) {
    const invocations = runInvocations(file);
    const pinning = new Set(
      invocations.flatMap(({ instruction, invocation: { name, args } }) =>
        name === "git" && args.some(({ value }) => pinningVerbs.has(value)) ? [instruction] : [],
      ),
    );
    for (const run of invocations) {
      const { name } = run.invocation;
      if (name === "git") {
        if (!pinning.has(run.instruction)) {
          yield* checkClone(run);
        }
      } else if (name === "curl" || name === "wget") {
        yield* checkDownload(run);
      }
    }
  },
};

const pinningVerbs = new Set(["checkout", "reset", "switch", "worktree"]);

function* checkClone({ invocation, instruction }: RunInvocation): Generator<Problem> {
  const verb = subcommand(invocation);
  const hasVersion = hasFlag(invocation, "branch", "b", "revision");
  // A variable may be there to choose the version, or to break the cache.
  if (verb?.value === "clone" && !hasVersion && !instruction.rest.text.includes("$")) {
    yield {
      start: invocation.nameWord.span.start,
      end: verb.span.end,
      message: "The cache keeps the commit of the first build; check out a version",
    };
  }
}

function* checkDownload({ invocation }: RunInvocation): Generator<Problem> {
  for (const { text, span } of invocation.args) {
    const moving = /^https?:\/\/.*\/(latest|master|nightly|HEAD)(?:\/|\.(?:tar|zip|t?gz))/.exec(
      text ?? "",
    )?.[1];
    if (moving !== undefined) {
      yield {
        ...span,
        message: `The cache keeps what "${moving}" was at the first build; name a version`,
      };
    }
  }
}
