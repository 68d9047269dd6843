import { type MappedText, slice, spanOf } from "../text/mappedText.ts";
import { maxDepth, type ParserState } from "./parserState.ts";
import type { ListItem, ShellWord, WordPart } from "./syntax.ts";

/** Parses commands up to the `)` that ends a substitution, which it leaves, or up to the end of the text. */
export type ReadNested = (state: ParserState) => readonly ListItem[];

/** Parses a text of its own, as the inside of backquotes is. */
export type ReadBackquoted = (text: MappedText, depth: number) => readonly ListItem[];

/** Reads the words of a script: quotes, escapes and expansions. */
export class WordReader {
  readonly #state: ParserState;
  readonly #readNested: ReadNested;
  readonly #readBackquoted: ReadBackquoted;

  constructor(state: ParserState, readNested: ReadNested, readBackquoted: ReadBackquoted) {
    this.#state = state;
    this.#readNested = readNested;
    this.#readBackquoted = readBackquoted;
  }

  /**
   * The word that begins here, or `undefined` when there is none. Inside of `[[ … ]]` operators are
   * part of words.
   */
  word(context: "command" | "condition" = "command"): ShellWord | undefined {
    const state = this.#state;
    const start = state.at;
    const parts = this.#parts((char) => this.#endsWord(char, context, start));
    return state.at === start ? undefined : this.#finish(start, parts);
  }

  /** The word that a piece of a word makes, for the value of an assignment. */
  wordFrom(start: number, parts: readonly WordPart[]): ShellWord {
    return this.#finish(start, parts);
  }

  #endsWord(char: string, context: "command" | "condition", start: number): boolean {
    const { text, at } = this.#state;
    switch (char) {
      case " ":
      case "\t":
      case "\n":
      case "\v":
      case "\f":
      case ";":
        return true;
      case "\r":
        return (text[at + 1] ?? "\n") === "\n";
      case "|":
      case "&":
      case ")":
        return context === "command";
      case "<":
      case ">":
        return context === "command" && text[at + 1] !== "(";
      case "(":
        return context === "command" && !this.#opensInWord(start);
      default:
        return false;
    }
  }

  /** `a=(` of an array and `@(` of a pattern do not end a word. */
  #opensInWord(start: number): boolean {
    const { text, at } = this.#state;
    const before = text[at - 1] ?? "";
    return at > start && (before === "=" || "@?*+!".includes(before));
  }

  #parts(ends: (char: string) => boolean): WordPart[] {
    const state = this.#state;
    const parts: WordPart[] = [];
    let bare = "";
    let bareStart = state.at;
    const flush = (): void => {
      if (state.at > bareStart) {
        parts.push({ kind: "text", span: state.spanFrom(bareStart), text: bare, quoted: false });
      }
      bare = "";
    };
    while (!state.atEnd && !ends(state.char)) {
      const { char } = state;
      if (char === "\\") {
        const next = state.text[state.at + 1];
        if (next !== "\n") {
          bare += next ?? "\\";
        }
        state.at = Math.min(state.at + 2, state.text.length);
        continue;
      }
      if (this.#beginsPart(char)) {
        flush();
        parts.push(this.#part(char));
        bareStart = state.at;
        continue;
      }
      bare += char;
      state.at++;
    }
    flush();
    return parts;
  }

  #beginsPart(char: string): boolean {
    const next = this.#state.text[this.#state.at + 1] ?? "";
    switch (char) {
      case "'":
      case '"':
      case "`":
      case "(":
        return true;
      case "<":
      case ">":
        return next === "(";
      case "$":
        return /[A-Za-z0-9_@*#?$!{('"-]/.test(next);
      default:
        return false;
    }
  }

  #part(char: string): WordPart {
    const state = this.#state;
    const start = state.at;
    switch (char) {
      case "'": {
        const end = state.text.indexOf("'", start + 1);
        const stop = end === -1 ? state.text.length : end;
        state.at = end === -1 ? stop : stop + 1;
        if (end === -1) {
          state.error(start, "The single quote is not closed.");
        }
        return {
          kind: "text",
          span: state.spanFrom(start),
          text: state.text.slice(start + 1, stop),
          quoted: true,
        };
      }
      case '"':
        return this.#doubleQuoted(start);
      case "`":
        return this.#backquoted(start);
      case "(":
        this.#skipBalanced();
        return {
          kind: state.text[start - 1] === "=" ? "array" : "glob",
          span: state.spanFrom(start),
        };
      case "<":
      case ">":
        return this.#substitution(start, "process");
      default:
        return this.#dollar(start);
    }
  }

  #doubleQuoted(start: number): WordPart {
    const state = this.#state;
    state.at = state.char === "$" ? start + 2 : start + 1;
    const parts: WordPart[] = [];
    let text = "";
    let textStart = state.at;
    const flush = (): void => {
      if (state.at > textStart) {
        parts.push({ kind: "text", span: state.spanFrom(textStart), text, quoted: true });
      }
      text = "";
    };
    while (!state.atEnd && state.char !== '"') {
      const { char } = state;
      const next = state.text[state.at + 1] ?? "";
      if (char === "\\") {
        text += next === "\n" ? "" : '$`"\\'.includes(next) ? next : char + next;
        state.at = Math.min(state.at + 2, state.text.length);
      } else if (char === "`" || (char === "$" && /[A-Za-z0-9_@*#?$!{(-]/.test(next))) {
        flush();
        parts.push(char === "`" ? this.#backquoted(state.at) : this.#dollar(state.at));
        textStart = state.at;
      } else {
        text += char;
        state.at++;
      }
    }
    flush();
    if (state.atEnd) {
      state.error(start, "The double quote is not closed.");
    } else {
      state.at++;
    }
    return { kind: "quoted", span: state.spanFrom(start), parts };
  }

  #dollar(start: number): WordPart {
    const state = this.#state;
    const next = state.text[start + 1] ?? "";
    switch (next) {
      case "'":
        return this.#escapedQuote(start);
      case '"':
        return this.#doubleQuoted(start);
      case "{":
        return this.#braced(start);
      case "(":
        return state.text[start + 2] === "(" && this.#arithmetic(start + 1)
          ? { kind: "arithmetic", span: state.spanFrom(start) }
          : this.#substitution(start, "command");
      default: {
        let end = start + 2;
        if (/[A-Za-z_]/.test(next)) {
          while (/[A-Za-z0-9_]/.test(state.text[end] ?? "")) {
            end++;
          }
        }
        state.at = end;
        return {
          kind: "variable",
          span: state.spanFrom(start),
          name: state.text.slice(start + 1, end),
          operation: "",
        };
      }
    }
  }

  /** `$'…'`: its usual escapes are resolved. */
  #escapedQuote(start: number): WordPart {
    const state = this.#state;
    state.at = start + 2;
    let text = "";
    while (!state.atEnd && state.char !== "'") {
      if (state.char === "\\") {
        const next = state.text[state.at + 1] ?? "";
        text += simpleEscapes.get(next) ?? `\\${next}`;
        state.at = Math.min(state.at + 2, state.text.length);
      } else {
        text += state.char;
        state.at++;
      }
    }
    if (state.atEnd) {
      state.error(start, "The single quote is not closed.");
    } else {
      state.at++;
    }
    return { kind: "text", span: state.spanFrom(start), text, quoted: true };
  }

  #braced(start: number): WordPart {
    const state = this.#state;
    state.at = start + 2;
    const name = /^[#!]?(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])/.exec(
      state.text.slice(state.at, state.at + 256),
    )?.[0];
    state.at += name?.length ?? 0;
    const operationStart = state.at;
    if (state.depth >= maxDepth) {
      state.at = state.text.length;
    } else {
      state.depth++;
      this.#parts((char) => char === "}");
      state.depth--;
    }
    const operation = state.text.slice(operationStart, state.at);
    if (state.atEnd) {
      state.error(start, "The brace of `${` is not closed.");
    } else {
      state.at++;
    }
    return {
      kind: "variable",
      span: state.spanFrom(start),
      name: name?.replace(/^[#!](?=.)/, "") ?? "",
      operation,
    };
  }

  #substitution(start: number, kind: "command" | "process"): WordPart {
    const state = this.#state;
    state.at = start + 2;
    let body: readonly ListItem[] = [];
    if (state.depth >= maxDepth) {
      state.at = state.text.length;
    } else {
      state.depth++;
      body = this.#readNested(state);
      state.depth--;
    }
    if (state.char === ")") {
      state.at++;
    } else {
      state.error(start, "The parenthesis is not closed.");
    }
    return { kind, span: state.spanFrom(start), body };
  }

  #backquoted(start: number): WordPart {
    const state = this.#state;
    let end = start + 1;
    let hasEscapes = false;
    while (end < state.text.length && state.text[end] !== "`") {
      if (state.text[end] === "\\") {
        hasEscapes = true;
        end++;
      }
      end++;
    }
    end = Math.min(end, state.text.length);
    const inside = slice(state.mapped, start + 1, end);
    const isClosed = end < state.text.length;
    state.at = isClosed ? end + 1 : end;
    if (!isClosed) {
      state.error(start, "The backquote is not closed.");
    }
    const body =
      state.depth >= maxDepth
        ? []
        : this.#readBackquoted(hasEscapes ? withoutEscapes(inside) : inside, state.depth + 1);
    return { kind: "command", span: state.spanFrom(start), body };
  }

  /**
   * Skips `((…))` when the parentheses at `open` are arithmetic, which they are when the last two that
   * close stand together; else stays.
   */
  arithmetic(open: number): boolean {
    return this.#arithmetic(open);
  }

  #arithmetic(open: number): boolean {
    const { text } = this.#state;
    let depth = 0;
    for (let at = open; at < text.length; at++) {
      const char = text[at];
      if (char === "\\") {
        at++;
      } else if (char === "'" || char === '"') {
        const end = text.indexOf(char, at + 1);
        if (end === -1) {
          return false;
        }
        at = end;
      } else if (char === "(") {
        depth++;
      } else if (char === ")" && --depth === 1) {
        if (text[at + 1] !== ")") {
          return false;
        }
        this.#state.at = at + 2;
        return true;
      }
    }
    // Nothing closes it; it takes the rest, so that the rest is not searched again and again.
    this.#state.at = text.length;
    this.#state.error(open, "The parenthesis is not closed.");
    return true;
  }

  /** From `(` to behind its `)`. */
  #skipBalanced(): void {
    const state = this.#state;
    const start = state.at;
    let depth = 0;
    for (; !state.atEnd; state.at++) {
      const { char } = state;
      if (char === "\\") {
        state.at++;
      } else if (char === "'" || char === '"') {
        const end = state.text.indexOf(char, state.at + 1);
        state.at = end === -1 ? state.text.length : end;
      } else if (char === "(") {
        depth++;
      } else if (char === ")" && --depth === 0) {
        state.at++;
        return;
      }
    }
    state.at = Math.min(state.at, state.text.length);
    state.error(start, "The parenthesis is not closed.");
  }

  #finish(start: number, parts: readonly WordPart[]): ShellWord {
    const state = this.#state;
    const raw = state.sliceFrom(start);
    const isConstant = parts.every(isText);
    const value = valueOf(parts, state.mapped);
    return { span: raw.span, raw, value, text: isConstant ? value : undefined, parts };
  }
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["a", "\u0007"],
  ["b", "\b"],
  ["e", "\u001b"],
  ["f", "\f"],
  ["v", "\v"],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
]);

function isText(part: WordPart): boolean {
  return (
    part.kind === "text" ||
    part.kind === "glob" ||
    (part.kind === "quoted" && part.parts.every(isText))
  );
}

function valueOf(parts: readonly WordPart[], mapped: MappedText): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case "text":
          return part.text;
        case "quoted":
          return valueOf(part.parts, mapped);
        case "variable":
          return part.operation === "" ? `\${${part.name}}` : `\${${part.name}${part.operation}}`;
        case "command":
          return "$(…)";
        case "process":
          return "<(…)";
        case "arithmetic":
          return "$((…))";
        case "array":
        case "glob":
          return "(…)";
      }
    })
    .join("");
}

/** What stands in backquotes as the shell in them reads it: `\$`, `` \` `` and `\\` have lost a backslash. */
function withoutEscapes(inside: MappedText): MappedText {
  const runs: { at: number; offset: number }[] = [];
  let text = "";
  let at = 0;
  while (at < inside.text.length) {
    let end = at;
    while (end < inside.text.length && !isEscape(inside.text, end)) {
      end++;
    }
    // The escape's backslash goes; the character behind it stays with the text that follows.
    const piece = slice(inside, at, end);
    runs.push(...piece.runs.map((run) => ({ at: run.at + text.length, offset: run.offset })));
    text += piece.text;
    at = end + 1;
    if (at < inside.text.length) {
      runs.push({ at: text.length, offset: spanOf(inside, at, at + 1).start });
      text += inside.text[at] ?? "";
      at++;
    }
  }
  return { text, span: inside.span, runs };
}

function isEscape(text: string, at: number): boolean {
  return text[at] === "\\" && "$`\\".includes(text[at + 1] ?? " ");
}
