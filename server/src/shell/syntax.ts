/**
 * The tree of a shell script: types only. `parseShell` (parseShell.ts) makes it from any text at all
 * and never throws. Every span points into the Dockerfile that holds the script.
 */
import type { MappedText } from "../text/mappedText.ts";
import type { Span } from "../text/span.ts";

export interface ShellScript {
  readonly source: MappedText;
  readonly list: readonly ListItem[];
  /** Every simple command in order of place, those inside of compound commands and substitutions too. */
  readonly commands: readonly SimpleCommand[];
  /** Every pipe of two or more commands, nested ones too. */
  readonly pipelines: readonly Pipeline[];
  /** From `#` to the end of the line. */
  readonly comments: readonly Span[];
  readonly errors: readonly ShellError[];
}

/** What no shell would run. */
export interface ShellError {
  readonly span: Span;
  readonly message: string;
}

/** One pipeline of a list, and what stands behind it. */
export interface ListItem {
  readonly pipeline: Pipeline;
  /** Absent behind the last one. */
  readonly operator?: { readonly text: ListOperator; readonly span: Span };
}

export type ListOperator = "&&" | "||" | ";" | "&" | "\n";

/** One command or several with `|` between them. */
export interface Pipeline {
  readonly span: Span;
  /** Begins with `!`. */
  readonly negated: boolean;
  readonly commands: readonly ShellCommand[];
  /** The `|` or `|&` between them. */
  readonly pipes: readonly Span[];
}

export type ShellCommand =
  | SimpleCommand
  | GroupCommand
  | IfCommand
  | LoopCommand
  | ForCommand
  | CaseCommand
  | FunctionDefinition
  | ArithmeticCommand;

interface CommandParts {
  readonly span: Span;
  readonly redirections: readonly Redirection[];
}

/** `A=1 name argument >file`; may have no words at all. */
export interface SimpleCommand extends CommandParts {
  readonly kind: "simple";
  readonly assignments: readonly Assignment[];
  /** The command's name and its arguments. */
  readonly words: readonly ShellWord[];
}

/** `( … )` or `{ …; }`. */
export interface GroupCommand extends CommandParts {
  readonly kind: "subshell" | "group";
  readonly body: readonly ListItem[];
}

export interface IfCommand extends CommandParts {
  readonly kind: "if";
  /** The `if` and each `elif`. */
  readonly branches: readonly {
    readonly condition: readonly ListItem[];
    readonly body: readonly ListItem[];
  }[];
  readonly otherwise?: readonly ListItem[];
}

export interface LoopCommand extends CommandParts {
  readonly kind: "while" | "until";
  readonly condition: readonly ListItem[];
  readonly body: readonly ListItem[];
}

/** `for` and `select`. */
export interface ForCommand extends CommandParts {
  readonly kind: "for";
  /** Absent in `for ((…))`. */
  readonly variable?: ShellWord;
  readonly values: readonly ShellWord[];
  readonly body: readonly ListItem[];
}

export interface CaseCommand extends CommandParts {
  readonly kind: "case";
  readonly subject?: ShellWord;
  readonly branches: readonly {
    readonly patterns: readonly ShellWord[];
    readonly body: readonly ListItem[];
  }[];
}

export interface FunctionDefinition extends CommandParts {
  readonly kind: "function";
  readonly name: ShellWord;
  readonly body?: ShellCommand;
}

/** `((…))`. */
export interface ArithmeticCommand extends CommandParts {
  readonly kind: "arithmetic";
}

/** `name=value`, `name+=value`, `name[1]=value`, `name=(a b)`. */
export interface Assignment {
  readonly span: Span;
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: ShellWord;
}

export interface Redirection {
  /** With descriptor and target. */
  readonly span: Span;
  /** `>`, `>>`, `<<`, `2>&` without the descriptor: `>&`. */
  readonly operator: string;
  /** The descriptor in front as written, `2` or `{name}`. */
  readonly descriptor?: string;
  readonly target?: ShellWord;
  /** What `<<` brings. */
  readonly body?: MappedText;
}

export interface ShellWord {
  /** With its quotes. */
  readonly span: Span;
  readonly raw: MappedText;
  /** Without quotes, what is expanded as it is written: `"$HOME"/x` is `$HOME/x`. */
  readonly value: string;
  /** The word when nothing in it is expanded, else `undefined`. (Globs and braces count as text.) */
  readonly text: string | undefined;
  readonly parts: readonly WordPart[];
}

export type WordPart = TextPart | QuotedPart | VariablePart | SubstitutionPart | OpaquePart;

/** Constant text: bare, with its backslashes taken away, or in `'…'` or `$'…'`. */
export interface TextPart {
  readonly kind: "text";
  readonly span: Span;
  readonly text: string;
  readonly quoted: boolean;
}

/** `"…"` */
export interface QuotedPart {
  readonly kind: "quoted";
  readonly span: Span;
  readonly parts: readonly WordPart[];
}

/** `$name`, `${name…}`, `$1`, `$@` */
export interface VariablePart {
  readonly kind: "variable";
  readonly span: Span;
  readonly name: string;
  /** What follows the name in the braces as written, such as `:-default`. */
  readonly operation: string;
}

/** `$(…)`, `` `…` ``, `<(…)`, `>(…)` */
export interface SubstitutionPart {
  readonly kind: "command" | "process";
  readonly span: Span;
  readonly body: readonly ListItem[];
}

/** `$((…))`, `a=(…)`, `@(a|b)`: kept as written. */
export interface OpaquePart {
  readonly kind: "arithmetic" | "array" | "glob";
  readonly span: Span;
}
