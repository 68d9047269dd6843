import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parse } from "../dockerfile/parse.ts";
import { dedent } from "../text/dedent.ts";
import { runInvocations, scriptsOf } from "./scripts.ts";

suite("every word knows its place in the Dockerfile", () => {
  test("through continuations and the comments between them", () => {
    checkWords(
      `
        FROM a
        RUN one \\
            # a comment
            two \\

            three-\\
        four
      `,
      ["one", "two", "three-\\\nfour"],
    );
  });

  test("with a backtick as the escape character", () => {
    checkWords(
      `
        # escape=\`
        FROM a
        RUN one \`
          two\\three
      `,
      ["one", "two\\three"],
    );
  });

  test("in the lines of a heredoc", () => {
    checkWords(
      `
        FROM a
        RUN <<EOF
        one two \\
          three
        four
        EOF
      `,
      ["one", "two", "three", "four"],
    );
  });

  test("in a heredoc that strips tabs", () => {
    checkWords("FROM a\nRUN <<-EOF\n\tone\n\t\ttwo\n\tEOF\n", ["one", "two"]);
  });

  test("in a JSON array", () => {
    checkWords('FROM a\nRUN ["one", "two \\u0041"]\n', ['"one"', '"two \\u0041"']);
  });

  test("in what ONBUILD holds", () => {
    checkWords("FROM a\nONBUILD RUN one two\n", ["one", "two"]);
  });

  test("behind HEALTHCHECK CMD, CMD and ENTRYPOINT", () => {
    checkWords("FROM a\nHEALTHCHECK --retries=3 CMD one\nCMD two\nENTRYPOINT three\n", [
      "one",
      "two",
      "three",
    ]);
  });
});

test("a heredoc beside a command is its input and holds no commands", () => {
  const [script] = scriptsOf(parse("FROM a\nRUN cat <<EOF >f && b\nnot this\nEOF\n"));
  assert.deepEqual(
    script?.commands.map(({ words }) => words[0]?.value),
    ["cat", "b"],
  );
  assert.equal(script?.commands[0]?.redirections[0]?.body?.text, "not this\n");
});

suite("shells", () => {
  const cases: readonly (readonly [string, string, string, boolean])[] = [
    ["the default", "FROM a\nRUN x", "sh", true],
    ["SHELL", 'FROM a\nSHELL ["/bin/bash", "-c"]\nRUN x', "bash", true],
    [
      "SHELL of a base stage",
      'FROM a AS b\nSHELL ["/bin/bash", "-c"]\nFROM b\nRUN x',
      "bash",
      true,
    ],
    ["a stage that is not built on it", 'FROM a\nSHELL ["bash", "-c"]\nFROM c\nRUN x', "sh", true],
    ["PowerShell", 'FROM a\nSHELL ["powershell.exe", "-Command"]\nRUN x', "powershell", false],
    ["cmd", 'FROM a\nSHELL ["C:\\\\Windows\\\\cmd.exe", "/S"]\nRUN x', "cmd", false],
    [
      "an image of Windows",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN x",
      "cmd",
      false,
    ],
    ["a shebang", "FROM a\nRUN <<E\n#!/usr/bin/env python3\nx\nE\n", "python3", false],
    ["a shebang of a shell", "FROM a\nRUN <<E\n#!/bin/bash -e\nx\nE\n", "bash", true],
    ["a pragma", "FROM a\n# hadolint shell=pwsh\nRUN x", "pwsh", false],
    ["busybox", 'FROM a\nSHELL ["/bin/busybox", "ash", "-c"]\nRUN x', "ash", true],
  ];
  for (const [name, text, shell, posix] of cases) {
    test(`${name}: ${shell}`, () => {
      const script = scriptsOf(parse(text)).at(-1);
      assert.deepEqual([script?.shell.name, script?.shell.posix], [shell, posix]);
      assert.equal(script?.commands.length, posix ? 1 : 0);
    });
  }
});

test("the programs of RUN are seen through what runs them", () => {
  assert.deepEqual(names("sudo -u x A=1 /usr/bin/apt-get update"), ["apt-get"]);
  assert.deepEqual(names("env -u B A=1 exec time make"), ["make"]);
  assert.deepEqual(names("command -v git"), ["command"]);
  assert.deepEqual(names("A=1 && $cmd x && \\ls"), ["ls"]);
});

test("a document of thousands of commands takes no more than its share of time", () => {
  const text = `FROM a\nRUN true${" \\\n && apt-get install -y 'a' \"$b\" $(c)".repeat(20_000)}\n`;
  const file = parse(text);
  const started = process.cpuUsage();
  assert.equal(scriptsOf(file)[0]?.commands.length, 40_001);
  const { user, system } = process.cpuUsage(started);
  assert.ok(user + system < 2_000_000, `${user + system} µs`);
});

function names(run: string): string[] {
  return runInvocations(parse(`FROM a\nRUN ${run}\n`)).map(({ invocation }) => invocation.name);
}

/** The words of all commands as they stand in the document. */
function checkWords(marked: string, expected: readonly string[]): void {
  const text = dedent(marked);
  const words = scriptsOf(parse(text)).flatMap(({ commands }) =>
    commands.flatMap((command) => command.words),
  );
  assert.deepEqual(
    words.map(({ span }) => text.slice(span.start, span.end)),
    expected,
  );
}
