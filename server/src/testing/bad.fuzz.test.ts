import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../dockerfile/parse.ts";
import type { Dockerfile } from "../dockerfile/syntax.ts";
import { codeActions } from "../features/codeActions.ts";
import { diagnostics } from "../features/diagnostics.ts";
import { silences } from "../features/silence.ts";
import { type Finding, lint } from "../lint/lint.ts";
import { applyEdits } from "../lint/rule.ts";
import { rules } from "../lint/rules/index.ts";
import { muchOfAnything, mutate, randomFrom, seeds } from "./badTexts.ts";

const everything = Object.fromEntries(rules.map(({ name }) => [name, "warning" as const]));

function check(text: string): readonly Finding[] {
  const file = parse(text);
  const findings = lint(file, rules, {
    severities: everything,
    onBrokenRule: (rule, error) => {
      throw new Error(`rule ${rule.name}`, { cause: error });
    },
  });
  for (const { start, end, related, fix, rule } of findings) {
    checkSpan(file, start, end, rule.name);
    if (related !== undefined) {
      checkSpan(file, related.span.start, related.span.end, rule.name);
    }
    for (const edit of fix?.edits ?? []) {
      checkSpan(file, edit.start, edit.end, rule.name);
    }
  }
  return findings;
}

function checkSpan({ text }: Dockerfile, start: number, end: number, what: string): void {
  assert.ok(0 <= start && start <= end && end <= text.length, `${what}: ${start} to ${end}`);
}

/** What the editor shows and offers: no range may leave the document. */
function checkFeatures(text: string, findings: readonly Finding[]): void {
  const file = parse(text);
  const last = file.lines.positionAt(text.length);
  const checkRange = ({ line, character }: { line: number; character: number }): void => {
    assert.ok(line < last.line || (line === last.line && character <= last.character));
    assert.ok(line >= 0 && character >= 0);
  };
  for (const { range } of diagnostics("file:///Dockerfile", file, findings)) {
    checkRange(range.start);
    checkRange(range.end);
  }
  for (const finding of findings.slice(0, 3)) {
    for (const { edit } of silences(file, finding)) {
      checkSpan(file, edit.start, edit.end, "silence");
      parse(applyEdits(text, [edit]));
    }
  }
  codeActions({
    uri: "file:///Dockerfile",
    file,
    findings,
    span: { start: 0, end: text.length },
    only: [""],
    toWorkspaceEdit(edits) {
      for (const { start, end } of edits) {
        checkSpan(file, start, end, "code action");
      }
      return {};
    },
  });
}

test("any mutation of a Dockerfile is checked without a throw, and nothing found leaves the document", () => {
  const seed = Number(process.env["SLIPWAY_FUZZ_SEED"] ?? 20_261_124);
  const random = randomFrom(seed);
  // Bounded by time too, for slow machines; 50 rounds are always done.
  const end = performance.now() + 2000;
  for (let round = 0; round < 2000 && (round < 50 || performance.now() < end); round++) {
    const text = mutate(seeds[round % seeds.length] ?? "", random);
    try {
      checkFeatures(text, check(text));
    } catch (error) {
      throw new Error(`seed ${seed}, round ${round}: ${JSON.stringify(text)}`, { cause: error });
    }
  }
});

for (const [name, text] of Object.entries(muchOfAnything())) {
  test(`${name}: is checked in time that grows with the text`, () => {
    const start = process.cpuUsage();
    const findings = check(text);
    const { user } = process.cpuUsage(start);
    checkFeatures(text, findings.slice(0, 1));
    // 0.1 s for 10,000 lines is what it may take; much more leaves room for a cold start and a busy machine,
    // and what took the square of it would take minutes.
    const lines = text.split("\n").length;
    assert.ok(user < 8e6 * Math.max(1, lines / 10_000), `${(user / 1000).toFixed(0)} ms`);
  });
}
