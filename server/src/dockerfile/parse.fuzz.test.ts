import assert from "node:assert/strict";
import { test } from "node:test";
import { mutate, randomFrom, seeds } from "../testing/badTexts.ts";
import type { Span } from "../text/span.ts";
import { parse } from "./parse.ts";
import type { Dockerfile } from "./syntax.ts";

/** What must hold for any text at all. */
function checkTree(file: Dockerfile): void {
  const { text } = file;
  const lines = file.sourceLines.map(({ span }) => text.slice(span.start, span.end));
  assert.equal(lines.join(""), text, "the lines are the text");
  checkSpans(file, text.length);
  for (const instruction of file.instructions) {
    const { body, rest, keywordText, keywordSpan, span, lineSpan, flags, heredocs } = instruction;
    assert.ok(span.start <= keywordSpan.start && lineSpan.end <= span.end);
    assert.ok(body.text.length <= rest.text.length);
    assert.ok(encloses(lineSpan, rest.span) && encloses(rest.span, body.span));
    assert.ok(flags.every((flag) => encloses(rest.span, flag.span)));
    assert.ok(flags.every((flag) => encloses(flag.span, flag.nameSpan)));
    assert.ok(heredocs.every(({ word }) => encloses(lineSpan, word)));
    assert.ok(heredocs.every(({ body: lines }) => lineSpan.end <= lines.start));
    // A keyword that a continuation cuts in two stands in the document with the cut.
    const written = text.slice(keywordSpan.start, keywordSpan.end);
    assert.ok(written === keywordText || /[\\`]/.test(written), JSON.stringify(written));
  }
  assert.deepEqual(
    file.stages.map(({ index }) => index),
    file.stages.map((_, index) => index),
  );
}

/** Every span in the tree lies in the text, and every mapped text says where its characters stand. */
function checkSpans(root: object, length: number): void {
  const seen = new Set<object>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) {
      continue;
    }
    seen.add(value);
    if (isSpan(value)) {
      assert.ok(
        0 <= value.start && value.start <= value.end && value.end <= length,
        JSON.stringify(value),
      );
    }
    open.push(...Object.values(value));
  }
}

function encloses(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function isSpan(value: object): value is Span {
  return "start" in value && "end" in value;
}

test("any mutation of a Dockerfile gives a tree that is all of the text, with every place inside of it", () => {
  const seed = Number(process.env["SLIPWAY_FUZZ_SEED"] ?? 20_261_124);
  const random = randomFrom(seed);
  // Bounded by time too, for slow machines; 200 rounds are always done.
  const end = performance.now() + 1200;
  for (let round = 0; round < 2000 && (round < 200 || performance.now() < end); round++) {
    const text = mutate(seeds[round % seeds.length] ?? "", random);
    try {
      checkTree(parse(text));
    } catch (error) {
      throw new Error(`seed ${seed}, round ${round}: ${JSON.stringify(text)}`, { cause: error });
    }
  }
});

test("random characters give a tree, too", () => {
  const random = randomFrom(7);
  for (let round = 0; round < 100; round++) {
    const length = Math.floor(random() * 200);
    const codes = Array.from({ length }, () =>
      Math.floor(random() * (round % 2 === 0 ? 128 : 0xffff)),
    );
    checkTree(parse(String.fromCharCode(...codes)));
  }
});

test("a long line is read, whatever it is full of", () => {
  for (const filling of ["x ", "'", '"', "$", "\\", "[", "${a:-", "<<A ", "a=b,", "--x "]) {
    const full = filling.repeat(10_000 / filling.length);
    for (const start of ["RUN ", "ENV A=", "RUN --mount=", "FROM "]) {
      const text = `FROM a\n${start}${full}`;
      assert.equal(parse(text).sourceLines.at(-1)?.span.end, text.length);
    }
  }
  assert.equal(parse(`FROM a\nRUN ${"x ".repeat(1 << 18)}`).instructions.length, 2);
});

test("much of anything takes time in proportion", () => {
  const start = process.cpuUsage();
  for (const text of [
    `FROM a\nENV A=${"x".repeat(1_000_000)}\n`,
    `FROM a\nRUN ${"'\"".repeat(100_000)}\n`,
    `FROM a\nENV ${"A=$B ".repeat(10_000)}\n`,
    `FROM a\nENV A=${"${".repeat(10_000)}\n`,
    `FROM a\nENV A=${"${B:-".repeat(10_000)}${"}".repeat(10_000)}\n`,
    `FROM a\nCOPY ${"<<E ".repeat(1000)}/x/\n${"x\nE\n".repeat(1000)}`,
    `FROM a\n${"RUN x \\\n\n  y\n".repeat(6000)}`,
    `FROM a\nRUN x${" \\\n# c\n\n y".repeat(6000)}`,
    `${"# comment\n".repeat(6000)}FROM a\n`,
    Array.from({ length: 1000 }, (_, index) => `FROM s${index} AS s${index + 1}\nARG A\n`).join(""),
  ]) {
    assert.equal(parse(text).sourceLines.at(-1)?.span.end, text.length);
  }
  // Takes well under a second; what takes the square of it would take minutes.
  assert.ok(process.cpuUsage(start).user < 10_000_000);
});

test("values that grow tenfold from line to line do not fill the memory", () => {
  const lines = Array.from({ length: 12 }, () => "ARG A=$A$A$A$A$A$A$A$A$A$A\n");
  assert.equal(parse(`ARG A=aaaaaaaaaa\n${lines.join("")}FROM $A\n`).stages.length, 1);
});
