import type { ShellWord, SimpleCommand } from "./syntax.ts";

/** A program that a simple command starts, with what stands around it taken away. */
export interface Invocation {
  readonly command: SimpleCommand;
  /** Without its path: `apt-get` for `/usr/bin/apt-get`. */
  readonly name: string;
  readonly nameWord: ShellWord;
  /** Everything behind the name. */
  readonly args: readonly ShellWord[];
  readonly flags: readonly InvocationFlag[];
}

/** One option. `-abc` is three of them. */
export interface InvocationFlag {
  /** Without dashes and value. */
  readonly name: string;
  /** What follows `=` in the same word. */
  readonly value?: string;
  readonly word: ShellWord;
}

/**
 * The program of a simple command. `sudo`, `env`, `exec`, `command`, `builtin`, `busybox`, `nice`,
 * `nohup` and `time` are looked through, unless the rule asks for the outermost. `undefined` for bare
 * assignments, and when the name is not constant.
 */
export function invocationOf(
  command: SimpleCommand,
  which: "innermost" | "outermost" = "innermost",
): Invocation | undefined {
  let { words } = command;
  for (;;) {
    const [nameWord, ...args] = words;
    if (nameWord?.text === undefined) {
      return undefined;
    }
    const name = nameWord.text.slice(nameWord.text.lastIndexOf("/") + 1);
    const inner = which === "outermost" ? -1 : innerCommand(name, args);
    if (inner === -1) {
      return { command, name, nameWord, args, flags: flagsOf(args) };
    }
    words = args.slice(inner);
  }
}

/** Has it any of these options? Names without dashes: `y`, `yes`. */
export function hasFlag({ flags }: Invocation, ...names: readonly string[]): boolean {
  return flags.some(({ name }) => names.includes(name));
}

/** How often the options stand there: `-q -q` and `-qq` are two. */
export function countFlag({ flags }: Invocation, ...names: readonly string[]): number {
  return flags.filter(({ name }) => names.includes(name)).length;
}

/**
 * The value of an option: `--name=value`, `--name value`, `-n value`, `-nvalue` (for one letter). Names
 * without dashes.
 */
export function flagValue(
  { args }: Invocation,
  ...names: readonly string[]
): ShellWord | string | undefined {
  for (const [index, word] of args.entries()) {
    for (const name of names) {
      const option = name.length === 1 ? `-${name}` : `--${name}`;
      if (word.value === option) {
        return args[index + 1];
      }
      const attached = name.length === 1 ? option : `${option}=`;
      if (word.value.startsWith(attached) && word.value.length > attached.length) {
        return word.value.slice(attached.length).replace(/^=/, "");
      }
    }
  }
  return undefined;
}

/**
 * The arguments that are no options. The word behind an option of `valued` (names without dashes) is its
 * value and none either, nor is what stands before `--` lost behind it.
 */
export function operands(
  { args }: Invocation,
  valued: ReadonlySet<string> = new Set(),
): readonly ShellWord[] {
  const found: ShellWord[] = [];
  let isValue = false;
  let onlyOperands = false;
  for (const word of args) {
    if (isValue) {
      isValue = false;
    } else if (onlyOperands || !word.value.startsWith("-")) {
      found.push(word);
    } else if (word.value === "--") {
      onlyOperands = true;
    } else if (!word.value.includes("=")) {
      isValue = valued.has(lastFlag(word.value));
    }
  }
  return found;
}

/** The subcommand: the first argument that is no option. */
export function subcommand(invocation: Invocation): ShellWord | undefined {
  return operands(invocation)[0];
}

function lastFlag(word: string): string {
  return word.startsWith("--") ? word.slice(2) : word.slice(-1);
}

function flagsOf(args: readonly ShellWord[]): InvocationFlag[] {
  const flags: InvocationFlag[] = [];
  for (const word of args) {
    const { value } = word;
    if (value === "--") {
      break;
    }
    if (value.startsWith("--")) {
      const equals = value.indexOf("=");
      flags.push(
        equals === -1
          ? { name: value.slice(2), word }
          : { name: value.slice(2, equals), value: value.slice(equals + 1), word },
      );
    } else if (value.startsWith("-") && value.length > 1) {
      const equals = value.indexOf("=");
      const letters = value.slice(1, equals === -1 ? undefined : equals);
      const attached = equals === -1 ? {} : { value: value.slice(equals + 1) };
      for (const name of letters.slice(0, 64)) {
        flags.push({ name, ...attached, word });
      }
    }
  }
  return flags;
}

/** The index into the arguments where the command begins that a prefix runs, or -1 when it is no prefix. */
function innerCommand(name: string, args: readonly ShellWord[]): number {
  const valued = prefixes.get(name);
  if (valued === undefined) {
    return -1;
  }
  for (let index = 0; index < args.length; index++) {
    const value = args[index]?.value ?? "";
    if (value === "--") {
      return index + 1 < args.length ? index + 1 : -1;
    }
    if (value.startsWith("-")) {
      if (name === "command" && /^-[vV]/.test(value)) {
        return -1;
      }
      index += valued.has(value) ? 1 : 0;
    } else if (!((name === "env" || name === "sudo") && /^[A-Za-z_]\w*=/.test(value))) {
      return index;
    }
  }
  return -1;
}

/** The commands that run another, and their options that take a value. */
const prefixes: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["sudo", new Set(["-u", "-g", "-h", "-p", "-C", "-r", "-t", "-U", "--user", "--group"])],
  ["env", new Set(["-u", "-C", "--unset", "--chdir"])],
  ["exec", new Set(["-a"])],
  ["command", new Set<string>()],
  ["builtin", new Set<string>()],
  ["busybox", new Set<string>()],
  ["nice", new Set(["-n"])],
  ["nohup", new Set<string>()],
  ["time", new Set(["-f", "-o"])],
]);
