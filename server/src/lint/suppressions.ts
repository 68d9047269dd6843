import type { Comment, Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import type { Problem, Rule } from "./rule.ts";

/** What the comments of a Dockerfile say about rules. */
export interface Suppressions {
  /** `# check=error=true`: a build with warnings fails. */
  readonly warningsFail: boolean;
  /** `# check=experimental=A` turns the rule on, which is off by itself. */
  turnsOn(rule: Rule): boolean;
  silences(rule: Rule, problem: Problem): boolean;
}

/**
 * Reads the suppressions of BuildKit, of hadolint and of dockerfile-utils:
 * - `# check=skip=A,B;error=true` as a directive at the top, and `# check=skip=A,B` above an instruction;
 * - `# hadolint ignore=A,B` on the line before an instruction, `# hadolint stage ignore=…` on the line
 *   before a FROM, and `# hadolint global ignore=…` anywhere;
 * - `# dockerfile-utils: ignore` on the line before an instruction, for everything in it.
 * Each takes a rule's name and the names that other tools have for it.
 */
export function readSuppressions(
  file: Dockerfile,
  { heedsHadolint = true }: { readonly heedsHadolint?: boolean } = {},
): Suppressions {
  const directive = readOptions(checkDirective(file.text) ?? "");
  const global = new Set<string>();
  for (const comment of heedsHadolint ? file.comments : []) {
    for (const name of hadolintNames(comment, "global ") ?? []) {
      global.add(name);
    }
  }
  const byInstruction = new Map<Instruction, InstructionSuppressions>();
  const read = (instruction: Instruction): InstructionSuppressions => {
    const known = byInstruction.get(instruction);
    if (known !== undefined) {
      return known;
    }
    const fresh = readAbove(file, instruction, heedsHadolint);
    byInstruction.set(instruction, fresh);
    return fresh;
  };

  return {
    warningsFail: directive?.error ?? false,
    turnsOn: (rule) => rule.severity === "off" && has(directive?.experimental, namesOf(rule)),
    silences(rule, problem) {
      const names = namesFor(rule, problem);
      // What the directive turns on it cannot also skip, and neither can a comment.
      const canSkip = !this.turnsOn(rule);
      if ((canSkip && has(directive?.skips, names)) || names.some((name) => global.has(name))) {
        return true;
      }
      const instruction = problem.silencedAt ?? instructionAt(file, problem.start);
      if (instruction === undefined) {
        return false;
      }
      const above = read(instruction);
      if (above.everything || names.some((name) => above.hadolint.has(name))) {
        return true;
      }
      const from =
        instruction.stage === undefined ? undefined : file.stages[instruction.stage]?.from;
      if (from !== undefined && names.some((name) => read(from).stage.has(name))) {
        return true;
      }
      return canSkip && rule.ignoresInlineSkip !== true && has(above.check, names);
    },
  };
}

function has(set: RuleSet | undefined, names: readonly string[]): boolean {
  return set !== undefined && (set.all || names.some((name) => set.names.has(name)));
}

/** Every name by which a suppression may call the rule. */
export function namesOf(rule: Rule): string[] {
  return [rule.name, ...rule.alsoKnownAs];
}

/** The names by which a suppression may call this problem of the rule: of hadolint's codes only the one that means it. */
export function namesFor(rule: Rule, { alias }: Problem): string[] {
  return namesOf(rule).filter(
    (name) => alias === undefined || name === alias || !/^DL\d/.test(name),
  );
}

/** The instruction that holds the offset; for an ONBUILD the whole of it, not what it triggers. */
export function instructionAt(file: Dockerfile, offset: number): Instruction | undefined {
  const { instructions } = file;
  let low = 0;
  let high = instructions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((instructions[middle]?.span.start ?? 0) <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const before = instructions[low - 1];
  const found = before?.onbuild === true ? instructions[low - 2] : before;
  return found !== undefined && offset <= found.span.end ? found : undefined;
}

interface RuleSet {
  readonly all: boolean;
  readonly names: ReadonlySet<string>;
}

interface InstructionSuppressions {
  readonly check: RuleSet | undefined;
  readonly hadolint: ReadonlySet<string>;
  readonly stage: ReadonlySet<string>;
  /** A comment of dockerfile-utils, which knows no names. */
  readonly everything: boolean;
}

function readAbove(
  file: Dockerfile,
  instruction: Instruction,
  heedsHadolint: boolean,
): InstructionSuppressions {
  const line = file.lines.lineAt(instruction.span.start);
  const check = instruction.docComments
    .filter(({ indented }) => !indented)
    .map(({ text }) => /^check\s*=\s*(.+?)\s*$/i.exec(text)?.[1])
    .find((value) => value !== undefined);
  const onLineAbove = instruction.docComments.filter(
    ({ span }) => file.lines.lineAt(span.start) === line - 1,
  );
  const justAbove = heedsHadolint ? onLineAbove : [];
  return {
    everything: onLineAbove.some(({ text }) => /^dockerfile-utils:\s*ignore\s*$/.test(text)),
    check: check === undefined ? undefined : readOptions(firstWord(check))?.skips,
    hadolint: new Set(justAbove.flatMap((comment) => hadolintNames(comment, "") ?? [])),
    stage: new Set(justAbove.flatMap((comment) => hadolintNames(comment, "stage ") ?? [])),
  };
}

/**
 * BuildKit looks for this directive apart from the others: it skips a `#!` line
 * before it, wants every `#` in column 0, and cuts the value at the first blank.
 */
function checkDirective(text: string): string | undefined {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  for (const [index, line] of lines.entries()) {
    if (index === 0 && line.startsWith("#!")) {
      continue;
    }
    const [, name, value] = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/.exec(line) ?? [];
    switch (name?.toLowerCase()) {
      case "check":
        return firstWord(value ?? "");
      case "syntax":
      case "escape":
        continue;
      default:
        return undefined;
    }
  }
  return undefined;
}

function firstWord(value: string): string {
  return value.split(" ", 1)[0] ?? "";
}

/** `undefined` when any of it is wrong: BuildKit then takes none of it. */
function readOptions(value: string): CheckOptions | undefined {
  let skips = noRules;
  let experimental = noRules;
  let error = false;
  if (value === "") {
    return { skips, experimental, error };
  }
  for (const part of value.split(";")) {
    const [, key, options = ""] = /^([^=]*)=(.*)$/.exec(part) ?? [];
    switch (key?.trim()) {
      case "skip":
        skips = readRules(options);
        break;
      case "error": {
        const isTrue = readBoolean(options.trim());
        if (isTrue === undefined) {
          return undefined;
        }
        error = isTrue;
        break;
      }
      case "experimental":
        experimental = readRules(options);
        break;
      default:
        return undefined;
    }
  }
  return { skips, experimental, error };
}

interface CheckOptions {
  readonly skips: RuleSet;
  readonly experimental: RuleSet;
  readonly error: boolean;
}

const noRules: RuleSet = { all: false, names: new Set() };

function readRules(names: string): RuleSet {
  return {
    all: names.trim() === "all",
    names: new Set(names.split(",").map((name) => name.trim())),
  };
}

/** As Go's `strconv.ParseBool`. */
function readBoolean(text: string): boolean | undefined {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) {
    return true;
  }
  return /^(?:0|f|F|false|FALSE|False)$/.test(text) ? false : undefined;
}

/** The names in `# hadolint SCOPEignore=A,B # why`. */
function hadolintNames({ text }: Comment, scope: "" | "global " | "stage "): string[] | undefined {
  const pattern =
    /^hadolint\s+((?:global|stage)\s+)?ignore\s*=\s*([\w-]+(?:\s*,\s*[\w-]+)*)\s*(?:#.*)?$/;
  const [, written = "", names] = pattern.exec(text) ?? [];
  return names !== undefined && written.trim() === scope.trim()
    ? names.split(",").map((name) => name.trim())
    : undefined;
}
