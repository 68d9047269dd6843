import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../dockerfile/parse.ts";
import { lint, type LintOptions } from "./lint.ts";
import { rules } from "./rules/index.ts";

const text = [
  "FROM debian",
  "FROM debian:latest",
  "# hadolint ignore=DL3004",
  "RUN sudo make",
  "MAINTAINER me",
  "",
].join("\n");

/** What is found, by the name that the rule has first, with its severity. */
function find(options: LintOptions, ...names: readonly string[]): string[] {
  return lint(parse(text), rules, options).flatMap(({ rule, severity, alias }) =>
    names.includes(rule.name) ? [`${alias ?? rule.name} ${severity}`] : [],
  );
}

test("a code makes its own findings of a rule more or less severe, or silent", () => {
  assert.deepEqual(find({}, "unpinned-image"), ["DL3006 warning", "DL3007 warning"]);
  const codes = new Map([
    ["DL3006", "off"],
    ["DL3007", "error"],
  ] as const);
  assert.deepEqual(find({ codes }, "unpinned-image"), ["DL3007 error"]);
});

test("a rule that is off is turned on by a code", () => {
  const codes = new Map([["DL3057", "info"]] as const);
  assert.deepEqual(find({}, "missing-healthcheck"), []);
  assert.equal(find({ codes }, "missing-healthcheck").length, 2);
});

test("what the editor's settings say of a rule comes before its codes", () => {
  const codes = new Map([["DL4000", "off"]] as const);
  assert.deepEqual(find({ codes }, "maintainer-deprecated"), []);
  assert.deepEqual(
    find({ codes, severities: { "maintainer-deprecated": "error" } }, "maintainer-deprecated"),
    ["maintainer-deprecated error"],
  );
});

test("hadolint's comments may be told to count for nothing", () => {
  assert.deepEqual(find({}, "sudo-in-run"), []);
  assert.equal(find({ ignoresPragmas: true }, "sudo-in-run").length, 1);
});

test("of the codes of one rule only that of the instruction counts", () => {
  const twice = "FROM a:1\nCMD a\nCMD b\nENTRYPOINT a\nENTRYPOINT b\n";
  const found = lint(parse(twice), rules, { codes: new Map([["DL4003", "off"]] as const) });
  assert.deepEqual(
    found.flatMap(({ rule, alias }) =>
      rule.name === "multiple-instructions-disallowed" ? [alias] : [],
    ),
    ["DL4004"],
  );
});
