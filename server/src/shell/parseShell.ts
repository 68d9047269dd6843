import { type MappedText, spanOf } from "../text/mappedText.ts";
import type { Span } from "../text/span.ts";
import { type Found, maxDepth, ParserState } from "./parserState.ts";
import type {
  Assignment,
  CaseCommand,
  GroupCommand,
  IfCommand,
  ListItem,
  Pipeline,
  Redirection,
  ShellCommand,
  ShellScript,
  ShellWord,
  SimpleCommand,
  WordPart,
} from "./syntax.ts";
import { type OutsideBodies, RedirectionReader } from "./redirectionReader.ts";
import { WordReader } from "./wordReader.ts";

/**
 * Reads any text at all as a script of a POSIX shell with what bash adds. Never throws; takes time
 * linear in the length of the text. Aliases, and options that change the syntax, are not known.
 */
export function parseShell(source: MappedText, bodies: OutsideBodies = new Map()): ShellScript {
  const found: Found = { commands: [], pipelines: [], comments: [], errors: [] };
  const list = new ShellParser(new ParserState(source, found), bodies).script();
  return {
    source,
    list,
    commands: found.commands.sort((a, b) => a.span.start - b.span.start),
    pipelines: found.pipelines.sort((a, b) => a.span.start - b.span.start),
    comments: found.comments,
    errors: found.errors,
  };
}

class ShellParser {
  readonly #state: ParserState;
  readonly #words: WordReader;
  readonly #redirections: RedirectionReader;
  /** What ends the lists that are open, outermost first; `undefined` hides those before it. */
  readonly #closers: (ReadonlySet<string> | undefined)[] = [];

  constructor(state: ParserState, bodies: OutsideBodies) {
    this.#state = state;
    this.#words = new WordReader(
      state,
      () => this.#nested(),
      (text, depth) => new ShellParser(new ParserState(text, state.found, depth), bodies).script(),
    );
    this.#redirections = new RedirectionReader(state, this.#words, bodies);
  }

  script(): ListItem[] {
    const items: ListItem[] = [];
    for (;;) {
      const state = this.#state;
      for (const item of this.#list(nothing)) {
        items.push(item);
      }
      if (state.atEnd) {
        this.#redirections.takeBodies();
        return items;
      }
      const start = state.at;
      if (this.#reserved() !== undefined) {
        this.#words.word();
      } else {
        state.at += state.startsWith(";;") ? 2 : 1;
      }
      const text = state.text.slice(start, state.at);
      state.error(start, `\`${text}\` ends nothing here.`);
    }
  }

  #nested(): ListItem[] {
    this.#closers.push(undefined);
    const items = this.#list(parenthesis);
    // Whatever else stopped the list is skipped up to the parenthesis.
    const state = this.#state;
    while (!state.atEnd && state.char !== ")") {
      const start = state.at;
      state.at += state.startsWith(";;") ? 2 : 1;
      state.error(start, `\`${state.text.slice(start, state.at)}\` ends nothing here.`);
      for (const item of this.#list(parenthesis)) {
        items.push(item);
      }
    }
    this.#closers.pop();
    return items;
  }

  /** Pipelines up to one of the closers, which stays unread, or to what can only close something further out. */
  #list(closers: ReadonlySet<string>): ListItem[] {
    this.#closers.push(closers);
    const items: ListItem[] = [];
    const state = this.#state;
    for (;;) {
      this.#skipLines();
      if (state.atEnd || this.#closes()) {
        break;
      }
      const start = state.at;
      const pipeline = this.#pipeline();
      if (pipeline === undefined) {
        if (state.at === start) {
          state.at++;
        }
        state.error(
          start,
          `\`${state.text.slice(start, state.at)}\` stands where a command should.`,
        );
        continue;
      }
      const operator = this.#listOperator();
      items.push(operator === undefined ? { pipeline } : { pipeline, operator });
    }
    this.#closers.pop();
    return items;
  }

  #listOperator(): { text: "&&" | "||" | ";" | "&" | "\n"; span: Span } | undefined {
    const state = this.#state;
    state.skipBlanks();
    this.#comment();
    const start = state.at;
    for (const text of ["&&", "||", ";", "&"] as const) {
      if (state.startsWith(text) && !(text === ";" && state.startsWith(";;"))) {
        state.at += text.length;
        return { text, span: state.spanFrom(start) };
      }
    }
    if (state.char === "\n") {
      this.#lineEnd();
      return { text: "\n", span: spanOf(state.mapped, start, start + 1) };
    }
    return undefined;
  }

  #closes(): boolean {
    const state = this.#state;
    const token = state.char === ")" ? ")" : state.startsWith(";;") ? ";;" : this.#reserved();
    return token !== undefined && (token === ")" || token === ";;" || this.#isAwaited(token));
  }

  /** Does an open list end at this? A word that ends none is read as a command, as it may be an argument that strayed. */
  #isAwaited(token: string): boolean {
    for (let index = this.#closers.length - 1; index >= 0; index--) {
      const closers = this.#closers[index];
      if (closers === undefined) {
        return false;
      }
      if (closers.has(token)) {
        return true;
      }
    }
    return false;
  }

  /** The reserved word that stands here and can close a list. */
  #reserved(): string | undefined {
    const { text, at } = this.#state;
    if (!closingStart.has(text[at] ?? "")) {
      return undefined;
    }
    const word = /^(?:then|else|elif|fi|do|done|esac|\})(?=[\s;&|()<>]|$)/.exec(
      text.slice(at, at + 6),
    )?.[0];
    return word;
  }

  /** Blanks, line ends and comments. */
  #skipLines(): void {
    const state = this.#state;
    for (;;) {
      state.skipBlanks();
      if (state.char === "\n") {
        this.#lineEnd();
      } else if (!this.#comment()) {
        return;
      }
    }
  }

  #comment(): boolean {
    const state = this.#state;
    if (state.char !== "#") {
      return false;
    }
    const start = state.at;
    const end = state.text.indexOf("\n", start);
    state.at = end === -1 ? state.text.length : end;
    state.found.comments.push(state.spanFrom(start));
    return true;
  }

  #lineEnd(): void {
    this.#state.at++;
    this.#redirections.takeBodies();
  }

  #pipeline(): Pipeline | undefined {
    const state = this.#state;
    const start = state.at;
    let negated = false;
    while (/^(?:!|time)(?=\s)/.test(state.text.slice(state.at, state.at + 5))) {
      negated ||= state.char === "!";
      state.at += state.char === "!" ? 1 : "time".length;
      state.skipBlanks();
      if (state.text.startsWith("-p ", state.at)) {
        state.at += 2;
        state.skipBlanks();
      }
    }
    const commands: ShellCommand[] = [];
    const pipes: Span[] = [];
    for (;;) {
      const command = this.#command();
      if (command === undefined) {
        if (pipes.length > 0) {
          state.error(state.at, "A command is missing behind the pipe.");
        }
        break;
      }
      commands.push(command);
      state.skipBlanks();
      if (state.char !== "|" || state.startsWith("||")) {
        break;
      }
      const pipe = state.at;
      state.at += state.startsWith("|&") ? 2 : 1;
      pipes.push(state.spanFrom(pipe));
      this.#skipLines();
    }
    const last = commands.at(-1);
    if (last === undefined) {
      return undefined;
    }
    const span = { start: spanOf(state.mapped, start, start).start, end: last.span.end };
    const pipeline: Pipeline = { span, negated, commands, pipes };
    if (pipes.length > 0 && commands.length > 1) {
      state.found.pipelines.push(pipeline);
    }
    return pipeline;
  }

  #command(): ShellCommand | undefined {
    const state = this.#state;
    if (state.depth >= maxDepth) {
      state.error(state.at, "Commands are nested too deeply.");
      state.at = state.text.length;
      return undefined;
    }
    state.depth++;
    const command = this.#compound() ?? this.#simple();
    state.depth--;
    return command;
  }

  #compound(): ShellCommand | undefined {
    const state = this.#state;
    const start = state.at;
    if (state.char === "(") {
      if (state.startsWith("((") && this.#words.arithmetic(start)) {
        return { kind: "arithmetic", ...this.#ending(start) };
      }
      return this.#group(start, "subshell", parenthesis);
    }
    if (!openingStart.has(state.char)) {
      return undefined;
    }
    const keyword = /^(?:\{|if|while|until|for|select|case|function)(?=[\s;(]|$)/.exec(
      state.text.slice(start, start + 9),
    )?.[0];
    if (keyword === undefined) {
      return undefined;
    }
    state.at += keyword.length;
    switch (keyword) {
      case "{":
        state.at = start;
        return this.#group(start, "group", brace);
      case "if":
        return this.#if(start);
      case "while":
      case "until": {
        const condition = this.#list(doWord);
        const body = this.#doGroup();
        return { kind: keyword, condition, body, ...this.#ending(start) };
      }
      case "case":
        return this.#case(start);
      case "function":
        return this.#functionKeyword(start);
      default:
        return this.#for(start);
    }
  }

  #group(start: number, kind: GroupCommand["kind"], closers: ReadonlySet<string>): GroupCommand {
    this.#state.at = start + 1;
    const body = this.#list(closers);
    this.#expect(kind === "group" ? "}" : ")", start);
    return { kind, body, ...this.#ending(start) };
  }

  #if(start: number): IfCommand {
    const branches: { condition: ListItem[]; body: ListItem[] }[] = [];
    do {
      const condition = this.#list(thenWord);
      this.#expect("then", start);
      branches.push({ condition, body: this.#list(afterThen) });
    } while (this.#take("elif"));
    const otherwise = this.#take("else") ? this.#list(fiWord) : undefined;
    this.#expect("fi", start);
    return {
      kind: "if",
      branches,
      ...(otherwise === undefined ? {} : { otherwise }),
      ...this.#ending(start),
    };
  }

  #doGroup(): ListItem[] {
    const start = this.#state.at;
    this.#expect("do", start);
    const body = this.#list(doneWord);
    this.#expect("done", start);
    return body;
  }

  #for(start: number): ShellCommand {
    const state = this.#state;
    state.skipBlanks();
    let variable: ShellWord | undefined;
    const values: ShellWord[] = [];
    if (!(state.startsWith("((") && this.#words.arithmetic(state.at))) {
      variable = this.#words.word();
      this.#skipLines();
      if (this.#take("in")) {
        state.skipBlanks();
        for (let word = this.#words.word(); word !== undefined; word = this.#words.word()) {
          values.push(word);
          state.skipBlanks();
        }
      }
    }
    state.skipBlanks();
    if (state.char === ";") {
      state.at++;
    }
    this.#skipLines();
    const isBrace = state.char === "{";
    const body = isBrace ? this.#group(state.at, "group", brace).body : this.#doGroup();
    return {
      kind: "for",
      ...(variable === undefined ? {} : { variable }),
      values,
      body,
      ...this.#ending(start),
    };
  }

  #case(start: number): CaseCommand {
    const state = this.#state;
    state.skipBlanks();
    const subject = this.#words.word();
    this.#skipLines();
    this.#expect("in", start);
    const branches: { patterns: ShellWord[]; body: ListItem[] }[] = [];
    for (;;) {
      this.#skipLines();
      if (state.atEnd || this.#reserved() === "esac") {
        break;
      }
      if (state.char === "(") {
        state.at++;
        state.skipBlanks();
      }
      const patterns: ShellWord[] = [];
      for (let word = this.#words.word(); word !== undefined; word = this.#words.word()) {
        patterns.push(word);
        state.skipBlanks();
        if (state.char !== "|") {
          break;
        }
        state.at++;
        state.skipBlanks();
      }
      if (state.char !== ")") {
        break;
      }
      state.at++;
      branches.push({ patterns, body: this.#list(branchEnds) });
      if (!state.startsWith(";;")) {
        break;
      }
      state.at += state.startsWith(";;&") ? 3 : 2;
    }
    this.#expect("esac", start);
    return {
      kind: "case",
      ...(subject === undefined ? {} : { subject }),
      branches,
      ...this.#ending(start),
    };
  }

  #functionKeyword(start: number): ShellCommand | undefined {
    const state = this.#state;
    state.skipBlanks();
    const name = this.#words.word();
    if (name === undefined) {
      state.at = start;
      return undefined;
    }
    state.skipBlanks();
    return this.#functionBody(start, name);
  }

  /** From the `()` of a function on, which `function` makes optional. */
  #functionBody(start: number, name: ShellWord): ShellCommand {
    const state = this.#state;
    const match = /^\([ \t]*\)/.exec(state.text.slice(state.at, state.at + 64));
    state.at += match?.[0].length ?? 0;
    this.#skipLines();
    const body = this.#command();
    return {
      kind: "function",
      name,
      ...(body === undefined ? {} : { body }),
      span: state.spanFrom(start),
      redirections: [],
    };
  }

  #simple(): ShellCommand | undefined {
    const state = this.#state;
    const start = state.at;
    let end = start;
    const assignments: Assignment[] = [];
    const words: ShellWord[] = [];
    const redirections: Redirection[] = [];
    for (;;) {
      const redirection = this.#redirections.read();
      if (redirection !== undefined) {
        redirections.push(redirection);
      } else {
        const wordStart = state.at;
        const word = this.#words.word(isCondition(words) ? "condition" : "command");
        if (word === undefined) {
          break;
        }
        const assignment = words.length === 0 ? this.#assignment(word, wordStart) : undefined;
        if (assignment === undefined) {
          words.push(word);
        } else {
          assignments.push(assignment);
        }
        if (words.length === 1 && assignments.length === 0 && this.#opensFunction()) {
          return this.#functionBody(start, word);
        }
      }
      end = state.at;
      state.skipBlanks();
      if (state.char === "#") {
        break;
      }
    }
    state.at = end;
    if (end === start) {
      return undefined;
    }
    const command: SimpleCommand = {
      kind: "simple",
      span: state.spanFrom(start),
      assignments,
      words,
      redirections,
    };
    state.found.commands.push(command);
    return command;
  }

  #opensFunction(): boolean {
    const { text, at } = this.#state;
    return /^[ \t]*\([ \t]*\)/.test(text.slice(at, at + 64));
  }

  #assignment(word: ShellWord, start: number): Assignment | undefined {
    const { text, mapped } = this.#state;
    const [head, name] =
      /^([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]\s=]*\])?\+?=/.exec(word.raw.text) ?? [];
    if (head === undefined || name === undefined || text.length === 0) {
      return undefined;
    }
    const [first, ...others] = word.parts;
    if (first?.kind !== "text" || first.quoted || !first.text.startsWith(head)) {
      return undefined;
    }
    const valueStart = start + head.length;
    const rest: WordPart = {
      ...first,
      span: { start: spanOf(mapped, valueStart, valueStart + 1).start, end: first.span.end },
      text: first.text.slice(head.length),
    };
    const parts = first.text.length === head.length ? others : [rest, ...others];
    return {
      span: word.span,
      name,
      nameSpan: spanOf(mapped, start, start + name.length),
      value: this.#words.wordFrom(valueStart, parts),
    };
  }

  /** Span and redirections of a compound command that has just been read. */
  #ending(start: number): { span: Span; redirections: readonly Redirection[] } {
    const state = this.#state;
    const redirections: Redirection[] = [];
    for (;;) {
      const end = state.at;
      state.skipBlanks();
      const redirection = this.#redirections.read();
      if (redirection === undefined) {
        state.at = end;
        return { span: state.spanFrom(start), redirections };
      }
      redirections.push(redirection);
    }
  }

  /** Reads over the token when it stands here. */
  #take(token: string): boolean {
    const state = this.#state;
    const after = state.text[state.at + token.length] ?? " ";
    const stands = state.startsWith(token) && (token === ")" || /[\s;&|()<>]/.test(after));
    if (stands) {
      state.at += token.length;
    }
    return stands;
  }

  #expect(token: string, opened: number): void {
    if (!this.#take(token)) {
      this.#state.error(opened, `\`${token}\` is missing.`);
    }
  }
}

function isCondition(words: readonly ShellWord[]): boolean {
  return words[0]?.raw.text === "[[" && words.at(-1)?.raw.text !== "]]";
}

const nothing: ReadonlySet<string> = new Set();
const parenthesis: ReadonlySet<string> = new Set([")"]);
const brace: ReadonlySet<string> = new Set(["}"]);
const thenWord: ReadonlySet<string> = new Set(["then"]);
const afterThen: ReadonlySet<string> = new Set(["elif", "else", "fi"]);
const fiWord: ReadonlySet<string> = new Set(["fi"]);
const doWord: ReadonlySet<string> = new Set(["do"]);
const doneWord: ReadonlySet<string> = new Set(["done"]);
const branchEnds: ReadonlySet<string> = new Set([";;", "esac"]);
const closingStart: ReadonlySet<string> = new Set("tefd}");
const openingStart: ReadonlySet<string> = new Set("{iwufsc");
