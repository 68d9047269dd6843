import type { ArgInstruction, Dockerfile, Instruction, Stage } from "../../dockerfile/syntax.ts";
import { installationOf } from "../../shell/packageManagers.ts";
import { runInvocations } from "../../shell/scripts.ts";
import type { Fix, Rule } from "../rule.ts";
import { linesOf } from "../scriptEdits.ts";
import { cacheFilledBy } from "../usedCaches.ts";

export const volatileArgument: Rule = {
  name: "volatile-argument",
  alsoKnownAs: ["VolatileArgument"],
  severity: "info",
  isAdvice: true,
  summary:
    "An `ARG` that has another value in each build should stand below the steps that do not use it.",
  explanation: `
    An \`ARG\` is part of the cache key of every \`RUN\` below it, whether that uses it or not. A commit or a date
    above \`RUN npm ci\` lets each build install everything again. A \`LABEL\` costs nothing, but the \`ARG\` for it does: both can
    stand at the end of the stage.

    Names such as \`GIT_COMMIT\`, \`BUILD_DATE\` and \`BUILD_NUMBER\` are meant, and steps that install packages.
  `,
  examples: [
    {
      bad: `
        FROM node:22.11
        ARG GIT_COMMIT
            ^^^^^^^^^^ info: Each new value of GIT_COMMIT runs the installation below again, which does not use it; declare it further down
        LABEL org.opencontainers.image.revision=$GIT_COMMIT
        COPY package.json package-lock.json ./
        RUN npm ci
        COPY . .
        RUN npm run build
        CMD ["node", "main.js"]
      `,
      good: `
        FROM node:22.11
        COPY package.json package-lock.json ./
        RUN npm ci
        COPY . .
        ARG GIT_COMMIT
        LABEL org.opencontainers.image.revision=$GIT_COMMIT
        RUN npm run build
        CMD ["node", "main.js"]
      `,
    },
  ],

  *check(file) {
    const installing = new Set<Instruction>();
    const doesMore = new Set<Instruction>();
    for (const { instruction, invocation } of runInvocations(file)) {
      const cache = cacheFilledBy(invocation);
      // Compilers may well put a version into what they make.
      if (
        installationOf(invocation) !== undefined ||
        (cache !== undefined && cache.inPlace !== true)
      ) {
        installing.add(instruction);
      } else if (!harmless.has(invocation.name)) {
        doesMore.add(instruction);
      }
    }
    for (const stage of file.stages) {
      for (const arg of stage.instructions) {
        const [pair, ...others] = arg.keyword === "ARG" && !arg.onbuild ? arg.pairs : [];
        const name = pair?.key.raw.text ?? "";
        if (arg.keyword !== "ARG" || pair === undefined || !volatileName.test(name)) {
          continue;
        }
        const { idle, labels, target } = reach(
          stage,
          arg,
          name,
          (run) => installing.has(run) && !doesMore.has(run),
        );
        if (idle) {
          yield {
            ...pair.key.span,
            message: `Each new value of ${name} runs the installation below again, which does not use it; declare it further down`,
            ...(others.length === 0 ? fix(file, [arg, ...labels], target) : {}),
          };
        }
      }
    }
  },
};

const volatileName =
  /^(?:(?:GIT|VCS|SOURCE|CI|BUILD|DRONE|GITHUB)_?)?(?:SHA|COMMIT|COMMIT_SHA|COMMIT_HASH|REVISION|COMMIT_REF|REF)$|^(?:CI_)?BUILD_?(?:DATE|TIME|TIMESTAMP|NUMBER|ID)$|^(?:TIMESTAMP|BUILD_VERSION)$/;

/** Programs that read no variables of a build. */
const harmless = new Set(
  "rm mkdir apt-get apk cd chmod chown echo set ln cp mv touch adduser addgroup useradd groupadd".split(
    " ",
  ),
);

interface Reach {
  /** A step that installs stands between the argument and what uses it. */
  readonly idle: boolean;
  /** The labels with its value on the way. */
  readonly labels: readonly Instruction[];
  /** The first instruction that uses it, or may. */
  readonly target: Instruction | undefined;
}

/** Goes down from the argument to what needs it. */
function reach(
  { instructions }: Stage,
  arg: ArgInstruction,
  name: string,
  isIdle: (run: Instruction) => boolean,
): Reach {
  const labels: Instruction[] = [];
  const word = new RegExp(`\\b${name}\\b`);
  let idle = false;
  for (const instruction of instructions.slice(instructions.indexOf(arg) + 1)) {
    const isNamed = word.test(instruction.rest.text) || instruction.heredocs.length > 0;
    if (isNamed && instruction.keyword === "LABEL") {
      labels.push(instruction);
    } else if (isNamed || (instruction.keyword === "RUN" && !isIdle(instruction))) {
      return { idle, labels, target: instruction };
    } else {
      idle ||= instruction.keyword === "RUN";
    }
  }
  return { idle, labels, target: undefined };
}

function fix(
  file: Dockerfile,
  moved: readonly Instruction[],
  target: Instruction | undefined,
): { fix?: Fix } {
  if (
    target === undefined ||
    [...moved, target].some(({ docComments }) => docComments.length > 0)
  ) {
    return {};
  }
  const lines = moved.map((each) => linesOf(file, each));
  const newText = lines.map(({ start, end }) => file.text.slice(start, end)).join("");
  const { start } = linesOf(file, target);
  return {
    fix: {
      title: "Declare it where it is used",
      safe: false,
      edits: [...lines.map((span) => ({ ...span, newText: "" })), { start, end: start, newText }],
    },
  };
}
