import assert from "node:assert/strict";
import { test } from "node:test";
import { offsetAt } from "../text/mappedText.ts";
import type { Span } from "../text/span.ts";
import { parse } from "./parse.ts";
import type { Instruction, Keyword } from "./syntax.ts";

/** The first instruction with the keyword. */
function find<K extends Keyword>(text: string, keyword: K): Extract<Instruction, { keyword: K }> {
  const found = parse(text).instructions.find(
    (each): each is Extract<Instruction, { keyword: K }> => each.keyword === keyword,
  );
  assert.ok(found !== undefined, `no ${keyword}`);
  return found;
}

function at(text: string, { start, end }: Span): string {
  return text.slice(start, end);
}

/** Errors as `message @ text`. */
function errorsOf(text: string): string[] {
  return parse(text).errors.map(({ message, span }) => `${message} @ ${at(text, span)}`);
}

/** The names of the directives, and whether they are heeded. */
function effectiveOf(text: string): (string | boolean)[][] {
  return parse(text).directives.map(({ name, effective }) => [name, effective]);
}

function formOf(line: string): string {
  return find(`FROM a\n${line}`, "CMD").command.form;
}

/** For each error whether only a later build fails. */
function deferredOf(text: string): boolean[] {
  return parse(text).errors.map(({ deferred }) => deferred === true);
}

/** The errors of one instruction in a stage on `scratch`. */
function checkErrors(instruction: string, ...expected: readonly string[]): void {
  assert.deepEqual(errorsOf(`FROM scratch\n${instruction}\n`), expected, instruction);
}

test("continued lines are one instruction; comments between them vanish, blank lines are told", () => {
  const text = "FROM a\nRUN one \\\n  # note\n\n  two\\ \t\n three\nUSER x\n";
  const run = find(text, "RUN");
  assert.equal(run.command.source.text, "one   two three");
  assert.equal(at(text, run.span), "RUN one \\\n  # note\n\n  two\\ \t\n three");
  assert.deepEqual(
    run.innerComments.map(({ text: note, inside, indented }) => ({ note, inside, indented })),
    [{ note: "note", inside: true, indented: true }],
  );
  assert.equal(run.blankLines.length, 1);
  const two = run.command.source.text.indexOf("two");
  assert.equal(offsetAt(run.command.source, two), text.indexOf("two"));
});

test("two escape characters at the end of a line do not continue it", () => {
  const { instructions } = parse("FROM a\nRUN one \\\\\nRUN two\n");
  assert.equal(instructions.length, 3);
});

test("a continuation that the file ends in is accepted", () => {
  assert.deepEqual(errorsOf("FROM a\nRUN b \\\n"), []);
});

test("the escape directive changes continuation and escapes", () => {
  const text = "# escape=`\nFROM a\nENV A=b` c `\n  D=\\e\n";
  const { pairs } = find(text, "ENV");
  assert.deepEqual(
    pairs.map(({ key, value }) => [key.value.text, value?.value.text]),
    [
      ["A", "b c"],
      ["D", "\\e"],
    ],
  );
});

test("the first line that is no known directive ends the directives", () => {
  assert.equal(parse("\n# escape=`\nFROM a").escape, "\\");
  assert.equal(parse("# note\n# escape=`\nFROM a").escape, "\\");
  assert.equal(parse("# syntax=x\n# escape = ` \nFROM a").escape, "`");
  assert.equal(parse("\ufeff# ESCAPE=`\nFROM a").escape, "`");
});

test("a shebang hides escape and not check; blanks before the mark hide check and not escape", () => {
  assert.deepEqual(effectiveOf("#!/bin/x\n# escape=`\n# check=skip=all\nFROM a"), [
    ["escape", false],
    ["check", true],
  ]);
  assert.deepEqual(effectiveOf(" # escape=`\n # check=skip=all\nFROM a"), [
    ["escape", true],
    ["check", false],
  ]);
});

test("wrong directives are errors", () => {
  assert.deepEqual(errorsOf("# escape=x\nFROM a"), [
    "invalid escape token 'x' does not match ` or \\ @ x",
  ]);
  assert.deepEqual(errorsOf("# syntax=a\n# syntax=b\nFROM a"), [
    "only one syntax parser directive can be used @ # syntax=b",
  ]);
  assert.deepEqual(errorsOf("# check=skip=A;warn=true\nFROM a"), [
    'failed to parse check options: invalid check option "warn" @ warn=true',
  ]);
});

test("comments above belong to the instruction until a bare mark; blank lines do not matter", () => {
  const { instructions } = parse("# old\n#\n# one\n\n# two\nFROM a\n");
  assert.deepEqual(
    instructions[0]?.docComments.map(({ text }) => text),
    ["one", "two"],
  );
});

test("CRLF ends lines everywhere but stays inside of heredoc bodies", () => {
  const text = "FROM a\r\nCOPY <<EOF /b\r\nline\r\nEOF\r\nUSER c\r\n";
  const { sources } = find(text, "COPY");
  assert.equal(sources[0]?.heredoc?.content, "line\r\n");
  assert.equal(find(text, "USER").argument?.value.text, "c");
  assert.deepEqual(errorsOf(text), []);
});

test("several heredocs bring their bodies in order", () => {
  const text = "FROM a\nRUN cat <<A 3<<-'B' > x\n$a\nA\n\tb\n\tB\nUSER c\n";
  const { heredocs, command, span } = find(text, "RUN");
  assert.equal(command.source.text, "cat <<A 3<<-'B' > x");
  assert.deepEqual(
    heredocs.map(({ name, quoted, stripTabs, fileDescriptor, content }) => ({
      name,
      quoted,
      stripTabs,
      fileDescriptor,
      content,
    })),
    [
      { name: "A", quoted: false, stripTabs: false, fileDescriptor: 0, content: "$a\n" },
      { name: "B", quoted: true, stripTabs: true, fileDescriptor: 3, content: "b\n" },
    ],
  );
  assert.deepEqual(
    heredocs.map(({ nameSpan }) => at(text, nameSpan)),
    ["A", "B"],
  );
  assert.ok(at(text, span).endsWith("\tB"));
});

test("what only looks like a heredoc is none", () => {
  for (const line of [
    "RUN cat <<<x",
    'RUN ["cat", "<<x"]',
    "RUN cat '<<x'",
    "CMD <<x",
    "RUN it's <<x",
  ]) {
    assert.deepEqual(parse(`FROM a\n${line}\nUSER b\n`).instructions.length, 3, line);
  }
});

test("exec form needs valid JSON; anything else is silently shell form", () => {
  assert.equal(formOf('CMD ["a", "b"]'), "exec");
  assert.equal(formOf("CMD ['a']"), "shell");
  assert.equal(formOf('CMD ["a",]'), "shell");
  assert.equal(formOf('CMD ["a"] b'), "shell");
});

test("JSON strings are decoded and keep their places", () => {
  const text = 'FROM a\nCMD ["a\\tb", \\\n "\\u0063d"]';
  const { command } = find(text, "CMD");
  assert.ok(command.form === "exec");
  assert.deepEqual(
    command.words.map(({ value, span }) => [value.text, at(text, span)]),
    [
      ["a\tb", '"a\\tb"'],
      ["cd", '"\\u0063d"'],
    ],
  );
  const last = command.words[1];
  assert.ok(last !== undefined);
  assert.equal(offsetAt(last.value, 1), text.indexOf("d", text.indexOf("\\u")));
});

test("flags stand before the arguments and lose their quotes", () => {
  const text = 'FROM a\nCOPY --from="b" --link -- --x /y';
  const { flags, from, sources, destination } = find(text, "COPY");
  assert.deepEqual(
    flags.map(({ name, nameSpan, value }) => [name, at(text, nameSpan), value?.value.text]),
    [
      ["from", "from", "b"],
      ["link", "link", undefined],
    ],
  );
  assert.equal(from?.value.text, "b");
  assert.deepEqual([sources[0]?.value.text, destination?.value.text], ["--x", "/y"]);
});

test("ENV without an equals sign in its first word is the legacy form", () => {
  const { legacy, pairs } = find("FROM a\nENV A b c=d\n", "ENV");
  assert.equal(legacy, true);
  assert.deepEqual([pairs[0]?.key.value.text, pairs[0]?.value?.value.text], ["A", "b c=d"]);
});

test("the image of a FROM is taken apart around its variables", () => {
  const text = "FROM --platform=$BUILDPLATFORM ghcr.io/x/${Y:-a:b}:${V}-alpine@sha256:0 AS Build\n";
  const { reference, platform, stageName } = find(text, "FROM");
  assert.equal(platform?.value.text, "$BUILDPLATFORM");
  assert.equal(stageName?.value.text, "Build");
  assert.deepEqual(
    [reference?.registry, reference?.path, reference?.tag, reference?.digest].map(
      (part) => part?.text,
    ),
    ["ghcr.io", "x/${Y:-a:b}", "${V}-alpine", "sha256:0"],
  );
  assert.deepEqual(reference?.variables, ["Y", "V"]);
});

test("what an ONBUILD holds is an instruction of its own, right behind it", () => {
  const text = "FROM a\nONBUILD COPY --from=b c d\n";
  const [, onbuild, trigger] = parse(text).instructions;
  assert.ok(onbuild?.keyword === "ONBUILD");
  assert.equal(onbuild.trigger, trigger);
  assert.equal(trigger?.onbuild, true);
  assert.equal(trigger?.keyword, "COPY");
  assert.equal(trigger === undefined ? "" : at(text, trigger.span), "COPY --from=b c d");
});

test("what an ONBUILD holds fails later, but at once when a stage of the file is built on it", () => {
  assert.deepEqual(deferredOf("FROM a AS b\nONBUILD COPY c\n"), [true]);
  assert.deepEqual(deferredOf("FROM a AS b\nONBUILD COPY c\nFROM b\n"), [false]);
});

test("stages resolve by exact, lower-cased name, and through defaults of global ARGs", () => {
  const { stages } = parse(
    "ARG B=one\nFROM scratch AS One\nFROM $B\nFROM one AS two\nFROM ONE\nFROM $NO\n",
  );
  assert.deepEqual(
    stages.map(({ name, base }) => [name, base]),
    [
      ["one", { kind: "scratch" }],
      [undefined, { kind: "stage", stage: 0 }],
      ["two", { kind: "stage", stage: 0 }],
      [undefined, { kind: "image", image: "ONE" }],
      [undefined, { kind: "unknown" }],
    ],
  );
});

test("instructions know their stage; those before the first have none", () => {
  const { instructions, globalArgs } = parse("ARG A\nFROM a\nRUN b\nFROM c\n");
  assert.deepEqual(
    instructions.map(({ stage }) => stage),
    [undefined, 0, 0, 1],
  );
  assert.equal(globalArgs.length, 1);
});

test("mount options are told apart, CSV quotes resolved", () => {
  const text = `FROM a\nRUN --mount='type=cache,"dst=/x,y",ro' b\n`;
  const [mount] = find(text, "RUN").mounts;
  assert.equal(mount?.type, "cache");
  assert.deepEqual(
    mount?.options.map(({ key, value }) => [key, value?.value.text]),
    [
      ["type", "cache"],
      ["dst", "/x,y"],
      ["ro", undefined],
    ],
  );
});

test("every error is found, not only the first", () => {
  assert.deepEqual(errorsOf("FROM a\nQUXX\nENV A\nRUN --x y\nFROM b AS 1\n"), [
    "unknown instruction: QUXX @ QUXX",
    "ENV must have two arguments @ ENV A",
    "unknown flag: --x @ x",
    `invalid name for build stage: "1", name can't start with a number or contain symbols @ 1`,
  ]);
});

test("files without a stage are errors", () => {
  assert.deepEqual(errorsOf(""), ["the Dockerfile cannot be empty @ "]);
  assert.deepEqual(errorsOf("# a\n"), ["file with no instructions @ "]);
  assert.deepEqual(errorsOf("ARG A\n"), ["dockerfile contains no stages to build @ "]);
  assert.deepEqual(errorsOf("RUN a\nFROM b\n"), ["no build stage in current context @ RUN a"]);
});

test("a line of more than 65,535 bytes is an error", () => {
  const limit = "FROM a\nRUN ".length - "FROM a\n".length;
  const run = (length: number): string => `FROM a\nRUN ${"x".repeat(length - limit)}\n`;
  assert.equal(parse(run(65_535)).errors.length, 0);
  assert.equal(parse(run(65_536)).errors[0]?.code, "line-too-long");
});

test("wrong words are told in BuildKit's words, at their place", () => {
  checkErrors("WORDIR /a", "unknown instruction: WORDIR (did you mean WORKDIR?) @ WORDIR");
  checkErrors(
    "CMD [1]",
    "when using JSON array syntax, arrays must be comprised of strings only @ [1]",
  );
  checkErrors("SHELL bash", "SHELL requires the arguments to be in JSON form @ bash");
  checkErrors(
    "ENV A=b C",
    `Syntax error - can't find = in "C". Must be of the form: name=value @ C`,
  );
  checkErrors("ARG =a", "ARG names can not be blank @ =a");
  checkErrors("ENV A=${", "failed to process \"${\": syntax error: missing '}' @ ${");
  checkErrors("COPY --frm=a b c", "unknown flag: --frm (did you mean from?) @ frm");
  checkErrors("COPY --link --link b c", "duplicate flag specified: --link @ --link");
  checkErrors("COPY --link=x b c", "expecting boolean value for flag --link, not: x @ x");
  checkErrors("COPY --from b c", "missing a value on flag: --from @ --from");
  checkErrors(
    "COPY --chmod=999 b c",
    "invalid chmod parameter: '999'. it should be octal string and between 0 and 07777 @ 999",
  );
  checkErrors("COPY a <<E\nE", "COPY cannot accept a heredoc as a destination @ <<E");
  checkErrors("RUN a <<E\nb", "unterminated heredoc @ RUN a <<E");
  checkErrors("ADD --checksum=a b c", "checksum requires HTTP(S) or Git sources @ a");
  checkErrors("COPY https://a/b c", "source can't be a URL for COPY @ https://a/b");
  checkErrors("EXPOSE 80/tpc", 'invalid port: "80/tpc": invalid proto: tpc @ 80/tpc');
  checkErrors("EXPOSE 70000", "invalid containerPort: 70000 @ 70000");
  checkErrors("STOPSIGNAL SIGFOO", "invalid signal: SIGFOO @ SIGFOO");
  checkErrors('VOLUME ["a", ""]', 'VOLUME specified can not be an empty string @ ""');
  checkErrors("ONBUILD FROM a", "FROM isn't allowed as an ONBUILD trigger @ FROM");
  checkErrors(
    "ONBUILD ONBUILD RUN a",
    "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed @ ONBUILD",
  );
  checkErrors("HEALTHCHECK NONE a", "HEALTHCHECK NONE takes no arguments @ a");
  checkErrors("HEALTHCHECK CMD", "Missing command after HEALTHCHECK CMD @ CMD");
  checkErrors("HEALTHCHECK --interval=5 CMD a", 'time: missing unit in duration "5" @ 5');
  checkErrors(
    "HEALTHCHECK --interval=1us CMD a",
    'Interval "interval" cannot be less than 1ms @ 1us',
  );
  checkErrors("HEALTHCHECK --retries=-1 CMD a", "--retries cannot be negative (-1) @ -1");
  checkErrors("RUN --network=x a", 'invalid network mode "x" @ x');
  checkErrors("RUN --security=x a", 'security "x" is not valid @ x');
});

test("what BuildKit accepts is no error", () => {
  for (const line of [
    "RUN",
    "CMD",
    "ENTRYPOINT []",
    "ARG --anything A",
    "STOPSIGNAL --x 9",
    "HEALTHCHECK --x NONE",
    "HEALTHCHECK --retries=0 --interval=0 CMD a",
    "COPY a b c",
    "EXPOSE 1.2.3.4:80:90/UDP $NO",
    "COPY --chmod=u=rwX,go=rX a b",
    "FROM busybox AS a-b_c.d",
  ]) {
    checkErrors(line);
  }
});

test("mounts are checked in the order of their options", () => {
  checkErrors("RUN --mount=type=secret,id=a,required b");
  checkErrors(
    "RUN --mount=required,type=secret,id=a b",
    "unexpected key 'required' for mount type 'bind' @ required",
  );
  checkErrors(
    "RUN --mount=type=cach,target=/a b",
    'unsupported mount type "cach" (did you mean cache?) @ cach',
  );
  checkErrors(
    "RUN --mount=targe=/a b",
    "unexpected key 'targe' in 'targe=/a' (did you mean target?) @ targe",
  );
  checkErrors(
    "RUN --mount=type=secret b",
    "invalid secret mount. one of source, target required @ type=secret",
  );
  checkErrors(
    "RUN --mount=from=$a,target=/a b",
    "'from' doesn't support variable expansion, define alias stage instead @ $a",
  );
  checkErrors("RUN --mount=type=cache b", 'invalid mount target "/" @ --mount=type=cache');
});

test("stages that are not there yet, not there at all, or need each other are errors", () => {
  assert.deepEqual(errorsOf("FROM a AS x\nCOPY --from=y b c\nFROM a AS y\n"), [
    'cannot copy from stage "y", it needs to be defined before current stage "x" @ y',
  ]);
  assert.deepEqual(errorsOf("FROM a AS x\nRUN --mount=from=y,target=/z b\nFROM a AS y\n"), [
    'cannot mount from stage "y" to "/z", stage needs to be defined before current command @ y',
  ]);
  assert.deepEqual(errorsOf("FROM a\nCOPY --from=3 b c\n"), ["invalid stage index 3 @ 3"]);
  assert.deepEqual(errorsOf("FROM a AS x\nCOPY --from=x b c\n"), [
    "circular dependency detected on stage: x @ x",
  ]);
  assert.deepEqual(errorsOf("FROM a AS x\nFROM b\nCOPY --from=X c d\nCOPY --from=0 c d\n"), []);
});

test("errors that a build argument can cure are marked as such", () => {
  const [error] = parse("ARG V\nFROM $V\n").errors;
  assert.equal(error?.message, "base name ($V) should not be blank");
  assert.equal(error?.conditional, true);
  assert.equal(parse("FROM Busybox\n").errors[0]?.conditional, undefined);
});
