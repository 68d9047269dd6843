import { type MappedText, slice } from "../text/mappedText.ts";
import type { ParserState } from "./parserState.ts";
import type { Redirection } from "./syntax.ts";
import type { WordReader } from "./wordReader.ts";

/** What a `<<NAME` brings whose lines stand outside of the script, by the offset of its `<<NAME`. */
export type OutsideBodies = ReadonlyMap<number, MappedText>;

/** Reads redirections, and the lines that here-documents bring. */
export class RedirectionReader {
  readonly #state: ParserState;
  readonly #words: WordReader;
  readonly #bodies: OutsideBodies;
  /** The `<<` whose lines begin behind the next line end. */
  #pending: { name: string; stripTabs: boolean; take: (body: MappedText) => void }[] = [];

  constructor(state: ParserState, words: WordReader, bodies: OutsideBodies) {
    this.#state = state;
    this.#words = words;
    this.#bodies = bodies;
  }

  /** The redirection that begins here, or `undefined` when there is none. */
  read(): Redirection | undefined {
    const state = this.#state;
    const start = state.at;
    const [, descriptor, operator] =
      /^(\d+|\{[A-Za-z_]\w*\})?(&>>|&>|<<<|<<-|<<|<>|<&|<(?!\()|>>|>\||>&|>(?!\())/.exec(
        state.text.slice(start, start + 64),
      ) ?? [];
    if (operator === undefined) {
      return undefined;
    }
    state.at += (descriptor?.length ?? 0) + operator.length;
    state.skipBlanks();
    const target = this.#words.word();
    if (target === undefined) {
      state.error(start, "The redirection has no target.");
    }
    const redirection: { -readonly [Key in keyof Redirection]: Redirection[Key] } = {
      span: state.spanFrom(start),
      operator,
      ...(descriptor === undefined ? {} : { descriptor }),
      ...(target === undefined ? {} : { target }),
    };
    if (target !== undefined && (operator === "<<" || operator === "<<-")) {
      const outside = this.#bodies.get(redirection.span.start);
      if (outside === undefined) {
        this.#pending.push({
          name: target.value,
          stripTabs: operator === "<<-",
          take: (body) => {
            redirection.body = body;
          },
        });
      } else {
        redirection.body = outside;
      }
    }
    return redirection;
  }

  /** Reads the lines of each `<<` of the line that has just ended. */
  takeBodies(): void {
    const state = this.#state;
    const pending = this.#pending;
    this.#pending = [];
    for (const { name, stripTabs, take } of pending) {
      const start = state.at;
      let end = start;
      while (!state.atEnd) {
        const newline = state.text.indexOf("\n", state.at);
        const lineEnd = newline === -1 ? state.text.length : newline;
        const line = state.text.slice(state.at, lineEnd).replace(/\r$/, "");
        end = state.at;
        state.at = newline === -1 ? lineEnd : lineEnd + 1;
        if ((stripTabs ? line.replace(/^\t+/, "") : line) === name) {
          break;
        }
        end = state.at;
      }
      take(slice(state.mapped, start, end));
    }
  }
}
