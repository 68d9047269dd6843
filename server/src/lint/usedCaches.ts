import { evaluationOf } from "../dockerfile/evaluate.ts";
import { mountOption } from "../dockerfile/runMounts.ts";
import type { Dockerfile, RunInstruction, RunMount } from "../dockerfile/syntax.ts";
import { hasFlag, type Invocation, operands } from "../shell/invocation.ts";
import { managerOf } from "../shell/packageManagers.ts";
import type { RunInvocation } from "../shell/scripts.ts";
import { type PackageCache, packageCaches } from "./packageCaches.ts";
import { officialBase } from "./officialImages.ts";
import { addMountOption, removeCommand } from "./scriptEdits.ts";
import type { Edit } from "./rule.ts";

/** The cache that a command fills; `undefined` when it fills none that is known. */
export function cacheFilledBy(invocation: Invocation): PackageCache | undefined {
  const name = programOf(invocation);
  const words = wordsOf(invocation);
  return packageCaches.find(
    ({ programs, verbs, verbsAnywhere }) =>
      programs.includes(name) &&
      verbs.some((verb) =>
        verbsAnywhere === true ? words.includes(verb) : begins(words, verb.split(" ")),
      ),
  );
}

/** Where the cache lies at a RUN of root, by the stage's image and variables; absolute paths without variables only. */
export function directoriesOf(
  file: Dockerfile,
  instruction: RunInstruction,
  { directories }: PackageCache,
): string[] {
  const variables = evaluationOf(file).before.get(instruction);
  const image = officialBase(file, instruction.stage);
  return directories.flatMap(({ path, inImages, variables: movers }) => {
    for (const [variable, rest] of Object.entries(movers ?? {})) {
      const value = variables?.get(variable);
      if (value !== undefined) {
        return value.startsWith("/") ? [value.replace(/\/+$/, "") + rest] : [];
      }
    }
    return [(image === undefined ? undefined : inImages?.[image]) ?? path];
  });
}

/** The cache mounts of a RUN, each with its target, without a slash at its end. */
export function cacheMounts({
  mounts,
}: RunInstruction): { readonly mount: RunMount; readonly target: string }[] {
  return mounts.flatMap((mount) => {
    const target = mountOption(mount, "target", "dst", "destination")?.value?.value.text;
    return mount.type !== "cache" || target === undefined || target.includes("$")
      ? []
      : [{ mount, target: target.replace(/(?<=.)\/+$/, "") }];
  });
}

/** Does one of the targets hold the directory? */
export function isBelow(directory: string, targets: readonly string[]): boolean {
  return targets.some((target) => directory === target || directory.startsWith(`${target}/`));
}

/** What a command does to a cache that should be kept: `span` says where, `edit` takes it away. */
export interface Emptying {
  readonly start: number;
  readonly end: number;
  readonly what: string;
  readonly edit?: Edit;
}

/** Where the commands of a RUN empty the directories, or do without the caches in them. */
export function* emptyings(
  file: Dockerfile,
  run: readonly RunInvocation[],
  targets: readonly string[],
): Generator<Emptying> {
  for (const { invocation, script, instruction } of run) {
    const { name, nameWord, command } = invocation;
    const edit = (): { edit?: Edit } => {
      const removal = removeCommand(script, command);
      return removal === undefined ? {} : { edit: removal };
    };
    const paths = invocation.args.filter(({ value }) => value.startsWith("/"));
    if (
      name === "rm" &&
      paths.length > 0 &&
      hasFlag(invocation, "r", "R", "recursive", "f") &&
      paths.some(({ value }) => isBelow(value.replace(/\/\*?$/, ""), targets))
    ) {
      const others = paths.filter(({ value }) => !isBelow(value.replace(/\/\*?$/, ""), targets));
      const all = others.length === 0 && paths.length === operands(invocation).length;
      yield { ...command.span, what: "rm", ...(all ? edit() : {}) };
      continue;
    }
    const words = wordsOf(invocation);
    for (const cache of packageCaches) {
      const { programs, off = [], clean = [] } = cache;
      if (
        !programs.includes(programOf(invocation)) ||
        !directoriesOf(file, instruction, cache).some((path) => isBelow(path, targets))
      ) {
        continue;
      }
      const flag = invocation.flags.find((each) => off.includes(each.name));
      const verb = clean.find((each) => begins(words, each.split(" ")));
      if (verb !== undefined) {
        yield { ...command.span, what: `${nameWord.value} ${verb}`, ...edit() };
      } else if (flag !== undefined && flag.word.value === `--${flag.name}`) {
        const { span } = flag.word;
        // Up to the blank before it, so that none is left over.
        const isShell = script.form !== "exec" && file.text[span.start - 1] === " ";
        yield {
          ...span,
          what: `--${flag.name}`,
          ...(isShell && { edit: { start: span.start - 1, end: span.end, newText: "" } }),
        };
      } else {
        continue;
      }
      break;
    }
  }
}

/** The edit that puts cache mounts on a RUN. */
export function addCacheMounts(
  { keywordSpan: { end } }: RunInstruction,
  directories: readonly string[],
  { locked }: PackageCache,
): Edit {
  const flags = directories.map(
    (path) => ` --mount=type=cache,target=${path}${locked === true ? ",sharing=locked" : ""}`,
  );
  return { start: end, end, newText: flags.join("") };
}

/** The edit that makes builds wait for each other at a cache mount. */
export function lockMount(file: Dockerfile, mount: RunMount): Edit | undefined {
  return addMountOption(file, mount, "sharing=locked");
}

/** Does the command install what files say, and not packages that are named in it? */
export function installsFromFiles(
  { name, manifests }: PackageCache,
  invocation: Invocation,
): boolean {
  if (name === "pip") {
    return hasFlag(invocation, "r", "requirement");
  }
  const named = operands(invocation, valuedOptions).slice(1);
  return manifests?.includes("package.json") !== true || named.length === 0;
}

const valuedOptions = new Set([
  "loglevel",
  "registry",
  "prefix",
  "cache",
  "network-timeout",
  "cwd",
]);

function programOf(invocation: Invocation): string {
  return managerOf(invocation) ?? invocation.name;
}

/** The arguments that are no options, without the `pip` of `python -m pip`. */
function wordsOf(invocation: Invocation): string[] {
  const words = operands(invocation, valuedOptions).map(({ value }) => value);
  return invocation.name.startsWith("python") ? words.slice(1) : words;
}

function begins(words: readonly string[], verb: readonly string[]): boolean {
  return verb[0] === "" ? words.length === 0 : verb.every((word, index) => words[index] === word);
}
