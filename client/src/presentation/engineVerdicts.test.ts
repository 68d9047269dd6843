import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineStep } from "../engine/dockerfileText.ts";
import type { DryRunStep } from "../engine/dryRun.ts";
import { engineSummary, engineVerdicts } from "./engineVerdicts.ts";
import { inEnglish } from "./localize.ts";

function step(
  verdict: DryRunStep["verdict"],
  lines: EngineStep["lines"],
  more: Partial<DryRunStep> & { readonly kind?: EngineStep["kind"] } = {},
): DryRunStep {
  const { kind = "command", ...rest } = more;
  return { step: { digest: "sha256:1", kind, name: "", inputs: [], lines }, verdict, ...rest };
}

test("each instruction has one verdict, after its last line", () => {
  const verdicts = engineVerdicts(
    [
      step("runs", [{ start: 4, end: 6 }]),
      step("cached", [{ start: 2, end: 2 }], { kind: "files" }),
      step("unknown", [{ start: 7, end: 7 }]),
    ],
    inEnglish,
  );
  assert.deepEqual(
    verdicts.map(({ line, text }) => [line, text]),
    [
      [1, "engine: cached"],
      [5, "engine: runs again"],
      [6, "engine: depends on what runs above"],
    ],
  );
  assert.equal(
    engineSummary(verdicts, inEnglish),
    "The engine would take 1 of 3 instructions from its cache and run 1. 1 depend on what these make.",
  );
});

test("of several steps of an instruction the one that runs counts, and what costs nothing does not", () => {
  const verdicts = engineVerdicts(
    [
      step("cached", [{ start: 3, end: 3 }], { kind: "files" }),
      step("runs", [{ start: 3, end: 3 }], { kind: "merge" }),
      step("unknown", [{ start: 5, end: 5 }]),
      step("runs", [{ start: 5, end: 5 }]),
      step("cached", [{ start: 5, end: 5 }]),
    ],
    inEnglish,
  );
  assert.deepEqual(
    verdicts.map(({ line, verdict }) => [line, verdict]),
    [
      [2, "cached"],
      [4, "runs"],
    ],
  );
});

test("a step that two stages have in common is told at both places", () => {
  const shared = step("cached", [
    { start: 2, end: 2 },
    { start: 8, end: 8 },
  ]);
  assert.deepEqual(
    engineVerdicts([shared], inEnglish).map(({ line }) => line),
    [1, 7],
  );
});

test("what the build would fail with is said, its end above all", () => {
  const said = `failed to compute cache key: ${"x".repeat(100)} "/nosuch.txt": not found`;
  const [verdict] = engineVerdicts(
    [step("runs", [{ start: 2, end: 2 }], { kind: "files", said })],
    inEnglish,
  );
  assert.match(verdict?.text ?? "", /^engine: fails, ….*"\/nosuch\.txt": not found$/);
});
