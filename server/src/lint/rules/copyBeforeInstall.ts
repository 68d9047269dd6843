import type { Dockerfile, Instruction, RunInstruction } from "../../dockerfile/syntax.ts";
import { subcommand } from "../../shell/invocation.ts";
import { type RunInvocation, runInvocations } from "../../shell/scripts.ts";
import { type ContextCopy, copyOf, isWholeContext } from "../contextCopies.ts";
import type { PackageCache } from "../packageCaches.ts";
import type { Fix, Rule, Surroundings } from "../rule.ts";
import { linesOf, plainScript, removeCommand } from "../scriptEdits.ts";
import { cacheFilledBy, installsFromFiles } from "../usedCaches.ts";

export const copyBeforeInstall: Rule = {
  name: "copy-before-install",
  alsoKnownAs: ["CopyBeforeInstall"],
  severity: "info",
  isAdvice: true,
  summary: "Dependencies should be installed before the whole project is copied.",
  explanation: `
    Behind \`COPY . .\` every change of any file runs the installation again. What is to be installed stands in a file
    or two: copy those first, install, and copy the rest then. So a step of minutes stays cached until the dependencies
    change.

    The fix is offered where the install command follows the \`COPY\` directly, and the files are in the build context. A
    project whose installation runs scripts of its own needs these copied first too.
  `,
  examples: [
    {
      bad: `
        FROM node:22.11
        WORKDIR /app
        COPY . .
        RUN npm ci && npm run build
            ^^^^^^ info: npm installs everything again when any file changes; copy package.json and package-lock.json alone first
      `,
      good: `
        FROM node:22.11
        WORKDIR /app
        COPY package.json package-lock.json ./
        RUN npm ci
        COPY . .
        RUN npm run build
      `,
      contextFiles: ["Dockerfile", "package.json", "package-lock.json", "src/"],
      ignoreFile: "Dockerfile\nnode_modules\n",
    },
    {
      bad: `
        FROM python:3.13
        COPY . /app
        WORKDIR /app
        RUN pip install --no-cache-dir -r requirements.txt
            ^^^^^^^^^^^ info: pip installs everything again when any file changes; copy requirements.txt alone first
      `,
    },
  ],

  *check(file, surroundings) {
    /** By stage: the first COPY of everything. */
    const copies = new Map<number, ContextCopy>();
    /** By stage: the names that COPY has named, and those of stages below. */
    const named = new Map<number, readonly string[]>();
    const runs = new Map<RunInstruction, RunInvocation[]>();
    for (const run of runInvocations(file)) {
      runs.set(run.instruction, [...(runs.get(run.instruction) ?? []), run]);
    }
    for (const { index, base, instructions } of file.stages) {
      const names = base.kind === "stage" ? [...(named.get(base.stage) ?? [])] : [];
      for (const instruction of instructions) {
        const copy = copyOf(file, instruction);
        if (copy !== undefined) {
          names.push(...copy.names);
          if (!copies.has(index) && isWholeContext(copy)) {
            copies.set(index, copy);
          }
        }
        const whole = copies.get(index);
        if (instruction.keyword !== "RUN" || whole === undefined || instruction.onbuild) {
          continue;
        }
        if (instruction.mounts.some(({ type }) => type === "bind")) {
          continue;
        }
        for (const run of runs.get(instruction) ?? []) {
          const cache = cacheFilledBy(run.invocation);
          const [manifest] = cache?.manifests ?? [];
          if (
            cache === undefined ||
            manifest === undefined ||
            !installsFromFiles(cache, run.invocation) ||
            names.some((name) => matches(name, manifest))
          ) {
            continue;
          }
          const files = filesToCopy(cache, surroundings);
          if (files === undefined) {
            continue;
          }
          names.push(manifest);
          const verb = subcommand(run.invocation);
          yield {
            start: run.invocation.nameWord.span.start,
            end: verb?.span.end ?? run.invocation.nameWord.span.end,
            message: `${cache.name} installs everything again when any file changes; copy ${files.join(" and ")} alone first`,
            related: { span: whole.instruction.span, message: "Everything is copied here" },
            ...(surroundings.contextFiles !== undefined && fix(file, whole, run, files)),
          };
        }
      }
      named.set(index, names);
    }
  },
};

/** Could the pattern, which may hold variables, mean the file? */
function matches(pattern: string, name: string): boolean {
  const [stem = ""] = name.split(".");
  return pattern === name || (/[*?[$]/.test(pattern) && pattern.startsWith(stem.slice(0, 3)));
}

/** What there is of the files that say what to install; `undefined` when it is known that the main one is not there. */
function filesToCopy(
  { manifests = [], locks = [], settings = [] }: PackageCache,
  { contextFiles, ignoreFile }: Surroundings,
): string[] | undefined {
  const entries = contextFiles?.entries("");
  if (entries === undefined) {
    return [...manifests];
  }
  const found = [...manifests, ...locks, ...settings].filter(
    (name) =>
      entries.some((entry) => entry.name === name && !entry.isDirectory) &&
      ignoreFile?.excludes(name) !== true,
  );
  return manifests.every((name) => found.includes(name)) ? found : undefined;
}

/** Splits the COPY in two around the install command, where nothing stands between them. */
function fix(
  file: Dockerfile,
  { instruction: copy, destination }: ContextCopy,
  { instruction, script, invocation }: RunInvocation,
  files: readonly string[],
): { fix?: Fix } {
  const list = plainScript(script)?.list;
  const [first] = list ?? [];
  const isFirst =
    first?.pipeline.commands.length === 1 && first.pipeline.commands[0] === invocation.command;
  const body = file.stages[copy.stage ?? -1]?.instructions ?? [];
  const isNext = body[body.indexOf(copy) + 1] === instruction;
  if (
    list === undefined ||
    !isFirst ||
    !isNext ||
    destination === undefined ||
    copy.keyword !== "COPY" ||
    copy.json ||
    copy.sources.length !== 1 ||
    hasComments(copy) ||
    hasComments(instruction)
  ) {
    return {};
  }
  const words = copy.flags.map(({ span }) => file.text.slice(span.start, span.end));
  const folder = destination === "." ? "./" : destination.replace(/\/*$/, "/");
  const { keywordText } = copy;
  const manifests = [keywordText, ...words, ...files, folder].join(" ");
  const { start, end } = invocation.command.span;
  const flags = instruction.flags.map(({ span }) => `${file.text.slice(span.start, span.end)} `);
  const install = `${instruction.keywordText} ${flags.join("")}${file.text.slice(start, end)}`;
  const at = linesOf(file, copy).start;
  const rest =
    list.length === 1
      ? { ...linesOf(file, instruction), newText: "" }
      : removeCommand(script, invocation.command);
  return rest === undefined
    ? {}
    : {
        fix: {
          title: `Copy ${files.join(" and ")} and install first`,
          safe: false,
          edits: [{ start: at, end: at, newText: `${manifests}\n${install}\n` }, rest],
        },
      };
}

function hasComments({ docComments, innerComments }: Instruction): boolean {
  return docComments.length > 0 || innerComments.length > 0;
}
