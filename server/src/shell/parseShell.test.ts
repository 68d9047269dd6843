import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { verbatim } from "../text/mappedText.ts";
import { parseShell } from "./parseShell.ts";
import type { ListItem, ShellCommand, ShellScript, WordPart } from "./syntax.ts";

suite("words", () => {
  const cases: readonly (readonly [script: string, ...values: string[]])[] = [
    ["a 'b c' \"d e\" f\\ g", "a", "b c", "d e", "f g"],
    ["a'b'\"c\"d", "abcd"],
    ["'$x' \"\\$x\" \"\\n\" $'\\n\\''", "$x", "$x", "\\n", "\n'"],
    ['$a "${b}" ${c:-d e} $1 "$@"', "${a}", "${b}", "${c:-d e}", "${1}", "${@}"],
    ['a $ "$" $% ', "a", "$", "$", "$%"],
    ["a $(b) `c` $((1 + (2))) <(d)", "a", "$(…)", "$(…)", "$((…))", "<(…)"],
    ["a\\\nb", "ab"],
    ["echo a#b # comment", "echo", "a#b"],
    ["echo é😀\u0000x", "echo", "é😀\u0000x"],
    ["a {b,c} *.[ch] ~/d", "a", "{b,c}", "*.[ch]", "~/d"],
    ["rm !(keep|this)", "rm", "!(…)"],
    ['a "$(b "c d")"', "a", "$(…)"],
    ["a\r\n", "a"],
  ];
  for (const [script, ...values] of cases) {
    test(`of ${JSON.stringify(script)}`, () => {
      const [command] = parse(script).commands;
      assert.deepEqual(
        command?.words.map(({ value }) => value),
        values,
      );
    });
  }

  test("only what nothing expands in has a text", () => {
    const words = parse(`a "b" $c "d$e" f$(g) \`h\``).commands[0]?.words;
    assert.deepEqual(
      words?.map(({ text }) => text),
      ["a", "b", undefined, undefined, undefined, undefined],
    );
  });

  test("every word stands where its span says, quotes included", () => {
    const script = `A=1 cmd 'one two' "$x"three \\\n  $(inner word)`;
    const spans = parse(script).commands.flatMap(({ words }) =>
      words.map(({ span }) => script.slice(span.start, span.end)),
    );
    assert.deepEqual(spans, ["cmd", "'one two'", '"$x"three', "$(inner word)", "inner", "word"]);
  });

  test("what stands in backquotes has its place, escapes taken away", () => {
    const script = "echo `a \\`b c\\` d`";
    const found = parse(script).commands.map(({ words }) =>
      words.map(({ span, value }) => [value, script.slice(span.start, span.end)]),
    );
    assert.deepEqual(found[2]?.[1]?.[1], "c");
    assert.deepEqual(
      found.map((words) => words[0]?.[0]),
      ["echo", "a", "b"],
    );
  });

  test("a variable has its name and what is done with it", () => {
    const [, word] = parse("echo ${A:-x}${#B}$C").commands[0]?.words ?? [];
    assert.deepEqual(
      word?.parts.map((part) => part.kind === "variable" && [part.name, part.operation]),
      [
        ["A", ":-x"],
        ["B", ""],
        ["C", ""],
      ],
    );
  });
});

suite("commands", () => {
  const cases: readonly (readonly [script: string, shape: string])[] = [
    ["a && b || c; d & e", "a && b || c ; d & e"],
    ["a | b |& c", "a|b|c"],
    ["! a | b", "!a|b"],
    ["time -p a", "a"],
    ["( a; b ) && c", "(a ; b) && c"],
    ["{ a; b; } > f", "{a ; b ;} > f"],
    ["if a; then b; elif c; then d; else e; fi", "if[a ; → b ; | c ; → d ; | e ;]"],
    ["for x in 1 2; do a $x; done", "for[a ${x} ;]"],
    ["for ((i=0;i<3;i++)); do a; done", "for[a ;]"],
    ["while a; do b; done | c", "while[a ; → b ;]|c"],
    ["until a; do b; done", "until[a ; → b ;]"],
    ["case $x in a|b) c ;; (*) d ; esac; e", "case[c d ;] ; e"],
    ["f() { a; }; f", "f()={a ;} ; f"],
    ["function f { a; }", "f()={a ;}"],
    ["[[ $a =~ ^(x|y)$ && -f b ]] && c", "[[ ${a} =~ ^(…)$ && -f b ]] && c"],
    ["((i++)) && a", "((…)) && a"],
    ['A=1 B="x y" a C=2', "A=1 B=x y a C=2"],
    ["A=(x y) a", "A=(…) a"],
    ["a >f 2>&1 <g", "a > f >& 1 < g"],
    ["a\nb\n\nc", "a \n b \n c"],
    ["# only a comment", ""],
    ["a; # the rest && b", "a ;"],
    ["echo if then fi", "echo if then fi"],
    ["$((a) | b)", "$(…)"],
  ];
  for (const [script, expected] of cases) {
    test(`of ${JSON.stringify(script)}`, () => {
      const { list, errors } = parse(script);
      assert.equal(shapeOfList(list), expected);
      assert.deepEqual(errors, []);
    });
  }

  test("those in substitutions are found too, in order of place", () => {
    const names = namesOf(parse('a "$(b | c)" <(d) `e` && for x in $(f); do g; done'));
    assert.deepEqual(names, ["a", "b", "c", "d", "e", "f", "g"]);
  });

  test("pipelines of several commands are listed, inner ones too", () => {
    const { pipelines } = parse("a | b $(c | d) && e");
    assert.deepEqual(
      pipelines.map(({ commands }) => commands.map(shapeOf)),
      [
        ["a", "b $(…)"],
        ["c", "d"],
      ],
    );
  });
});

suite("here-documents", () => {
  test("their lines are no commands", () => {
    const script = "cat <<EOF > f && b\nnot a command\nEOF\nc";
    const { commands, errors } = parse(script);
    assert.deepEqual(namesOf(parse(script)), ["cat", "b", "c"]);
    assert.equal(commands[0]?.redirections[0]?.body?.text, "not a command\n");
    assert.deepEqual(errors, []);
  });

  test("two of one line come one after the other, and tabs may be stripped", () => {
    const [command] = parse("a <<X <<-'Y Z'\n1\nX\n\t2\n\tY Z\nb").commands;
    assert.deepEqual(
      command?.redirections.map(({ body }) => body?.text),
      ["1\n", "\t2\n"],
    );
  });

  test("one that nothing ends takes the rest", () => {
    const [command, ...others] = parse("a <<X\nb\nc").commands;
    assert.equal(command?.redirections[0]?.body?.text, "b\nc");
    assert.deepEqual(others, []);
  });
});

suite("broken scripts give what could be read, and errors", () => {
  const cases: readonly (readonly [script: string, names: string[], error: RegExp])[] = [
    ["a 'b", ["a"], /single quote/],
    ['a "b', ["a"], /double quote/],
    ["a `b", ["a", "b"], /backquote/],
    ["a $(b", ["a", "b"], /parenthesis/],
    ["a ${b", ["a"], /brace/],
    ["a ) b", ["a", "b"], /ends nothing/],
    ["a ;; b", ["a", "b"], /ends nothing/],
    ["if a; then b", ["a", "b"], /`fi` is missing/],
    ["for x in y; do a", ["a"], /`done` is missing/],
    ["( a; b", ["a", "b"], /`\)` is missing/],
    ["a | | b", ["a", "b"], /missing behind the pipe/],
    ["&& a", ["a"], /stands where a command should/],
    ["a >", ["a"], /no target/],
  ];
  for (const [script, names, error] of cases) {
    test(JSON.stringify(script), () => {
      const parsed = parse(script);
      assert.deepEqual(namesOf(parsed), names);
      assert.match(parsed.errors.map(({ message }) => message).join("\n"), error);
    });
  }

  test("nesting without end is cut off", () => {
    for (const piece of [
      "$(",
      "(",
      "{ ",
      "if ",
      "${a:-",
      '"$(',
      "`",
      "case x in y) ",
      "<(",
      "$((",
    ]) {
      const { errors } = parse(piece.repeat(5001));
      assert.notEqual(errors.length, 0, piece);
    }
  });
});

function parse(script: string): ShellScript {
  return parseShell(verbatim(script, { start: 0, end: script.length }));
}

function namesOf({ commands }: ShellScript): (string | undefined)[] {
  return commands.map(({ words }) => words[0]?.value);
}

function shapeOfList(list: readonly ListItem[]): string {
  return list
    .map(({ pipeline, operator }) => {
      const commands = pipeline.commands.map(shapeOf).join("|");
      return `${pipeline.negated ? "!" : ""}${commands}${operator === undefined ? "" : ` ${operator.text}`}`;
    })
    .join(" ");
}

function shapeOf(command: ShellCommand): string {
  const redirections = command.redirections
    .map(({ operator, target }) => ` ${operator} ${target?.value ?? ""}`)
    .join("");
  return `${bareShape(command)}${redirections}`;
}

function bareShape(command: ShellCommand): string {
  switch (command.kind) {
    case "simple":
      return [
        ...command.assignments.map(({ name, value }) => `${name}=${value.value}`),
        ...command.words.map(({ value }) => value),
      ].join(" ");
    case "subshell":
      return `(${shapeOfList(command.body)})`;
    case "group":
      return `{${shapeOfList(command.body)}}`;
    case "if": {
      const branches = command.branches.map(
        ({ condition, body }) => `${shapeOfList(condition)} → ${shapeOfList(body)}`,
      );
      const otherwise = command.otherwise === undefined ? [] : [shapeOfList(command.otherwise)];
      return `if[${[...branches, ...otherwise].join(" | ")}]`;
    }
    case "while":
    case "until":
      return `${command.kind}[${shapeOfList(command.condition)} → ${shapeOfList(command.body)}]`;
    case "for":
      return `for[${shapeOfList(command.body)}]`;
    case "case":
      return `case[${command.branches.map(({ body }) => shapeOfList(body)).join(" ")}]`;
    case "function":
      return `${command.name.value}()=${command.body === undefined ? "" : shapeOf(command.body)}`;
    case "arithmetic":
      return "((…))";
  }
}

suite("any text at all", () => {
  test("gives a tree whose spans lie in the text and inside of each other", () => {
    for (let seed = 1; seed <= 1500; seed++) {
      const script = randomScript(seed);
      const { commands, errors, comments } = parse(script);
      const message = `seed ${seed}: ${JSON.stringify(script)}`;
      for (const { span } of [...errors, ...comments.map((span) => ({ span }))]) {
        assert.ok(0 <= span.start && span.start <= span.end && span.end <= script.length, message);
      }
      for (const { span, words } of commands) {
        assert.ok(0 <= span.start && span.end <= script.length, message);
        let last = span.start;
        for (const word of words) {
          assert.ok(last <= word.span.start && word.span.end <= span.end, message);
          last = word.span.end;
          checkParts(word.parts, word.span, message);
        }
      }
    }
  });
});

function checkParts(
  parts: readonly WordPart[],
  { start, end }: { readonly start: number; readonly end: number },
  message: string,
): void {
  for (const part of parts) {
    assert.ok(start <= part.span.start && part.span.end <= end, message);
    if (part.kind === "quoted") {
      checkParts(part.parts, part.span, message);
    }
  }
}

/** A text of pieces that mean something to a shell, the same for the same seed. */
function randomScript(seed: number): string {
  let state = seed * 2654435761;
  const next = (below: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) | 0;
    return (state >>> 8) % below;
  };
  return Array.from({ length: 1 + next(25) }, () => pieces[next(pieces.length)]).join("");
}

const pieces = [
  ...Array.from(" \t\n\r\\'\"`$(){}[]<>|&;#=!*?~a0é\u0000\ud800"),
  ..."&& || ;; << <<- <<< $( $(( ${ `a` if then else elif fi for while do done case esac in"
    .split(" ")
    .map((word) => ` ${word} `),
  "<<E\n",
  "E\n",
  "a=1 ",
  "word ",
  "\\\n",
  "f() ",
  "[[ ",
  "]] ",
  "$'",
  "2>&1 ",
  "))",
];
