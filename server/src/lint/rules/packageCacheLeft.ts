import type { Dockerfile, RunInstruction } from "../../dockerfile/syntax.ts";
import { mountOption } from "../../dockerfile/runMounts.ts";
import { hasFlag, type Invocation, operands } from "../../shell/invocation.ts";
import { type PackageManager, installationOf, managerOf } from "../../shell/packageManagers.ts";
import { type RunInvocation, runInvocations } from "../../shell/scripts.ts";
import type { ShellWord } from "../../shell/syntax.ts";
import { addArgument } from "../addArgument.ts";
import { appendCommand } from "../appendCommand.ts";
import { evaluationOf } from "../../dockerfile/evaluate.ts";
import type { Fix, Problem, Rule } from "../rule.ts";

export const packageCacheLeft: Rule = {
  name: "package-cache-left",
  alsoKnownAs: [
    "PackageCacheLeft",
    "DL3009",
    "DL3019",
    "DL3032",
    "DL3036",
    "DL3040",
    "DL3042",
    "DL3060",
  ],
  severity: "warning",
  summary: "What a package manager has downloaded should not stay in the image.",
  explanation: `
    Lists and archives that are only needed while something is installed make the layer larger for
    ever: a later instruction cannot make it smaller. Remove them in the same \`RUN\`, or keep them
    out of the image with \`--mount=type=cache\`, which also makes the next build faster.
  `,
  examples: [
    {
      bad: `
        FROM debian:12.8
        RUN apt-get update && apt-get install -y git=1:2.39.5-0
            ^^^^^^^^^^^^^^ info: The package lists stay in the image; remove /var/lib/apt/lists/* in the same RUN
      `,
      good: `
        FROM debian:12.8
        RUN apt-get update && apt-get install -y git=1:2.39.5-0 && rm -rf /var/lib/apt/lists/*
      `,
    },
    {
      bad: `
        FROM alpine:3.21
        RUN apk add git=2.47.1-r0
                ^^^ info: The package index stays in the image; add --no-cache
      `,
      good: `
        FROM alpine:3.21
        RUN apk add --no-cache git=2.47.1-r0
      `,
    },
    {
      bad: `
        FROM python:3.13
        RUN pip install -r requirements.txt
                ^^^^^^^ warning: What pip downloads stays in the image; add --no-cache-dir
      `,
      good: `
        FROM python:3.13
        RUN pip install --no-cache-dir -r requirements.txt
      `,
    },
    {
      bad: `
        FROM fedora:41
        RUN dnf install -y \\
            ^^^^^^^^^^^ warning: What dnf downloads stays in the image; run "dnf clean all" in the same RUN
              git-2.47.1
      `,
      good: `
        FROM fedora:41
        RUN dnf install -y \\
              git-2.47.1 \\
              && dnf clean all
      `,
    },
  ],

  *check(file) {
    const bases = new Set(file.stages.map(({ base }) => (base.kind === "stage" ? base.stage : -1)));
    let current: RunInstruction | undefined;
    let run: RunInvocation[] = [];
    const finish = function* (): Generator<Problem> {
      const stage = current?.stage;
      const isKept = stage === file.stages.length - 1 || (stage !== undefined && bases.has(stage));
      yield* checkRun(file, run, isKept);
    };
    for (const each of runInvocations(file)) {
      if (each.instruction !== current) {
        yield* finish();
        current = each.instruction;
        run = [];
      }
      run.push(each);
    }
    yield* finish();
  },
};

function* checkRun(
  file: Dockerfile,
  run: readonly RunInvocation[],
  isKept: boolean,
): Generator<Problem> {
  for (const [index, each] of run.entries()) {
    const { invocation, instruction } = each;
    const manager =
      managerOf(invocation) ?? (invocation.name === "aptitude" ? "apt-get" : undefined);
    if (manager === undefined && invocation.name !== "apt") {
      continue;
    }
    const later = run.slice(index + 1).map((other) => other.invocation);
    const installation = installationOf(invocation);
    switch (manager ?? "apt-get") {
      case "apt-get":
        if (
          isKept &&
          operands(invocation)[0]?.value === "update" &&
          !isMounted(instruction, "/var/lib/apt/lists") &&
          !run.some((other) => removes(other.invocation, "/var/lib/apt"))
        ) {
          yield {
            start: invocation.nameWord.span.start,
            end: operands(invocation)[0]?.span.end ?? invocation.nameWord.span.end,
            message:
              "The package lists stay in the image; remove /var/lib/apt/lists/* in the same RUN",
            alias: "DL3009",
            severity: "info",
            ...append(file, each, "rm -rf /var/lib/apt/lists/*"),
          };
        }
        break;
      case "apk":
        if (
          installation !== undefined &&
          !hasFlag(invocation, "no-cache") &&
          !isMounted(instruction, "/var/cache/apk") &&
          !later.some((other) => removes(other, "/var/cache/apk"))
        ) {
          yield flagMissing(each, installation.verb, "The package index stays", "--no-cache", {
            alias: "DL3019",
            severity: "info",
          });
        }
        break;
      case "pip":
        if (
          installation !== undefined &&
          !hasFlag(invocation, "no-cache-dir") &&
          !isMounted(instruction, "/root/.cache/pip", "/root/.cache") &&
          !hasNoPipCache(file, each)
        ) {
          yield flagMissing(each, installation.verb, "What pip downloads stays", "--no-cache-dir", {
            alias: "DL3042",
          });
        }
        break;
      case "yum":
      case "dnf":
      case "zypper":
      case "yarn":
        if (installation !== undefined || isUpgrade(manager, invocation)) {
          yield* cleanMissing(file, each, later);
        }
        break;
      default:
        break;
    }
  }
}

function* cleanMissing(
  file: Dockerfile,
  each: RunInvocation,
  later: readonly Invocation[],
): Generator<Problem> {
  const { invocation, instruction } = each;
  const { name } = invocation;
  const manager = managerOf(invocation);
  const facts = manager === undefined ? undefined : cleaning.get(manager);
  const verb = operands(invocation)[0];
  if (facts === undefined || verb === undefined || isMounted(instruction, ...facts.mounts)) {
    return;
  }
  const isCleaned = later.some(
    (other) =>
      (managerOf(other) === manager && facts.clean.test(argumentsOf(other))) ||
      facts.mounts.some((path) => removes(other, path)),
  );
  if (!isCleaned) {
    const command = `${name} ${facts.command}`;
    yield {
      start: invocation.nameWord.span.start,
      end: verb.span.end,
      message: `What ${name} downloads stays in the image; run "${command}" in the same RUN`,
      alias: facts.code,
      ...(manager === "yarn" ? { severity: "info" } : {}),
      ...append(file, each, command),
    };
  }
}

interface Cleaning {
  readonly code: string;
  /** What follows the program's name in the command that cleans. */
  readonly command: string;
  readonly clean: RegExp;
  /** The folders of the cache. */
  readonly mounts: readonly string[];
}

const cleaning: ReadonlyMap<PackageManager, Cleaning> = new Map([
  [
    "yum",
    { code: "DL3032", command: "clean all", clean: /^clean all\b/, mounts: ["/var/cache/yum"] },
  ],
  [
    "dnf",
    {
      code: "DL3040",
      command: "clean all",
      clean: /^clean all\b/,
      mounts: ["/var/cache/libdnf5", "/var/cache/dnf"],
    },
  ],
  [
    "zypper",
    {
      code: "DL3036",
      command: "clean",
      clean: /^(?:clean|cc)\b/,
      mounts: ["/var/cache/zypp"],
    },
  ],
  [
    "yarn",
    {
      code: "DL3060",
      command: "cache clean",
      clean: /^cache clean\b/,
      mounts: ["/root/.cache/yarn", "/usr/local/share/.cache"],
    },
  ],
]);

function isUpgrade(manager: PackageManager | undefined, invocation: Invocation): boolean {
  const verb = operands(invocation)[0]?.value;
  return manager === "dnf" && (verb === "upgrade" || verb === "reinstall");
}

function argumentsOf(invocation: Invocation): string {
  return operands(invocation)
    .map(({ value }) => value)
    .join(" ");
}

/** Does `rm -r` take the folder, or what is in it, away? */
function removes(invocation: Invocation, folder: string): boolean {
  return (
    invocation.name === "rm" &&
    (hasFlag(invocation, "r", "R", "recursive") || folder === "/var/cache/apk") &&
    invocation.args.some(({ value }) => value.startsWith(folder))
  );
}

/** Is the folder, or one that holds it, a cache or a tmpfs while the RUN runs? */
function isMounted({ mounts }: RunInstruction, ...folders: readonly string[]): boolean {
  return mounts.some((mount) => {
    const target = mountOption(mount, "target", "dst", "destination")?.value?.value.text;
    const path = target?.replace(/\/+$/, "");
    return (
      path !== undefined &&
      (mount.type === "cache" || mount.type === "tmpfs") &&
      folders.some((folder) => folder === path || folder.startsWith(`${path}/`))
    );
  });
}

function hasNoPipCache(
  file: Dockerfile,
  { instruction, invocation, script }: RunInvocation,
): boolean {
  const variable = evaluationOf(file).before.get(instruction)?.get("PIP_NO_CACHE_DIR");
  const written = script.commands.flatMap(({ assignments, words, span }) => {
    const isExport = words[0]?.text === "export";
    return span.start > invocation.command.span.start
      ? []
      : [
          ...(words.length === 0 || span.start === invocation.command.span.start
            ? assignments.map(({ name, value }) => `${name}=${value.value}`)
            : []),
          ...(isExport ? words.slice(1).map(({ value }) => value) : []),
        ];
  });
  return (
    isTruthy(variable) ||
    written.some((each) => each.startsWith("PIP_NO_CACHE_DIR=") && isTruthy(each.split("=")[1]))
  );
}

function isTruthy(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|on|yes|t|y)$/i.test(value);
}

function flagMissing(
  { script }: RunInvocation,
  verb: ShellWord,
  what: string,
  flag: string,
  more: Pick<Problem, "alias" | "severity">,
): Problem {
  return {
    ...verb.span,
    message: `${what} in the image; add ${flag}`,
    ...more,
    fix: { title: `Add ${flag}`, safe: false, edits: [addArgument(script, verb, flag)] },
  };
}

function append(file: Dockerfile, { script }: RunInvocation, command: string): { fix?: Fix } {
  const edit = appendCommand(file, script, command);
  return edit === undefined
    ? {}
    : { fix: { title: `Run "${command}" at the end`, safe: false, edits: [edit] } };
}
