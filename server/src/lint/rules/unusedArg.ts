import type { ArgInstruction, Dockerfile, KeyValue, Stage } from "../../dockerfile/syntax.ts";
import { invocationOf } from "../../shell/invocation.ts";
import { scriptsOf } from "../../shell/scripts.ts";
import { evaluationOf } from "../../dockerfile/evaluate.ts";
import type { Span } from "../../text/span.ts";
import type { Fix, Rule } from "../rule.ts";

export const unusedArg: Rule = {
  name: "unused-arg",
  alsoKnownAs: ["UnusedArg"],
  severity: "warning",
  summary: "An `ARG` should be used.",
  explanation: `
    An \`ARG\` before the first \`FROM\` is visible in \`FROM\` lines only; a stage that wants it repeats
    \`ARG name\`. Without that its variable is empty there, without an error.

    An \`ARG\` in a stage is part of the cache key of every \`RUN\` below it, used or not. Such an argument
    is reported only where nothing below it names it, and where every program that a \`RUN\` below it starts is one
    that reads no variables of its own, such as \`apt-get\` or \`mkdir\`: others may read it from the environment.
  `,
  examples: [
    {
      bad: `
        ARG VERSION=3.21
        ARG USER_ID=1000
            ^^^^^^^ warning: No FROM uses USER_ID, and this ARG is not visible in the stage that does; repeat \`ARG USER_ID\` there
        FROM alpine:$VERSION
        RUN adduser -D -u $USER_ID app
      `,
      good: `
        ARG VERSION=3.21
        ARG USER_ID=1000
        FROM alpine:$VERSION
        ARG USER_ID
        RUN adduser -D -u $USER_ID app
      `,
    },
    {
      bad: `
        FROM alpine:3.21
        ARG PACKAGE=git EDITION=1
                        ^^^^^^^ warning: Nothing uses the argument EDITION
        RUN apk add --no-cache $PACKAGE
      `,
      good: `
        FROM alpine:3.21
        ARG PACKAGE=git
        RUN apk add --no-cache $PACKAGE
      `,
    },
  ],

  *check(file) {
    const globals = globalUses(file);
    for (const arg of file.globalArgs) {
      for (const pair of arg.pairs) {
        const name = pair.key.raw.text;
        if (globals.used.has(name) || isForOthers(name) || !isName(name)) {
          continue;
        }
        const isMentioned = globals.mentioned.has(name);
        yield {
          ...pair.key.span,
          message: isMentioned
            ? `No FROM uses ${name}, and this ARG is not visible in the stage that does; repeat \`ARG ${name}\` there`
            : `Nothing uses the argument ${name}`,
          ...(!isMentioned && { tag: "unnecessary" as const, ...removal(file, arg, pair) }),
        };
      }
    }
    const stages = stageUses(file);
    for (const stage of file.stages) {
      for (const arg of stage.instructions) {
        if (arg.keyword !== "ARG" || arg.onbuild) {
          continue;
        }
        for (const pair of arg.pairs) {
          const name = pair.key.raw.text;
          if (isName(name) && !isForOthers(name) && !isUsed(stages, stage, pair)) {
            yield {
              ...pair.key.span,
              message: `Nothing uses the argument ${name}`,
              tag: "unnecessary",
              ...removal(file, arg, pair),
            };
          }
        }
      }
    }
  },
};

/** Arguments that the builder, package managers and the like read by themselves, and those that are there to break the cache. */
function isForOthers(name: string): boolean {
  return /^BUILDKIT_|^DEBIAN_|^APT_|^APK_|^LC_|^LANG|^TZ$|^TERM$|^PATH$|^SOURCE_DATE_EPOCH$|proxy$|cache|bust|refresh|rebuild|invalidate|date|time|random|uuid/i.test(
    name,
  );
}

function isName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

/** Which names FROM lines and global ARGs expand, and stages repeat; and which stages name at all. */
function globalUses(file: Dockerfile): { used: ReadonlySet<string>; mentioned: Set<string> } {
  const used = new Set<string>();
  const mentioned = new Set<string>();
  const { expansions } = evaluationOf(file);
  for (const instruction of [...file.globalArgs, ...file.stages.map(({ from }) => from)]) {
    for (const { expansion } of expansions.get(instruction) ?? []) {
      for (const { name } of expansion.uses) {
        used.add(name);
      }
    }
  }
  for (const { instructions, from } of file.stages) {
    for (const instruction of instructions) {
      if (instruction.keyword === "ARG") {
        for (const { key } of instruction.pairs) {
          used.add(key.raw.text);
        }
      } else if (instruction !== from) {
        const { start, end } = instruction.span;
        for (const [, name = ""] of file.text.slice(start, end).matchAll(/\$\{?([A-Za-z_]\w*)/g)) {
          mentioned.add(name);
        }
      }
    }
  }
  return { used, mentioned };
}

interface StageUses {
  /** By stage: where each word stands last. */
  readonly words: readonly ReadonlyMap<string, number>[];
  /** By stage: where the last instruction begins that may use any variable; -1 when none does. */
  readonly opaque: readonly number[];
  /** The stages that others build on: these see the arguments too. */
  readonly bases: ReadonlySet<number>;
  /** Where each word stands last in the file, and the last instruction that may use any variable. */
  readonly lastWords: ReadonlyMap<string, number>;
  readonly lastOpaque: number;
}

function stageUses(file: Dockerfile): StageUses {
  const opaque = file.stages.map(() => -1);
  for (const { instruction, form, script, commands } of scriptsOf(file)) {
    const isPlain =
      instruction.keyword !== "RUN" ||
      ((form === "exec" || script !== undefined) &&
        commands.every((command) => {
          const name = command.words.length === 0 ? "true" : invocationOf(command)?.name;
          return name !== undefined && plainPrograms.has(name);
        }));
    if (!isPlain && instruction.stage !== undefined) {
      opaque[instruction.stage] = instruction.span.start;
    }
  }
  const words = file.stages.map(({ span: { start, end } }) => {
    const found = new Map<string, number>();
    for (const { 0: word, index } of file.text.slice(start, end).matchAll(/[A-Za-z_]\w*/g)) {
      found.set(word, start + index);
    }
    return found;
  });
  const { bases } = evaluationOf(file);
  return {
    words,
    opaque,
    bases: new Set(bases.flatMap((base) => (base.kind === "stage" ? [base.stage] : []))),
    lastWords: new Map(words.flatMap((each) => [...each])),
    lastOpaque: opaque.findLast((start) => start >= 0) ?? -1,
  };
}

/** Errs towards "used": also where a stage behind that does not build on this one could be meant. */
function isUsed(uses: StageUses, { index }: Stage, { key }: KeyValue): boolean {
  const name = key.raw.text;
  const at = key.span.end;
  const isBase = uses.bases.has(index);
  const lastWord = (isBase ? uses.lastWords : uses.words[index])?.get(name) ?? -1;
  const lastOpaque = isBase ? uses.lastOpaque : (uses.opaque[index] ?? -1);
  return lastWord >= at || lastOpaque >= at;
}

/** Programs that do not look at variables which a Dockerfile would make up. */
const plainPrograms = new Set(
  "[ [[ : add-apt-repository addgroup adduser apk apt apt-get apt-key break cat cd chgrp chmod chown chpasswd continue cp cut curl dnf dpkg echo exit export false find groupadd grep gunzip head install ln locale-gen ls microdnf mkdir mktemp mv printf pwd read return rm rmdir rpm sed set sha1sum sha256sum sha512sum shift sleep sort tail tar tee test touch tr trap true umask uname uniq unset unzip update-ca-certificates useradd usermod wc wget xz yum zypper".split(
    " ",
  ),
);

/** The whole instruction when it declares nothing else. Nothing where another argument is used in it, which would be unused then. */
function removal(file: Dockerfile, arg: ArgInstruction, pair: KeyValue): { readonly fix?: Fix } {
  if (pair.value?.raw.text.includes("$") === true) {
    return {};
  }
  const title = `Remove the argument ${pair.key.raw.text}`;
  return { fix: { title, safe: false, edits: [{ ...removedSpan(file, arg, pair), newText: "" }] } };
}

function removedSpan({ lines }: Dockerfile, arg: ArgInstruction, pair: KeyValue): Span {
  if (arg.pairs.length === 1) {
    return {
      start: lines.lineStart(lines.lineAt(arg.span.start)),
      end: lines.lineStart(lines.lineAt(arg.span.end) + 1),
    };
  }
  const index = arg.pairs.indexOf(pair);
  const before = arg.pairs[index - 1];
  const after = arg.pairs[index + 1];
  return before === undefined
    ? { start: pair.span.start, end: after?.span.start ?? pair.span.end }
    : { start: before.span.end, end: pair.span.end };
}
