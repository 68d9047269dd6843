import { runInvocations } from "../../shell/scripts.ts";
import { copyOf, isWholeContext } from "../contextCopies.ts";
import type { Rule } from "../rule.ts";

export const copyTakesTooMuch: Rule = {
  name: "copy-takes-too-much",
  alsoKnownAs: ["CopyTakesTooMuch"],
  severity: "info",
  isAdvice: true,
  summary: "`COPY . .` should not take what the image does not need.",
  explanation: `
    \`COPY . .\` runs again when any file that it takes has changed. Each \`git\` command changes \`.git\`, and each word in
    the Dockerfile changes the Dockerfile. \`node_modules\` and the like of this computer come over those that the
    image has installed. Name them in \`.dockerignore\`, and less is sent to the builder, too.
    \`.git\` is left alone where a step runs \`git\`.
  `,
  examples: [
    {
      bad: `
        FROM node:22.11
        COPY . /app
             ^ info: It takes .git, Dockerfile and node_modules too, whose changes run everything below again; name them in .dockerignore
      `,
      good: `
        FROM node:22.11
        COPY src /app
      `,
      contextFiles: [".git/HEAD", "Dockerfile", "node_modules/", "src/index.js"],
    },
    {
      bad: `
        FROM node:22.11
        COPY . /app
             ^ info: It takes .git too, whose changes run everything below again; name it in .dockerignore
      `,
      contextFiles: [".git/HEAD", "Dockerfile", "node_modules/", "src/index.js"],
      ignoreFile: "node_modules\nDockerfile\n",
    },
  ],

  *check(file, { contextFiles, ignoreFile }) {
    const entries = contextFiles?.entries("") ?? [];
    const programs = new Set(runInvocations(file).map(({ invocation }) => invocation.name));
    const copy = file.instructions
      .map((instruction) => copyOf(file, instruction))
      .find((each) => each !== undefined && isWholeContext(each));
    const word = copy?.instruction.sources[copy.sources.indexOf("")];
    const names = entries.flatMap(({ name }) =>
      isUnwanted(name, programs) && ignoreFile?.excludes(name) !== true ? [name] : [],
    );
    const last = names.at(-1);
    if (word === undefined || last === undefined) {
      return;
    }
    const isOne = names.length === 1;
    const list = isOne ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
    yield {
      ...word.span,
      message: `It takes ${list} too, whose changes run everything below again; name ${isOne ? "it" : "them"} in .dockerignore`,
    };
  },
};

function isUnwanted(name: string, programs: ReadonlySet<string>): boolean {
  switch (name) {
    case ".git":
      return !programs.has("git");
    case "target":
      return programs.has("cargo") || programs.has("mvn");
    case "bin":
    case "obj":
      return programs.has("dotnet");
    default:
      return unwanted.test(name);
  }
}

/** The builder's own files, and what tools make beside the sources. */
const unwanted =
  /^(?:Dockerfile|\.dockerignore|(?:docker-)?compose\.ya?ml|node_modules|__pycache__|\.venv|\.next|\.gradle|\.tox|\.mypy_cache|\.pytest_cache|coverage|\.idea|\.vscode|\.DS_Store|npm-debug\.log)$/;
