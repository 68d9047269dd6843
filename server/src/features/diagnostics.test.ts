import assert from "node:assert/strict";
import { test } from "node:test";
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver";
import { parse } from "../dockerfile/parse.ts";
import { lint } from "../lint/lint.ts";
import type { Problem, Rule } from "../lint/rule.ts";
import { diagnostics } from "./diagnostics.ts";

const uri = "file:///Dockerfile";

/** A rule that finds one thing in every file. */
function ruleThatFinds(problem: Problem): Rule {
  return {
    name: "made-up",
    alsoKnownAs: [],
    severity: "info",
    summary: "",
    explanation: "",
    examples: [],
    check: () => [problem],
  };
}

function messageOf(diagnostic: Diagnostic | undefined): string {
  return typeof diagnostic?.message === "string" ? diagnostic.message : "";
}

test("what fails the build comes in BuildKit's words, as an error", () => {
  const file = parse("FROM alpine\r\nRUM make\r\n");
  const [found] = diagnostics(uri, file, []);
  assert.deepEqual(
    { ...found, message: undefined },
    {
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } },
      severity: DiagnosticSeverity.Error,
      source: "slipway",
      code: "unknown-instruction",
      message: undefined,
    },
  );
  assert.equal(found?.message, file.errors[0]?.message);
});

test("an error that a build argument cures says so", () => {
  const found = diagnostics(uri, parse("ARG IMAGE\nFROM $IMAGE\n"), []);
  assert.match(messageOf(found[0]), /build argument/);
});

test("an error in what ONBUILD holds says whose builds fail", () => {
  const found = diagnostics(uri, parse("FROM alpine\nONBUILD COPY a\n"), []);
  assert.match(messageOf(found[0]), /on top of this image/);
});

test("a finding keeps its severity, its tag and what it is related to", () => {
  const file = parse("\uFEFFFROM alpine\nRUN a\n");
  const start = file.text.indexOf("RUN");
  const rule = ruleThatFinds({
    start,
    end: start + 3,
    message: "Said.",
    tag: "unnecessary",
    related: { span: { start: 1, end: 5 }, message: "Because of this." },
  });
  assert.deepEqual(diagnostics(uri, file, lint(file, [rule])), [
    {
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } },
      severity: DiagnosticSeverity.Information,
      source: "slipway",
      code: "made-up",
      message: "Said.",
      tags: [DiagnosticTag.Unnecessary],
      relatedInformation: [
        {
          location: {
            uri,
            range: { start: { line: 0, character: 1 }, end: { line: 0, character: 5 } },
          },
          message: "Because of this.",
        },
      ],
    },
  ]);
});
