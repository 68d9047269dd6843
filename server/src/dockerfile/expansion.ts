import { type MappedText, spanOf } from "../text/mappedText.ts";
import type { Span } from "../text/span.ts";
import { isSpace, quoted } from "./characters.ts";
import { removePrefix, removeSuffix, replacePattern } from "./shellPattern.ts";
import type { EscapeCharacter } from "./syntax.ts";

/** The values that a text is expanded with. A `Map` from name to value is one. */
export interface Variables {
  /** `undefined` when the variable is not set, which is something else than empty. */
  get(name: string): string | undefined;
}

export interface Expansion {
  /** With quotes removed and variables replaced; what was reached of it when there is an error. */
  readonly text: string;
  /** With `split`: the text cut at white space that is neither quoted nor escaped, as EXPOSE reads it. */
  readonly words: readonly ExpandedWord[];
  /** Every variable that was looked up, in order. */
  readonly uses: readonly VariableUse[];
  readonly error?: ExpansionError;
}

export interface ExpandedWord {
  readonly text: string;
  readonly span: Span;
}

export interface VariableUse {
  readonly name: string;
  /** The name alone, without `$` and braces. */
  readonly span: Span;
  /** From the `$` to the end of the name or to the closing brace. */
  readonly whole: Span;
  /** `undefined` when the variable is not set. */
  readonly value: string | undefined;
  /** What follows the name in braces: `-`, `:-`, `+`, `:+`, `?`, `:?`, `#`, `%` or `/`; else empty. */
  readonly modifier: string;
}

export interface ExpansionError {
  /** BuildKit's wording, with the text that could not be expanded. */
  readonly message: string;
  readonly span: Span;
  readonly code: "unmatched-quote" | "bad-substitution";
}

export interface ExpansionOptions {
  readonly escape: EscapeCharacter;
  /** Leave quotes in the result. */
  readonly keepQuotes?: boolean;
  /** Leave escape characters in the result. */
  readonly keepEscapes?: boolean;
  /** Quotes are ordinary characters, as in the body of a heredoc. */
  readonly ignoreQuotes?: boolean;
  /** Leave variables that are not set as they are written. */
  readonly keepUnset?: boolean;
  /** Also find `words`. */
  readonly split?: boolean;
}

/**
 * Expands as BuildKit does, which looks like a shell and is none: there is no `$(…)`, no arithmetic and
 * no globbing, an unset variable is empty, and quotes go.
 */
export function expand(
  raw: MappedText,
  variables: Variables,
  options: ExpansionOptions,
): Expansion {
  const lexer = new Lexer(raw.text, variables, options);
  let text = "";
  let failure: Failure | undefined;
  try {
    text = lexer.read(undefined, options.keepEscapes ?? false, false);
  } catch (error) {
    if (!(error instanceof Failure)) {
      throw error;
    }
    failure = error;
  }
  const result = {
    text,
    words: lexer.words.map((word) => ({
      text: word.text,
      span: spanOf(raw, word.start, word.end),
    })),
    uses: lexer.uses.map((use) => ({
      name: use.name,
      span: spanOf(raw, use.start, use.start + use.name.length),
      whole: spanOf(raw, use.dollar, use.end),
      value: use.value,
      modifier: use.modifier,
    })),
  };
  if (failure === undefined) {
    return result;
  }
  return {
    ...result,
    words: [],
    error: {
      message: `failed to process ${quoted(raw.text)}: ${failure.message}`,
      span: spanOf(raw, failure.start, Math.max(failure.end, failure.start + 1)),
      code: failure.code,
    },
  };
}

class Failure extends Error {
  readonly start: number;
  readonly end: number;
  readonly code: ExpansionError["code"];

  constructor(message: string, start: number, end: number, code: ExpansionError["code"]) {
    super(message);
    this.start = start;
    this.end = end;
    this.code = code;
  }
}

interface LexedWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface LexedUse {
  readonly name: string;
  readonly dollar: number;
  readonly start: number;
  end: number;
  readonly value: string | undefined;
  readonly modifier: string;
}

/** Deeper nesting than anybody writes; BuildKit has no limit, but our stack has. */
const maxDepth = 400;

/** Values that double from line to line must not fill the memory; from here on they count as empty. */
const maxSubstituted = 1 << 20;

class Lexer {
  words: LexedWord[] = [];
  readonly uses: LexedUse[] = [];
  readonly #text: string;
  readonly #variables: Variables;
  readonly #options: ExpansionOptions;
  #at = 0;
  #depth = 0;
  #substituted = 0;
  // The word being read. There is one for all depths, as in BuildKit: reading `${x:-word}` throws away
  // what the word around it held so far, which only `words` shows.
  #word = "";
  #wordStart = 0;

  constructor(text: string, variables: Variables, options: ExpansionOptions) {
    this.#text = text;
    this.#variables = variables;
    this.#options = options;
  }

  /** Reads up to and over the character `stop`, or else to the end. */
  read(stop: string | undefined, keepEscapes: boolean, patternEscapes: boolean): string {
    this.#word = "";
    let words: LexedWord[] = [];
    let inWord = false;
    let result = "";
    const split = this.#options.split === true;
    const add = (text: string, start: number): void => {
      if (!split) {
        return;
      }
      if (this.#word === "") {
        this.#wordStart = start;
      }
      this.#word += text;
      inWord = true;
    };
    const finish = (end: number): void => {
      if (this.#word !== "") {
        words.push({ text: this.#word, start: this.#wordStart, end });
        this.#word = "";
        inWord = false;
      }
    };

    while (this.#at < this.#text.length) {
      const start = this.#at;
      const character = this.#text[start] ?? "";
      if (character === stop) {
        this.#at++;
        finish(start);
        this.words = words;
        return result;
      }
      if (character === "$") {
        const value = this.#dollar();
        result += value;
        for (const part of split ? value : "") {
          if (!isSpace(part.charCodeAt(0))) {
            add(part, start);
          } else if (inWord) {
            finish(this.#at);
          }
        }
      } else if (character === "<") {
        const text = this.#possibleHeredoc();
        result += text;
        add(text, start);
      } else if (character === "'" && this.#options.ignoreQuotes !== true) {
        const text = this.#singleQuote(patternEscapes);
        result += text;
        add(text, start);
      } else if (character === '"' && this.#options.ignoreQuotes !== true) {
        const text = this.#doubleQuote(keepEscapes, patternEscapes);
        result += text;
        add(text, start);
      } else if (character === this.#options.escape) {
        this.#at++;
        if (keepEscapes) {
          add(character, start);
          result += character;
        }
        const next = this.#text[this.#at];
        if (next === undefined) {
          break;
        }
        this.#at++;
        add(next, start);
        result += next;
      } else {
        this.#at++;
        if (!isSpace(character.charCodeAt(0))) {
          add(character, start);
        } else if (inWord) {
          finish(start);
        }
        result += character;
      }
    }
    if (stop !== undefined) {
      throw this.#fail(
        `unexpected end of statement while looking for matching ${stop}`,
        this.#at,
        "bad-substitution",
      );
    }
    finish(this.#at);
    this.words = words;
    words = [];
    return result;
  }

  #fail(message: string, start: number, code: ExpansionError["code"]): Failure {
    return new Failure(message, start, this.#at, code);
  }

  #singleQuote(patternEscapes: boolean): string {
    const start = this.#at;
    const end = this.#text.indexOf("'", start + 1);
    if (end === -1) {
      this.#at = this.#text.length;
      throw this.#fail(
        "unexpected end of statement while looking for matching single-quote",
        start,
        "unmatched-quote",
      );
    }
    this.#at = end + 1;
    const inside = this.#text.slice(start + 1, end);
    const { escape, keepQuotes } = this.#options;
    const kept = patternEscapes ? inside.replaceAll(escape, escape + escape) : inside;
    return keepQuotes === true ? `'${kept}'` : kept;
  }

  #doubleQuote(keepEscapes: boolean, patternEscapes: boolean): string {
    const start = this.#at;
    const { escape, keepQuotes } = this.#options;
    const quote = keepQuotes === true ? '"' : "";
    let result = quote;
    this.#at++;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? "";
      if (character === '"') {
        this.#at++;
        return result + quote;
      }
      if (character === "$") {
        result += this.#dollar();
        continue;
      }
      this.#at++;
      if (character !== escape) {
        result += character;
        continue;
      }
      const next = this.#text[this.#at];
      if (next === undefined) {
        continue;
      }
      if (next === '"' || next === "$" || next === escape) {
        this.#at++;
        result += keepEscapes ? escape + next : next;
      } else {
        result += keepEscapes && (keepQuotes !== true || patternEscapes) ? escape + escape : escape;
      }
    }
    throw this.#fail(
      "unexpected end of statement while looking for matching double-quote",
      start,
      "unmatched-quote",
    );
  }

  /** `<<` takes the blanks behind it along, so that `<< EOF` is one word. */
  #possibleHeredoc(): string {
    const start = this.#at++;
    if (this.#text[this.#at] !== "<") {
      return "<";
    }
    this.#at++;
    while (" \t\r".includes(this.#text[this.#at] ?? "x")) {
      this.#at++;
    }
    return this.#text.slice(start, this.#at);
  }

  #dollar(): string {
    const dollar = this.#at++;
    if (this.#text[this.#at] !== "{") {
      const start = this.#at;
      const name = this.#name();
      if (name === "") {
        return "$";
      }
      const value = this.#look(name, dollar, start, "").value;
      return value ?? (this.#options.keepUnset === true ? `$${name}` : "");
    }
    if (++this.#depth > maxDepth) {
      throw this.#fail(
        "syntax error: substitution is nested too deeply",
        dollar,
        "bad-substitution",
      );
    }
    const result = this.#braces(dollar);
    this.#depth--;
    return result;
  }

  #braces(dollar: number): string {
    this.#at++;
    const first = this.#text[this.#at];
    if (first === undefined) {
      throw this.#fail("syntax error: missing '}'", dollar, "bad-substitution");
    }
    if (first === "{" || first === "}" || first === ":") {
      this.#at++;
      throw this.#fail("syntax error: bad substitution", dollar, "bad-substitution");
    }
    const start = this.#at;
    const name = this.#name();
    let character = this.#next();
    let modifier = character;
    if (character === "}") {
      const use = this.#look(name, dollar, start, "");
      return use.value ?? (this.#options.keepUnset === true ? `\${${name}}` : "");
    }
    if (character === "/") {
      return this.#replace(name, dollar, start);
    }
    const emptyIsUnset = character === ":";
    if (emptyIsUnset) {
      character = this.#next();
      modifier += character;
    } else if (!"+-?#%".includes(character)) {
      throw this.#fail(
        `unsupported modifier (${modifier}) in substitution`,
        dollar,
        "bad-substitution",
      );
    }
    const pattern = character === "#" || character === "%";
    if (emptyIsUnset && pattern) {
      throw this.#fail(
        `unsupported modifier (${modifier}) in substitution`,
        dollar,
        "bad-substitution",
      );
    }
    const word = this.#operand("}", pattern, pattern, dollar, "missing '}'");
    const use = this.#look(name, dollar, start, modifier);
    if (use.value === undefined && this.#options.keepUnset === true) {
      return `\${${name}${modifier}${word}}`;
    }
    const absent = use.value === undefined || (emptyIsUnset && use.value === "");
    switch (character) {
      case "-":
        return absent ? word : (use.value ?? "");
      case "+":
        return absent ? "" : word;
      case "?":
        if (absent) {
          const state = use.value === undefined ? "unset" : "empty";
          throw this.#fail(
            `${name}: ${word === "" ? `is not allowed to be ${state}` : word}`,
            dollar,
            "bad-substitution",
          );
        }
        return use.value ?? "";
      case "#":
      case "%": {
        const longest = word.startsWith(character);
        const remove = character === "#" ? removePrefix : removeSuffix;
        const cut = longest ? word.slice(1) : word;
        return this.#pattern(remove(use.value ?? "", cut, longest), cut, dollar);
      }
      default:
        throw this.#fail(
          `unsupported modifier (${modifier}) in substitution`,
          dollar,
          "bad-substitution",
        );
    }
  }

  #replace(name: string, dollar: number, start: number): string {
    const all = this.#text[this.#at] === "/";
    if (all) {
      this.#at++;
    }
    const pattern = this.#operand("/", true, true, dollar, "missing '/' in ${}");
    const replacement = this.#operand("}", true, false, dollar, "missing '}'");
    const use = this.#look(name, dollar, start, "/");
    if (use.value === undefined && this.#options.keepUnset === true) {
      return `\${${name}/${pattern}/${replacement}}`;
    }
    return this.#pattern(
      replacePattern(use.value ?? "", pattern, replacement, all),
      pattern,
      dollar,
    );
  }

  /** The word behind a modifier. Any error in it that reaches the end of the text is a missing end. */
  #operand(
    stop: string,
    keepEscapes: boolean,
    patternEscapes: boolean,
    dollar: number,
    missing: string,
  ): string {
    try {
      return this.read(stop, keepEscapes, patternEscapes);
    } catch (error) {
      if (error instanceof Failure && this.#at >= this.#text.length) {
        throw this.#fail(`syntax error: ${missing}`, dollar, "bad-substitution");
      }
      throw error;
    }
  }

  #pattern(result: string | { readonly error: string }, pattern: string, dollar: number): string {
    if (typeof result === "string") {
      return result;
    }
    throw this.#fail(
      `invalid pattern (${pattern}) in substitution: ${result.error}`,
      dollar,
      "bad-substitution",
    );
  }

  #look(name: string, dollar: number, start: number, modifier: string): LexedUse {
    const found = this.#variables.get(name);
    this.#substituted += found?.length ?? 0;
    const value = found !== undefined && this.#substituted > maxSubstituted ? "" : found;
    const use = { name, dollar, start, end: this.#at, value, modifier };
    this.uses.push(use);
    return use;
  }

  /** The next character; what Go prints for the end of the text when there is none. */
  #next(): string {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) {
      return "\ufffd";
    }
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    return character;
  }

  #name(): string {
    const start = this.#at;
    const first = this.#text[start] ?? "";
    if (isDigit(first)) {
      while (isDigit(this.#text[this.#at] ?? "")) {
        this.#at++;
      }
    } else if (first !== "" && "@*#?-$!".includes(first)) {
      this.#at++;
    } else {
      namePattern.lastIndex = start;
      this.#at += namePattern.exec(this.#text)?.[0].length ?? 0;
    }
    return this.#text.slice(start, this.#at);
  }
}

const namePattern = /[\p{L}\p{Nd}_]*/uy;

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}
