import type { Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import type { Environment } from "../dockerfile/variables.ts";
import { baseVariables } from "../lint/baseVariables.ts";
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
  const exports = variables.exportsFor(instruction, source.text);
  if (form === "heredoc") {
    return new CheckedScript(heredocParts(source, `#!${interpreter}${flagsOf(shell)}\n`, exports));
  }
  const bodies = instruction.heredocs.flatMap(({ body, terminator, name }) => [
    verbatim(document, body),
    terminator === undefined ? name : verbatim(document, terminator),
    "\n",
  ]);
  return new CheckedScript([
    `#!${interpreter}${flagsOf(shell)}\n${exports}`,
    source,
    "\n",
    ...bodies,
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
  readonly #areFew: boolean;
  readonly #ofBase = new Map<number, ReadonlySet<string>>();
  #last: { readonly environment: Environment; readonly names: readonly string[] } | undefined;

  constructor(file: Dockerfile) {
    this.#file = file;
    this.#areFew =
      file.instructions.filter(({ keyword }) => keyword === "ARG" || keyword === "ENV").length <=
      few;
  }

  /**
   * All of them, so that a misspelled one is noticed too; where there are very many, those that the script
   * names. Each gets a value without blanks, as hadolint has it: a variable of the Dockerfile needs no quotes.
   */
  exportsFor(instruction: Instruction, script: string): string {
    const evaluation = evaluationOf(this.#file);
    const environment = evaluation.before.get(instruction);
    const mentioned = new Set(script.match(/(?<=\$\{?[#!]?)[A-Za-z_]\w*/g));
    const inRun = instruction.keyword === "RUN";
    const names = new Set(inRun ? proxies : []);
    if (environment !== undefined) {
      for (const name of this.#areFew ? this.#namesOf(environment) : mentioned) {
        const kind = environment.binding(name)?.kind;
        // Arguments are gone when the container runs.
        if (kind !== undefined && (inRun || kind === "env" || kind === "base image")) {
          names.add(name);
        }
      }
    }
    for (const name of this.#baseOf(instruction.stage)) {
      names.add(name);
    }
    for (const mount of instruction.keyword === "RUN" ? instruction.mounts : []) {
      const secret = mount.options.find(({ key }) => key === "env")?.value?.value.text;
      if (mount.type === "secret" && secret !== undefined) {
        names.add(secret);
      }
    }
    const assignments = [...names].filter((name) => /^[A-Za-z_]\w*$/.test(name)).sort();
    return assignments.length === 0
      ? ""
      : `export ${assignments.map((each) => `${each}=1`).join(" ")}\n`;
  }

  #namesOf(environment: Environment): readonly string[] {
    if (this.#last?.environment !== environment) {
      this.#last = { environment, names: [...environment.names()] };
    }
    return this.#last.names;
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

const none: ReadonlySet<string> = new Set();

/** So many ARG and ENV instructions are listed for each script. */
const few = 100;

/** Every build has these without declaring them. */
const proxies = ["HTTP", "HTTPS", "FTP", "NO", "ALL"].flatMap((each) => [
  `${each}_PROXY`,
  `${each.toLowerCase()}_proxy`,
]);
