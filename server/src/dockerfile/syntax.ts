/**
 * The tree of a Dockerfile: types only. `parse` (parse.ts) makes it from any text at all, and never
 * throws; what is wrong stands in `Dockerfile.errors`, and the tree holds whatever could be read.
 *
 * Three readings of one piece of text occur, and each has its name everywhere:
 * - **the document**: what is on disk. A `Span` always points into it.
 * - **raw**: as the builder's parser hands it on, without continuations and the comments between
 *   them, quotes and variables still in place. A `MappedText`, so every character knows its place.
 * - **value**: quotes and escapes taken away, variables left as they are written. What variables
 *   become is asked of `expand` (variables.ts).
 */
import type { LineIndex } from "../text/lineIndex.ts";
import type { MappedText } from "../text/mappedText.ts";
import type { Span } from "../text/span.ts";

export interface Dockerfile {
  readonly text: string;
  readonly lines: LineIndex;
  /** The escape and continuation character: a backslash unless the `escape` directive says backtick. */
  readonly escape: EscapeCharacter;
  /** The parser directives at the top, in order, repeated and broken ones included. */
  readonly directives: readonly Directive[];
  /** Every comment outside of heredoc bodies in order, those inside of instructions too. No directives. */
  readonly comments: readonly Comment[];
  /** Every line in order; together they are the text. */
  readonly sourceLines: readonly SourceLine[];
  /** Every instruction in order. What an ONBUILD holds follows it directly and is also its `trigger`. */
  readonly instructions: readonly Instruction[];
  /** One for each FROM, in order; `stages[n].index` is n. */
  readonly stages: readonly Stage[];
  /** The ARG instructions before the first FROM: visible in FROM lines only. */
  readonly globalArgs: readonly ArgInstruction[];
  /** What BuildKit refuses, in order of place, without stopping at the first. */
  readonly errors: readonly SyntaxError[];
}

export type EscapeCharacter = "\\" | "`";

/** Something that fails a build. */
export interface SyntaxError {
  readonly span: Span;
  /** BuildKit's own wording. */
  readonly message: string;
  readonly code: SyntaxErrorCode;
  /** The word that was probably meant in place of the text at `span`. */
  readonly suggestion?: string;
  /** The error comes from a variable's default (or missing) value, so a `--build-arg` can cure it. */
  readonly conditional?: true;
  /** Only a build on top of this image fails, because the error is in what an ONBUILD holds. */
  readonly deferred?: true;
}

export type SyntaxErrorCode =
  | "empty-file"
  | "no-instructions"
  | "line-too-long"
  | "duplicate-directive"
  | "invalid-escape-directive"
  | "invalid-check-directive"
  | "unterminated-heredoc"
  | "unknown-instruction"
  | "no-stage-yet"
  | "unknown-flag"
  | "duplicate-flag"
  | "flag-without-value"
  | "flag-not-boolean"
  | "wrong-argument-count"
  | "missing-equals"
  | "blank-name"
  | "json-not-strings"
  | "json-required"
  | "heredoc-not-allowed"
  | "invalid-from"
  | "invalid-stage-name"
  | "blank-image"
  | "invalid-image"
  | "invalid-platform"
  | "unknown-stage"
  | "circular-stage"
  | "invalid-onbuild"
  | "invalid-healthcheck"
  | "invalid-duration"
  | "invalid-number"
  | "invalid-volume"
  | "invalid-signal"
  | "invalid-port"
  | "invalid-chmod"
  | "invalid-checksum"
  | "invalid-source"
  | "invalid-mount"
  | "invalid-network"
  | "invalid-security"
  | "invalid-device"
  | "variable-not-allowed"
  | "unmatched-quote"
  | "bad-substitution";

/** `# name=value` in the unbroken block of known directives at the top. */
export interface Directive {
  readonly span: Span;
  /** Lower-cased. */
  readonly name: "syntax" | "escape" | "check";
  /** As written; names of directives are case-insensitive. */
  readonly nameSpan: Span;
  readonly value: string;
  readonly valueSpan: Span;
  /**
   * BuildKit heeds it: it is the first of its name, and stands where its reader looks. (A `#!` line
   * above hides `escape` only, blanks before the `#` hide `syntax` and `check` only.)
   */
  readonly effective: boolean;
}

/** One line of the text and what it is for. */
export interface SourceLine {
  /** With its line end. */
  readonly span: Span;
  /** "blank" also inside of a continued instruction; "heredoc" is a line of a body. */
  readonly kind:
    | "directive"
    | "comment"
    | "blank"
    | "instruction"
    | "continuation"
    | "heredoc"
    | "heredoc end";
}

/** One comment line. */
export interface Comment {
  /** From the `#` to the end of the line. */
  readonly span: Span;
  /** What follows the `#`, trimmed. */
  readonly text: string;
  /** Blanks stand before the `#`. BuildKit then keeps the `#` as part of the comment's text. */
  readonly indented: boolean;
  /** It stands between the lines of a continued instruction, where the builder throws it away. */
  readonly inside: boolean;
}

/**
 * A word of an instruction. Its `raw` text is what the builder expands; its `value` has the quotes and
 * escapes taken away and the variables as written. (Words of a JSON array are decoded in `raw` already.)
 */
export interface Word {
  /** With its quotes. */
  readonly span: Span;
  readonly raw: MappedText;
  readonly value: MappedText;
}

/** `--name` or `--name=value` between keyword and arguments. */
export interface Flag {
  /** From the first `-` to the end of the value. */
  readonly span: Span;
  /** Without the dashes, as written: flag names are case-sensitive. */
  readonly name: string;
  /** Without the dashes. */
  readonly nameSpan: Span;
  /** After `=`; absent when there is no `=`. Both raw and value have lost their quotes, as in BuildKit. */
  readonly value?: Word;
}

/** `<<NAME` in RUN, COPY or ADD, and the lines that it brings. */
export interface Heredoc {
  /** The word `<<NAME` itself, with a file descriptor before it if there is one. */
  readonly word: Span;
  readonly name: string;
  readonly nameSpan: Span;
  /** Any quote in the name: then the body of a COPY or ADD is not expanded. */
  readonly quoted: boolean;
  /** `<<-`: leading tabs go from every line and from the terminator. */
  readonly stripTabs: boolean;
  /** `3<<NAME`; 0 when not given. */
  readonly fileDescriptor: number;
  /** All lines up to the terminator, the last line end included. */
  readonly body: Span;
  /** The body with `stripTabs` done. */
  readonly content: string;
  /** The terminator's line without its line end; absent when the file ends first. */
  readonly terminator?: Span;
}

/** What all instructions have. */
export interface InstructionParts {
  /**
   * From the keyword to the end of the last line: through continuations, the comments inside and
   * heredoc bodies, without the last line end.
   */
  readonly span: Span;
  /** From the keyword to the end of its last continued line: the span without heredoc bodies. */
  readonly lineSpan: Span;
  readonly keywordSpan: Span;
  /** The keyword as written. */
  readonly keywordText: string;
  /** Everything after the keyword and the blanks that follow it, flags included. */
  readonly rest: MappedText;
  /** Everything after the flags. */
  readonly body: MappedText;
  readonly flags: readonly Flag[];
  readonly heredocs: readonly Heredoc[];
  /**
   * The comments above, which BuildKit takes as the description of FROM and ARG and as carrier of
   * `# check=`. Blank lines between do not detach them; a bare `#` does.
   */
  readonly docComments: readonly Comment[];
  /** Comments between the lines of the instruction. */
  readonly innerComments: readonly Comment[];
  /** The empty lines in the middle of a continuation (line end not included), which BuildKit deprecates. */
  readonly blankLines: readonly Span[];
  /** Index into `Dockerfile.stages`; absent before the first FROM. A FROM is in the stage it begins. */
  readonly stage?: number;
  /** It is what an ONBUILD holds. */
  readonly onbuild: boolean;
}

export type Instruction =
  | FromInstruction
  | RunInstruction
  | CmdInstruction
  | EntrypointInstruction
  | ShellInstruction
  | HealthcheckInstruction
  | LabelInstruction
  | EnvInstruction
  | ArgInstruction
  | CopyInstruction
  | AddInstruction
  | ExposeInstruction
  | VolumeInstruction
  | UserInstruction
  | WorkdirInstruction
  | StopsignalInstruction
  | MaintainerInstruction
  | OnbuildInstruction
  | UnknownInstruction;

export type Keyword = Exclude<Instruction["keyword"], "unknown">;

/** `FROM [--platform=…] image [AS name]` */
export interface FromInstruction extends InstructionParts {
  readonly keyword: "FROM";
  readonly image?: Word;
  /** The image taken apart as written. Absent with `image`. */
  readonly reference?: ImageReference;
  /** The value of `--platform`. */
  readonly platform?: Word;
  /** The second of three words, which should be `AS`. */
  readonly as?: Word;
  readonly stageName?: Word;
  /** Words beyond the third, which are an error. */
  readonly excess: readonly Word[];
}

/**
 * An image's parts as written, each with its place. Variables stay in place (`node:${VERSION}`): the
 * split looks only at what stands outside of `${…}`.
 */
export interface ImageReference {
  readonly span: Span;
  readonly text: string;
  /** `ghcr.io`, `localhost:5000`: the first path component if it has a `.` or `:` or is `localhost`. */
  readonly registry?: ReferencePart;
  /** `library/node`, `node`: everything between registry and tag. */
  readonly path: ReferencePart;
  /** Without the `:`. */
  readonly tag?: ReferencePart;
  /** Without the `@`: `sha256:…`. */
  readonly digest?: ReferencePart;
  /** The names of the variables in it, in order. */
  readonly variables: readonly string[];
}

export interface ReferencePart {
  readonly text: string;
  readonly span: Span;
}

/**
 * A command in exec form (`["a", "b"]`) or shell form. `[` that is not valid JSON is silently shell
 * form, as in BuildKit.
 */
export type Command = ExecForm | ShellForm;

export interface ExecForm {
  readonly form: "exec";
  /** The array with its brackets. */
  readonly source: MappedText;
  /** The strings: `span` with the JSON quotes, `raw` and `value` decoded. */
  readonly words: readonly Word[];
}

export interface ShellForm {
  readonly form: "shell";
  /** What the shell gets, heredoc bodies not included (`Heredoc.content` has those). May be empty. */
  readonly source: MappedText;
}

export interface RunInstruction extends InstructionParts {
  readonly keyword: "RUN";
  readonly command: Command;
  /** Each `--mount`, in order. */
  readonly mounts: readonly RunMount[];
}

/** `--mount=type=cache,target=/x`: a line of CSV. */
export interface RunMount {
  readonly flag: Flag;
  /** `bind` when not given. */
  readonly type: MountType;
  /** Each `key=value` or bare `key`, unknown and broken ones included. */
  readonly options: readonly MountOption[];
}

export type MountType = "bind" | "cache" | "tmpfs" | "secret" | "ssh";

export interface MountOption {
  readonly span: Span;
  /** All of it, CSV quotes resolved. */
  readonly field: MappedText;
  /** Lower-cased. */
  readonly key: string;
  readonly keySpan: Span;
  /** Absent for a bare key. */
  readonly value?: Word;
}

export interface CmdInstruction extends InstructionParts {
  readonly keyword: "CMD";
  readonly command: Command;
}

export interface EntrypointInstruction extends InstructionParts {
  readonly keyword: "ENTRYPOINT";
  readonly command: Command;
}

export interface ShellInstruction extends InstructionParts {
  readonly keyword: "SHELL";
  /** Shell form is an error here. */
  readonly command: Command;
}

export interface HealthcheckInstruction extends InstructionParts {
  readonly keyword: "HEALTHCHECK";
  /** The first word, which should be `CMD` or `NONE` in any case. */
  readonly type?: Word;
  /** What follows the type, which is wrong behind `NONE`. */
  readonly command?: Command;
}

/** A `key=value`, a bare `key`, or the only pair of the legacy `key value` form. */
export interface KeyValue {
  readonly span: Span;
  readonly key: Word;
  /** After `=`, perhaps empty; absent when there is no `=` (ARG only, or broken). */
  readonly value?: Word;
}

export interface LabelInstruction extends InstructionParts {
  readonly keyword: "LABEL";
  readonly pairs: readonly KeyValue[];
  /** `LABEL key value`. */
  readonly legacy: boolean;
}

export interface EnvInstruction extends InstructionParts {
  readonly keyword: "ENV";
  readonly pairs: readonly KeyValue[];
  /** `ENV key value`. */
  readonly legacy: boolean;
}

export interface ArgInstruction extends InstructionParts {
  readonly keyword: "ARG";
  readonly pairs: readonly KeyValue[];
}

export interface CopyInstruction extends InstructionParts {
  readonly keyword: "COPY";
  /** All words but the last; a heredoc is one of them too. */
  readonly sources: readonly CopySource[];
  readonly destination?: Word;
  /** `COPY ["a", "b"]`. */
  readonly json: boolean;
  /** The value of `--from`: the name or index of a stage, or an image. */
  readonly from?: Word;
}

export interface AddInstruction extends InstructionParts {
  readonly keyword: "ADD";
  readonly sources: readonly CopySource[];
  readonly destination?: Word;
  readonly json: boolean;
}

export interface CopySource extends Word {
  /** Set when the word is `<<NAME`: the file's content stands in the Dockerfile. */
  readonly heredoc?: Heredoc;
}

export interface ExposeInstruction extends InstructionParts {
  readonly keyword: "EXPOSE";
  readonly ports: readonly Word[];
}

export interface VolumeInstruction extends InstructionParts {
  readonly keyword: "VOLUME";
  readonly paths: readonly Word[];
  readonly json: boolean;
}

/** The whole rest of the line is one argument, blanks inside included. */
export interface UserInstruction extends InstructionParts {
  readonly keyword: "USER";
  readonly argument?: Word;
}

/** The whole rest of the line is one argument, blanks inside included. */
export interface WorkdirInstruction extends InstructionParts {
  readonly keyword: "WORKDIR";
  readonly argument?: Word;
}

/** The whole rest of the line is one argument, blanks inside included. */
export interface StopsignalInstruction extends InstructionParts {
  readonly keyword: "STOPSIGNAL";
  readonly argument?: Word;
}

/** The whole rest of the line is one argument, blanks inside included. */
export interface MaintainerInstruction extends InstructionParts {
  readonly keyword: "MAINTAINER";
  readonly argument?: Word;
}

export interface OnbuildInstruction extends InstructionParts {
  readonly keyword: "ONBUILD";
  /** What a build on top of this image runs; also the next of `Dockerfile.instructions`. */
  readonly trigger?: Instruction;
}

export interface UnknownInstruction extends InstructionParts {
  readonly keyword: "unknown";
}

/** A FROM and what follows it up to the next. */
export interface Stage {
  readonly index: number;
  /** Lower-cased, as BuildKit keeps it; absent without `AS`. */
  readonly name?: string;
  readonly from: FromInstruction;
  /** The FROM first. What ONBUILD holds is included, right after its ONBUILD. */
  readonly instructions: readonly Instruction[];
  /** From the FROM to the end of the last instruction. */
  readonly span: Span;
  /** What it builds on, with the default values of global ARGs. */
  readonly base: StageBase;
}

export type StageBase =
  | { readonly kind: "stage"; readonly stage: number }
  | { readonly kind: "scratch" }
  /** `image` is the name after expansion: as written, the registry's defaults not added. */
  | { readonly kind: "image"; readonly image: string }
  /** The image is missing, or its variables have no value. */
  | { readonly kind: "unknown" };
