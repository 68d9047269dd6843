import { suggest } from "../dockerfile/suggest.ts";
import type { Dockerfile, Instruction, RunInstruction } from "../dockerfile/syntax.ts";
import type { Environment } from "../dockerfile/variables.ts";
import { baseVariables } from "../lint/baseImages.ts";
import { evaluationOf } from "../dockerfile/evaluate.ts";
import { type InstructionScript, scriptsOf } from "../shell/scripts.ts";
import type { Shell } from "../shell/shells.ts";
import { type MappedText, slice, verbatim } from "../text/mappedText.ts";
import { CheckedScript } from "./checkedScript.ts";

/** The scripts of a Dockerfile that ShellCheck understands, in order. Made once for each parsed Dockerfile. */
export function checkedScripts(file: Dockerfile): readonly CheckedScript[] {
  const before = known.get(file);
  if (before !== undefined) {
    return before;
  }
  const variables = new KnownVariables(file);
  const fresh = scriptsOf(file).flatMap((script) => checked(script, file, variables) ?? []);
  known.set(file, fresh);
  return fresh;
}

const known = new WeakMap<Dockerfile, readonly CheckedScript[]>();

function checked(
  { script, shell, instruction, form }: InstructionScript,
  { text: document }: Dockerfile,
  variables: KnownVariables,
): CheckedScript | undefined {
  const interpreter = interpreters.get(shell.name);
  const source = script?.source;
  if (interpreter === undefined || source === undefined || source.text.trim() === "") {
    return undefined;
  }
  const shebang = `#!${interpreter}${flagsOf(shell)}\n`;
  const exports = variables.exportsFor(instruction, source.text);
  return new CheckedScript(
    shebang + exports,
    form === "heredoc"
      ? heredocParts(source, shebang, exports)
      : [shebang, exports, source, "\n", ...bodiesOf(instruction, document)],
  );
}

function bodiesOf({ heredocs }: Instruction, document: string): (MappedText | string)[] {
  return heredocs.flatMap(({ body, terminator, name }) => [
    verbatim(document, body),
    terminator === undefined ? name : verbatim(document, terminator),
    "\n",
  ]);
}

/**
 * What the script is told beforehand stands behind its `#!` line and the comments at its top, since
 * those of ShellCheck count for the whole script only where nothing comes before them.
 */
function heredocParts(body: MappedText, shebang: string, exports: string): (MappedText | string)[] {
  const [head = ""] = /^(?:[ \t]*(?:#[^\n]*)?\n)*/.exec(body.text) ?? [];
  return [
    ...(body.text.startsWith("#!") ? [] : [shebang]),
    slice(body, 0, head.length),
    exports,
    slice(body, head.length, body.text.length),
  ];
}

/** What ShellCheck calls the shells that it knows. */
const interpreters: ReadonlyMap<string, string> = new Map([
  ["sh", "/bin/sh"],
  ["bash", "/bin/bash"],
  ["rbash", "/bin/bash"],
  ["dash", "/bin/dash"],
  ["ash", "/bin/ash"],
  ["ksh", "/bin/ksh"],
]);

/** A shell that stops at the first failure needs no `|| exit`. */
function flagsOf({ options }: Shell): string {
  return options.some((each) => /^-[a-zA-Z]*e/.test(each) || each === "errexit") ? " -e" : "";
}

/** The variables that a script finds when it starts, as a line of shell that exports them. */
class KnownVariables {
  readonly #file: Dockerfile;
  #comparisons = 0;
  readonly #ofBase = new Map<number, ReadonlySet<string>>();

  constructor(file: Dockerfile) {
    this.#file = file;
  }

  /**
   * Those that the script names, and those that it may have meant by a name that is none: ShellCheck takes
   * its time for each. Each gets a value without blanks, as hadolint has it: a variable of the Dockerfile
   * needs no quotes.
   */
  exportsFor(instruction: Instruction, script: string): string {
    const environment = evaluationOf(this.#file).before.get(instruction);
    const inRun = instruction.keyword === "RUN";
    const ofBase = this.#baseOf(instruction.stage);
    const secrets = instruction.keyword === "RUN" ? secretsOf(instruction) : [];
    const isBound = (name: string): boolean => {
      const kind = environment?.binding(name)?.kind;
      // Arguments are gone when the container runs.
      const isDeclared = kind !== undefined && (inRun || kind === "env" || kind === "base image");
      return (
        isDeclared || ofBase.has(name) || secrets.includes(name) || (inRun && proxies.has(name))
      );
    };
    const names = new Set<string>();
    for (const name of namesIn(script)) {
      const known = isBound(name) ? name : this.#meantBy(name, environment);
      if (known !== undefined && (known === name || isBound(known))) {
        names.add(known);
      }
    }
    return names.size === 0
      ? ""
      : `export ${[...names]
          .sort()
          .map((name) => `${name}=1`)
          .join(" ")}\n`;
  }

  /** The declared name that is nearest to one that is not; ShellCheck says that only of names in capitals. */
  #meantBy(name: string, environment: Environment | undefined): string | undefined {
    if (environment === undefined || this.#comparisons > mostComparisons || !/^[A-Z_]/.test(name)) {
      return undefined;
    }
    const declared = [...environment.names()];
    this.#comparisons += declared.length;
    return suggest(name, declared);
  }

  #baseOf(stage: number | undefined): ReadonlySet<string> {
    if (stage === undefined) {
      return none;
    }
    const known = this.#ofBase.get(stage);
    if (known !== undefined) {
      return known;
    }
    const fresh = baseVariables(evaluationOf(this.#file).bases, stage) ?? none;
    this.#ofBase.set(stage, fresh);
    return fresh;
  }
}

/** After so many, names are no slips, and to compare them all would take too long for a key that is typed. */
const mostComparisons = 500;

/** The names of variables that a script may use, and some other words where variables need no dollar sign. */
function* namesIn(script: string): Generator<string> {
  const pattern = /\(\(|\[\[|\w\[|\blet\b/.test(script)
    ? /([A-Za-z_]\w*)/g
    : /\$\{?[#!]?([A-Za-z_]\w*)/g;
  for (let match = pattern.exec(script); match !== null; match = pattern.exec(script)) {
    yield match[1] ?? "";
  }
}

/** The variables that `--mount=type=secret` brings. */
function secretsOf({ mounts }: RunInstruction): string[] {
  return mounts.flatMap(({ type, options }) => {
    const name = options.find(({ key }) => key === "env")?.value?.value.text;
    return type === "secret" && name !== undefined ? [name] : [];
  });
}

const none: ReadonlySet<string> = new Set();

/** Every build has these without declaring them. */
const proxies: ReadonlySet<string> = new Set(
  ["HTTP", "HTTPS", "FTP", "NO", "ALL"].flatMap((each) => [
    `${each}_PROXY`,
    `${each.toLowerCase()}_proxy`,
  ]),
);
