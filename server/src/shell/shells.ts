import type { Command, Dockerfile, Instruction } from "../dockerfile/syntax.ts";

/** The shell that runs a script. */
export interface Shell {
  /** Without path and `.exe`, lower-cased: `sh`, `bash`, `powershell`. */
  readonly name: string;
  /** Its syntax is what `parseShell` reads. */
  readonly posix: boolean;
  /** What stands between the shell and the script: `-o`, `pipefail`, `-c`. */
  readonly options: readonly string[];
}

/** What RUN uses when nothing says otherwise. */
export const defaultShell: Shell = { name: "sh", posix: true, options: ["-c"] };

/** The shell that a list of words starts. */
export function shellOf(words: readonly string[]): Shell {
  const [program = "", ...options] = words;
  const isEnv = nameOf(program) === "env";
  if (isEnv && options.length > 0) {
    return shellOf(options.filter((option) => option !== "-S"));
  }
  const name = nameOf(program);
  const applet = name === "busybox" ? nameOf(options[0] ?? "") : name;
  return { name: applet, posix: posixShells.has(applet), options };
}

/** The shell that the `#!` line of a script asks for; `undefined` without one. */
export function shebangShell(script: string): Shell | undefined {
  const line = /^#!\s*([^\r\n]*)/.exec(script)?.[1];
  const words = line?.split(/\s+/).filter((word) => word !== "");
  return words === undefined || words.length === 0 ? undefined : shellOf(words);
}

/**
 * The shell of each instruction in shell form: that of the last SHELL in the stage or the stages that it
 * builds on, or of a `# hadolint shell=` comment behind it; `cmd` on images of Windows.
 */
export function shellsOf(file: Dockerfile): ReadonlyMap<Instruction, Shell> {
  const shells = new Map<Instruction, Shell>();
  const atEnd: Shell[] = [];
  const pragmas = file.comments.flatMap(({ span, text }) => {
    const name = /^hadolint\s+(?:global\s+)?shell\s*=\s*(\S+)/.exec(text)?.[1];
    return name === undefined ? [] : [{ start: span.start, shell: shellOf([name]) }];
  });
  let pragma = 0;
  for (const { instructions, base } of file.stages) {
    let shell =
      base.kind === "stage"
        ? (atEnd[base.stage] ?? defaultShell)
        : base.kind === "image" && isWindows(base.image)
          ? shellOf(["cmd"])
          : defaultShell;
    for (const instruction of instructions) {
      for (
        let next = pragmas[pragma];
        next !== undefined && next.start < instruction.span.start;
        next = pragmas[++pragma]
      ) {
        ({ shell } = next);
      }
      if (instruction.keyword === "SHELL" && !instruction.onbuild) {
        shell = shellOf(wordsOf(instruction.command));
      }
      shells.set(instruction, shell);
    }
    atEnd.push(shell);
  }
  return shells;
}

function wordsOf(command: Command): string[] {
  return command.form === "exec" ? command.words.map(({ value }) => value.text) : [];
}

function nameOf(program: string): string {
  return program
    .slice(Math.max(program.lastIndexOf("/"), program.lastIndexOf("\\")) + 1)
    .toLowerCase()
    .replace(/\.exe$/, "");
}

function isWindows(image: string): boolean {
  return /windowsservercore|nanoserver|(?:^|\/)windows(?:\/|:|$)/i.test(image);
}

const posixShells: ReadonlySet<string> = new Set([
  "sh",
  "bash",
  "dash",
  "ash",
  "ksh",
  "mksh",
  "zsh",
  "rbash",
]);
