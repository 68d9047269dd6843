import { type MappedText, slice } from "../text/mappedText.ts";
import { isBlank, isSpace, quoted, skipSpace } from "./characters.ts";
import { ErrorList } from "./errors.ts";
import { checkFlags } from "./flags.ts";
import { checkHealthcheckFlags } from "./healthcheck.ts";
import { heredocWord } from "./heredocs.ts";
import { readImageReference } from "./imageReference.ts";
import { describeInstruction, instructionDescriptions } from "./instructions.ts";
import type { LogicalLine } from "./lines.ts";
import { checkRunFlags } from "./runFlags.ts";
import { readRunMount } from "./runMounts.ts";
import { suggest, withSuggestion } from "./suggest.ts";
import type {
  Command,
  CopySource,
  EscapeCharacter,
  Instruction,
  InstructionParts,
  KeyValue,
  Keyword,
  SyntaxError,
  Word,
} from "./syntax.ts";
import {
  jsonStrings,
  readFlags,
  splitBlanks,
  splitQuoted,
  unquotedAgain,
  verbatimWord,
  word,
} from "./words.ts";

/** The instruction of a logical line and the errors that it has by itself. */
export function parseInstruction(
  line: LogicalLine,
  stage: number | undefined,
  escape: EscapeCharacter,
): { instruction: Instruction; errors: readonly SyntaxError[] } {
  const reader = new InstructionReader(line, stage, escape, false);
  const instruction = reader.read(line.text);
  return { instruction, errors: reader.errors };
}

/** Reads one instruction; an ONBUILD starts another reader for what it holds. */
class InstructionReader {
  readonly #line: LogicalLine;
  readonly #stage: number | undefined;
  readonly #escape: EscapeCharacter;
  readonly #onbuild: boolean;
  readonly #list: ErrorList;
  // Errors that the first of BuildKit's two passes finds count at once even inside of an ONBUILD.
  readonly #early = new ErrorList(false);

  constructor(
    line: LogicalLine,
    stage: number | undefined,
    escape: EscapeCharacter,
    onbuild: boolean,
  ) {
    this.#line = line;
    this.#stage = stage;
    this.#escape = escape;
    this.#onbuild = onbuild;
    this.#list = new ErrorList(onbuild);
  }

  get errors(): readonly SyntaxError[] {
    return [...this.#early.errors, ...this.#list.errors];
  }

  read(text: MappedText): Instruction {
    let end = 0;
    while (end < text.text.length && !isBlank(text.text.charCodeAt(end))) {
      end++;
    }
    const keywordText = text.text.slice(0, end);
    let start = end;
    while (start < text.text.length && isBlank(text.text.charCodeAt(start))) {
      start++;
    }
    const rest = slice(text, start, text.text.length);
    const { flags, body } = readFlags(rest, this.#escape);
    const { span, lineSpan, heredocs, docComments, innerComments, blankLines } = this.#line;
    const parts: InstructionParts = {
      span: { start: text.span.start, end: span.end },
      lineSpan: { start: text.span.start, end: lineSpan.end },
      keywordSpan: slice(text, 0, end).span,
      keywordText,
      rest,
      body,
      flags,
      heredocs,
      docComments,
      innerComments,
      blankLines,
      ...(this.#stage === undefined ? {} : { stage: this.#stage }),
      onbuild: this.#onbuild,
    };
    return this.#typed(parts);
  }

  #typed(parts: InstructionParts): Instruction {
    const description = describeInstruction(parts.keywordText);
    if (description === undefined) {
      return this.#unknown(parts);
    }
    const { keyword } = description;
    switch (keyword) {
      case "FROM":
        return this.#from(parts);
      case "RUN": {
        const command = this.#command(parts.body);
        const mounts = parts.flags.flatMap((flag) =>
          flag.name === "mount" && flag.value !== undefined ? [readRunMount(flag, flag.value)] : [],
        );
        this.#checkFlags(parts, keyword);
        checkRunFlags(parts.flags, mounts, this.#list);
        return { ...parts, keyword, command, mounts };
      }
      case "CMD":
      case "ENTRYPOINT":
        this.#checkFlags(parts, keyword);
        return { ...parts, keyword, command: this.#command(parts.body) };
      case "SHELL":
        return this.#shell(parts);
      case "HEALTHCHECK":
        return this.#healthcheck(parts);
      case "ENV":
      case "LABEL": {
        this.#checkFlags(parts, keyword);
        return { ...parts, keyword, ...this.#keyValues(parts, keyword) };
      }
      case "ARG":
        return { ...parts, keyword, pairs: this.#arguments(parts) };
      case "COPY":
      case "ADD":
        return this.#copy(parts, keyword);
      case "EXPOSE": {
        const ports = splitBlanks(parts.body, this.#escape);
        this.#checkSome(parts, keyword, ports);
        this.#checkFlags(parts, keyword);
        return { ...parts, keyword, ports };
      }
      case "VOLUME":
        return this.#volume(parts);
      case "USER":
      case "WORKDIR":
        this.#checkFlags(parts, keyword);
        return { ...parts, keyword, ...this.#single(parts, keyword) };
      case "MAINTAINER": {
        this.#checkFlags(parts, keyword);
        const { argument } = this.#single(parts, keyword);
        return argument === undefined
          ? { ...parts, keyword }
          : { ...parts, keyword, argument: verbatimWord(argument.raw) };
      }
      case "STOPSIGNAL":
        return { ...parts, keyword, ...this.#single(parts, keyword) };
      case "ONBUILD":
        return this.#onbuildInstruction(parts);
    }
  }

  #unknown(parts: InstructionParts): Instruction {
    const { keywordText, keywordSpan } = parts;
    const names = instructionDescriptions.map(({ keyword }) => keyword.toLowerCase());
    let suggestion = suggest(keywordText.toLowerCase(), names);
    if (suggestion !== undefined && keywordText !== keywordText.toLowerCase()) {
      suggestion =
        keywordText === keywordText.toUpperCase() ? suggestion.toUpperCase() : suggestion;
    }
    this.#list.add(
      "unknown-instruction",
      keywordSpan,
      withSuggestion(`unknown instruction: ${keywordText}`, suggestion),
    );
    return { ...parts, keyword: "unknown" };
  }

  #from(parts: InstructionParts): Instruction {
    const [image, as, stageName, ...excess] = splitBlanks(parts.body, this.#escape);
    const platform = parts.flags.find(({ name }) => name === "platform")?.value;
    if (image === undefined || (as !== undefined && stageName === undefined) || excess.length > 0) {
      this.#list.add("invalid-from", parts.lineSpan, "FROM requires either one or three arguments");
    } else if (as !== undefined && stageName !== undefined) {
      if (!/^as$/i.test(as.raw.text)) {
        this.#list.add("invalid-from", as.span, "FROM requires either one or three arguments");
      } else if (!/^[a-z][a-z0-9\-_.]*$/.test(stageName.raw.text.toLowerCase())) {
        this.#list.add(
          "invalid-stage-name",
          stageName.span,
          `invalid name for build stage: ${quoted(stageName.raw.text)}, name can't start with a number or contain symbols`,
        );
      }
    }
    this.#checkFlags(parts, "FROM");
    return {
      ...parts,
      keyword: "FROM",
      ...(image === undefined ? {} : { image, reference: readImageReference(image.value) }),
      ...(platform === undefined ? {} : { platform }),
      ...(as === undefined ? {} : { as: verbatimWord(as.raw) }),
      ...(stageName === undefined ? {} : { stageName: verbatimWord(stageName.raw) }),
      excess,
    };
  }

  #shell(parts: InstructionParts): Instruction {
    this.#checkFlags(parts, "SHELL");
    const command = this.#command(parts.body);
    if (parts.body.text === "" || (command.form === "exec" && command.words.length === 0)) {
      this.#list.add(
        "wrong-argument-count",
        parts.lineSpan,
        "SHELL requires at least one argument",
      );
    } else if (command.form === "shell") {
      this.#list.add(
        "json-required",
        parts.body.span,
        "SHELL requires the arguments to be in JSON form",
      );
    }
    return { ...parts, keyword: "SHELL", command };
  }

  #healthcheck(parts: InstructionParts): Instruction {
    const keyword = "HEALTHCHECK";
    const { body } = parts;
    let end = 0;
    while (end < body.text.length && !isSpace(body.text.charCodeAt(end))) {
      end++;
    }
    if (end === 0) {
      this.#list.add(
        "wrong-argument-count",
        parts.lineSpan,
        "HEALTHCHECK requires at least one argument",
      );
      return { ...parts, keyword };
    }
    const type = verbatimWord(slice(body, 0, end));
    const source = slice(body, skipSpace(body.text, end), body.text.length);
    const command = this.#command(source);
    const empty = command.form === "exec" ? command.words.length === 0 : source.text === "";
    const upper = type.raw.text.toUpperCase();
    if (upper === "NONE") {
      if (!empty) {
        this.#list.add("invalid-healthcheck", source.span, "HEALTHCHECK NONE takes no arguments");
      }
      return { ...parts, keyword, type, ...(source.text === "" ? {} : { command }) };
    }
    this.#checkFlags(parts, keyword);
    if (upper !== "CMD") {
      this.#list.add(
        "invalid-healthcheck",
        type.span,
        `Unknown type ${quoted(upper)} in HEALTHCHECK (try CMD)`,
      );
      return { ...parts, keyword, type, command };
    }
    if (empty) {
      this.#list.add("invalid-healthcheck", type.span, "Missing command after HEALTHCHECK CMD");
    }
    checkHealthcheckFlags(parts.flags, this.#list);
    return { ...parts, keyword, type, command };
  }

  #keyValues(
    parts: InstructionParts,
    keyword: "ENV" | "LABEL",
  ): { pairs: readonly KeyValue[]; legacy: boolean } {
    const { body } = parts;
    const words = splitQuoted(body, this.#escape);
    const [first] = words;
    if (first === undefined) {
      this.#list.add(
        "wrong-argument-count",
        parts.lineSpan,
        `${keyword} requires at least one argument`,
      );
      return { pairs: [], legacy: false };
    }
    if (!first.text.includes("=")) {
      return { pairs: [this.#legacyPair(parts, keyword)], legacy: true };
    }
    const pairs = words.map((each) => this.#pair(each));
    for (const pair of pairs) {
      if (pair.value === undefined) {
        this.#early.add(
          "missing-equals",
          pair.span,
          `Syntax error - can't find = in ${quoted(pair.key.raw.text)}. Must be of the form: name=value`,
        );
      } else if (pair.key.raw.text === "") {
        this.#list.add("blank-name", pair.span, `${keyword} names can not be blank`);
      }
    }
    return { pairs, legacy: false };
  }

  #legacyPair(parts: InstructionParts, keyword: "ENV" | "LABEL"): KeyValue {
    const { body } = parts;
    let end = 0;
    while (end < body.text.length && !isBlank(body.text.charCodeAt(end))) {
      end++;
    }
    let start = end;
    while (start < body.text.length && isBlank(body.text.charCodeAt(start))) {
      start++;
    }
    const key = word(slice(body, 0, end), this.#escape);
    if (start === end) {
      this.#early.add("wrong-argument-count", parts.lineSpan, `${keyword} must have two arguments`);
      return { span: body.span, key };
    }
    return {
      span: body.span,
      key,
      value: word(slice(body, start, body.text.length), this.#escape),
    };
  }

  #pair(text: MappedText): KeyValue {
    const equals = text.text.indexOf("=");
    if (equals === -1) {
      return { span: text.span, key: word(text, this.#escape) };
    }
    return {
      span: text.span,
      key: word(slice(text, 0, equals), this.#escape),
      value: word(slice(text, equals + 1, text.text.length), this.#escape),
    };
  }

  #arguments(parts: InstructionParts): KeyValue[] {
    // The name of an ARG is taken as it is, with any quotes.
    const pairs = splitQuoted(parts.body, this.#escape).map((text) => {
      const pair = this.#pair(text);
      return { ...pair, key: verbatimWord(pair.key.raw) };
    });
    this.#checkSome(parts, "ARG", pairs);
    for (const { key, span } of pairs) {
      if (key.raw.text === "") {
        this.#list.add("blank-name", span, "ARG names can not be blank");
      }
    }
    return pairs;
  }

  #copy(parts: InstructionParts, keyword: "COPY" | "ADD"): Instruction {
    const { words, json } = this.#listOrJson(parts.body);
    const destination = words.at(-1);
    if (words.length < 2) {
      this.#list.add(
        "wrong-argument-count",
        parts.lineSpan,
        `${keyword} requires at least two arguments, but only one was provided. Destination could not be determined`,
      );
    }
    this.#checkFlags(parts, keyword);
    if (destination !== undefined && words.length >= 2) {
      if (heredocWord(destination.raw.text, destination.span) !== undefined) {
        this.#list.add(
          "heredoc-not-allowed",
          destination.span,
          `${keyword} cannot accept a heredoc as a destination`,
        );
      }
    }
    const sources = (words.length < 2 ? words : words.slice(0, -1)).map((source) =>
      this.#source(source, parts),
    );
    const place = destination === undefined || words.length < 2 ? {} : { destination };
    if (keyword === "ADD") {
      return { ...parts, keyword, sources, ...place, json };
    }
    const from = parts.flags.find(({ name }) => name === "from")?.value;
    return { ...parts, keyword, sources, ...place, json, ...(from === undefined ? {} : { from }) };
  }

  #source(source: Word, { heredocs }: InstructionParts): CopySource {
    const name = heredocWord(source.raw.text, source.span)?.name;
    // The content is looked up by name, so of two heredocs with one name the last counts for both.
    const heredoc =
      name === undefined ? undefined : heredocs.findLast((each) => each.name === name);
    return heredoc === undefined ? source : { ...source, heredoc };
  }

  #volume(parts: InstructionParts): Instruction {
    const { words, json } = this.#listOrJson(parts.body);
    this.#checkSome(parts, "VOLUME", words);
    this.#checkFlags(parts, "VOLUME");
    for (const { raw, span } of words) {
      if (skipSpace(raw.text, 0) === raw.text.length) {
        this.#list.add("invalid-volume", span, "VOLUME specified can not be an empty string");
      }
    }
    return { ...parts, keyword: "VOLUME", paths: words, json };
  }

  #onbuildInstruction(parts: InstructionParts): Instruction {
    const keyword = "ONBUILD";
    if (parts.body.text === "") {
      this.#list.add(
        "wrong-argument-count",
        parts.lineSpan,
        "ONBUILD requires at least one argument",
      );
      return { ...parts, keyword };
    }
    this.#checkFlags(parts, keyword);
    const reader = new InstructionReader(this.#line, this.#stage, this.#escape, true);
    const trigger = reader.read(parts.body);
    const inner = trigger.keyword;
    this.#early.addAll(reader.#early.errors);
    if (inner === "ONBUILD") {
      this.#list.add(
        "invalid-onbuild",
        trigger.keywordSpan,
        "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
      );
    } else if (inner === "FROM" || inner === "MAINTAINER") {
      this.#list.add(
        "invalid-onbuild",
        trigger.keywordSpan,
        `${inner} isn't allowed as an ONBUILD trigger`,
      );
    } else {
      this.#list.addAll(reader.#list.errors);
    }
    return { ...parts, keyword, trigger };
  }

  #single(parts: InstructionParts, keyword: Keyword): { argument?: Word } {
    if (parts.body.text === "") {
      this.#list.add(
        "wrong-argument-count",
        parts.lineSpan,
        `${keyword} requires exactly one argument`,
      );
      return {};
    }
    return { argument: word(parts.body, this.#escape) };
  }

  /** JSON or shell form. */
  #command(source: MappedText): Command {
    const words = this.#strings(source);
    return words === undefined ? { form: "shell", source } : { form: "exec", source, words };
  }

  /** JSON or blanks between, quotes to be taken away by expansion in both. */
  #listOrJson(body: MappedText): { words: Word[]; json: boolean } {
    const strings = this.#strings(body);
    return strings === undefined
      ? { words: splitBlanks(body, this.#escape), json: false }
      : { words: strings.map((each) => unquotedAgain(each, this.#escape)), json: true };
  }

  #strings(source: MappedText): Word[] | undefined {
    const strings = jsonStrings(source);
    if (strings === "not strings") {
      this.#early.add(
        "json-not-strings",
        source.span,
        "when using JSON array syntax, arrays must be comprised of strings only",
      );
      return undefined;
    }
    return strings;
  }

  #checkFlags(parts: InstructionParts, keyword: Keyword): void {
    checkFlags(parts.flags, keyword, this.#list);
  }

  #checkSome(parts: InstructionParts, keyword: Keyword, items: readonly unknown[]): void {
    if (items.length === 0) {
      this.#list.add(
        "wrong-argument-count",
        parts.lineSpan,
        `${keyword} requires at least one argument`,
      );
    }
  }
}
