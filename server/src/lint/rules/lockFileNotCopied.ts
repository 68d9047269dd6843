import type { Dockerfile, RunInstruction } from "../../dockerfile/syntax.ts";
import { runInvocations } from "../../shell/scripts.ts";
import { type ContextCopy, copyOf } from "../contextCopies.ts";
import type { PackageCache } from "../packageCaches.ts";
import type { Edit, Fix, Problem, Rule, Surroundings } from "../rule.ts";
import { cacheFilledBy, installsFromFiles } from "../usedCaches.ts";

export const lockFileNotCopied: Rule = {
  name: "lock-file-not-copied",
  alsoKnownAs: ["LockFileNotCopied"],
  severity: "info",
  isAdvice: true,
  summary: "The file that says the exact versions should be copied before they are installed.",
  explanation: `
    Without the lock file the package manager takes the newest versions that fit, and the layer stays as it was then: two
    machines have two images. When only the lock file changes, which is what an update does, the
    installation does not run again. Where the project is copied later the lock file comes too late.
  `,
  examples: [
    {
      bad: `
        FROM node:22.11
        WORKDIR /app
        COPY package.json ./
             ^^^^^^^^^^^^ info: npm installs without package-lock.json, which is not copied yet; copy it too
        RUN npm install
        COPY src src
      `,
      good: `
        FROM node:22.11
        WORKDIR /app
        COPY package.json package-lock.json ./
        RUN npm install
        COPY src src
      `,
      contextFiles: ["package.json", "package-lock.json", "src/"],
    },
  ],

  *check(file, surroundings) {
    const filled = new Map<RunInstruction, PackageCache>();
    for (const { instruction, invocation } of runInvocations(file)) {
      const cache = cacheFilledBy(invocation);
      if (cache !== undefined && installsFromFiles(cache, invocation)) {
        filled.set(instruction, cache);
      }
    }
    for (const { instructions, base } of file.stages) {
      const copies: ContextCopy[] = [];
      for (const instruction of instructions) {
        const copy = copyOf(file, instruction);
        if (copy !== undefined) {
          copies.push(copy);
        }
        const cache = instruction.keyword === "RUN" ? filled.get(instruction) : undefined;
        // A stage below may have copied it.
        if (cache !== undefined && base.kind !== "stage" && !instruction.onbuild) {
          yield* check(file, copies, cache, surroundings);
        }
      }
    }
  },
};

function* check(
  file: Dockerfile,
  copies: readonly ContextCopy[],
  { name, manifests = [], locks = [] }: PackageCache,
  { contextFiles, ignoreFile }: Surroundings,
): Generator<Problem> {
  const [manifest] = manifests;
  const copy = copies.find(({ names }) => manifest !== undefined && names.includes(manifest));
  const index = copy?.names.findIndex((each) => each === manifest) ?? -1;
  const path = copy?.sources[index];
  const word = copy?.instruction.sources[index];
  if (copy === undefined || path === undefined || word === undefined) {
    return;
  }
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const lock = locks.find((each) =>
    contextFiles?.entries(folder)?.some((entry) => entry.name === each),
  );
  const lockPath = folder === "" ? lock : `${folder}/${lock}`;
  const mayBeThere = copies.some(({ names, sources }) =>
    names.some(
      (each, at) => each === lock || /[*?[$]/.test(each) || isFolder(sources[at], lockPath),
    ),
  );
  if (lock === undefined || mayBeThere || ignoreFile?.excludes(lockPath ?? "") === true) {
    return;
  }
  yield {
    ...word.span,
    message: `${name} installs without ${lock}, which is not copied yet; copy it too`,
    ...fix(file, copy, index, lock),
  };
}

/** Does the source hold the file? */
function isFolder(source: string | undefined, path = ""): boolean {
  return source === "" || (source !== undefined && path.startsWith(`${source}/`));
}

/** The lock file behind the manifest, and the destination as a directory. */
function fix(
  file: Dockerfile,
  { instruction }: ContextCopy,
  index: number,
  lock: string,
): { fix?: Fix } {
  const { destination, sources, json } = instruction;
  const word = sources[index];
  const target = destination?.value.text ?? "";
  const written = word === undefined ? "" : file.text.slice(word.span.start, word.span.end);
  const isFile = sources.length === 1 && /[^/]\.[a-z]+$/.test(target);
  if (
    destination === undefined ||
    word === undefined ||
    json ||
    isFile ||
    /["'$\\]/.test(written)
  ) {
    return {};
  }
  const { end } = word.span;
  const edits: Edit[] = [
    { start: end, end, newText: ` ${written.slice(0, written.lastIndexOf("/") + 1)}${lock}` },
  ];
  if (!target.endsWith("/")) {
    edits.push({ start: destination.span.end, end: destination.span.end, newText: "/" });
  }
  return { fix: { title: `Copy ${lock} too`, safe: false, edits } };
}
