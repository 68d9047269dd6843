import assert from "node:assert/strict";
import { test } from "node:test";
import { type EvaluationOptions, evaluate } from "./evaluate.ts";
import { parse } from "./parse.ts";

/** What the variables of the last LABEL expand to: the name of the label does not matter. */
function labelOf(text: string, options?: EvaluationOptions): string | undefined {
  const file = parse(text);
  const label = file.instructions.findLast(({ keyword }) => keyword === "LABEL");
  const expanded = label === undefined ? [] : evaluate(file, options).expansions.get(label);
  return expanded?.find(({ role }) => role === "value")?.expansion.text;
}

test("a global ARG is seen in FROM only, until the stage declares it", () => {
  assert.equal(labelOf("ARG A=1\nFROM a\nLABEL l=$A\n"), "");
  assert.equal(labelOf("ARG A=1\nFROM a\nARG A\nLABEL l=$A\n"), "1");
  assert.equal(labelOf("ARG A=1\nARG B=$A$A\nFROM a\nARG B\nLABEL l=$B\n"), "11");
});

test("a build argument beats every default", () => {
  const buildArguments = new Map([["A", "given"]]);
  assert.equal(labelOf("FROM a\nARG A=1\nLABEL l=$A\n", { buildArguments }), "given");
  assert.equal(labelOf("ARG A=1\nFROM a\nARG A\nLABEL l=$A\n", { buildArguments }), "given");
  assert.equal(labelOf("FROM a\nLABEL l=$A\n", { buildArguments }), "");
});

test("an ENV line sees the values from before it", () => {
  assert.equal(labelOf("FROM a\nENV A=1\nENV A=2 B=$A\nLABEL l=$B\n"), "1");
});

test("of ENV and ARG with one name the later line counts; an ARG without a value changes nothing", () => {
  assert.equal(labelOf("FROM a\nENV A=1\nARG A=2\nLABEL l=$A\n"), "2");
  assert.equal(labelOf("FROM a\nARG A=2\nENV A=1\nLABEL l=$A\n"), "1");
  assert.equal(labelOf("FROM a\nENV A=1\nARG A\nLABEL l=$A\n"), "1");
});

test("a stage inherits ENV and ARG of the stage it is built on, and what its ONBUILD sets", () => {
  assert.equal(labelOf("FROM a AS b\nENV A=1\nARG B=2\nFROM b\nLABEL l=$A$B\n"), "12");
  assert.equal(labelOf("FROM a AS b\nONBUILD ENV A=1\nFROM b\nLABEL l=$A\n"), "1");
  assert.equal(labelOf("FROM a AS b\nENV A=1\nFROM a\nLABEL l=$A\n"), "");
});

test("long chains of stages still inherit from the first", () => {
  const stages = Array.from({ length: 100 }, (_, index) => `FROM s${index} AS s${index + 1}\n`);
  assert.equal(labelOf(`FROM a AS s0\nENV A=1\n${stages.join("")}LABEL l=$A\n`), "1");
});

test("platforms are predefined, and seen in a stage once it declares them", () => {
  const options = { targetPlatform: "linux/arm/v7" };
  assert.equal(labelOf("FROM a\nLABEL l=$TARGETARCH\n", options), "");
  const declared =
    "FROM a\nARG TARGETARCH TARGETVARIANT BUILDARCH\nLABEL l=$TARGETARCH$TARGETVARIANT-$BUILDARCH\n";
  assert.equal(labelOf(declared, options), "armv7-amd64");
});

test("the variables of a base image are seen when they are known; PATH always is", () => {
  const options = { imageVariables: (image: string) => new Map([["I", image]]) };
  assert.equal(labelOf("FROM a:1\nLABEL l=$I\n", options), "a:1");
  assert.notEqual(labelOf("FROM scratch\nLABEL l=$PATH\n"), "");
});

test("a variable knows the line that binds it", () => {
  const file = parse("ARG A=1\nFROM a\nARG A\nENV B=2\nRUN x\n");
  const evaluation = evaluate(file);
  const run = file.instructions.at(-1);
  const variables = run === undefined ? undefined : evaluation.before.get(run);
  assert.equal(variables?.binding("A")?.kind, "arg");
  assert.equal(variables?.binding("A")?.value, "1");
  assert.equal(variables?.binding("B")?.instruction?.keyword, "ENV");
  assert.equal(variables?.binding("C"), undefined);
  assert.deepEqual([...(variables?.names() ?? [])], ["PATH", "A", "B"]);
});

test("the body of an unquoted heredoc is expanded, quotes in it are ordinary", () => {
  const file = parse(`FROM a\nENV A=1\nCOPY <<E <<'F' /\n'$A'\nE\n$A\nF\n`);
  const copy = file.instructions.at(-1);
  const texts = copy === undefined ? [] : evaluate(file).expansions.get(copy);
  assert.deepEqual(
    texts?.filter(({ role }) => role === "heredoc").map(({ expansion }) => expansion.text),
    ["'1'\n"],
  );
});

test("thousands of stages on top of each other share their variables", () => {
  const stages = Array.from(
    { length: 5000 },
    (_, index) => `FROM s${index} AS s${index + 1}\nARG A${index}=${index}\nENV B=$A${index}\n`,
  );
  const file = parse(`FROM scratch AS s0\n${stages.join("")}`);
  const start = process.cpuUsage();
  const { after } = evaluate(file);
  // Takes a tenth of a second; with a copy for each stage it was three.
  assert.ok(process.cpuUsage(start).user < 1_500_000);
  assert.equal(after.at(-1)?.get("A17"), "17");
  assert.equal(after.at(-1)?.get("B"), "4999");
  assert.equal(after[100]?.get("B"), "99");
  assert.equal(after[100]?.get("A100"), undefined);
});
