import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parse } from "./parse.ts";
import { findStage, findStageByName, stageTitle } from "./stages.ts";

function bases(text: string): unknown[] {
  return parse(text).stages.map(({ base }) => base);
}

test("names are kept in lower case and looked up in any", () => {
  const file = parse("FROM a AS Build\nFROM scratch\n");
  assert.equal(file.stages[0]?.name, "build");
  assert.equal(findStage(file, "BUILD")?.index, 0);
});

test("of two stages of one name the later is found", () => {
  assert.equal(findStage(parse("FROM a AS x\nFROM b AS x\n"), "x")?.index, 1);
});

test("a number is an index for COPY, and a name for nobody", () => {
  const file = parse("FROM a\nFROM b\n");
  assert.equal(findStage(file, "1")?.index, 1);
  assert.equal(findStage(file, "2"), undefined);
  assert.equal(findStageByName(file, "1"), undefined);
});

test("a stage without a name is called by its number", () => {
  const [first, second] = parse("FROM a\nFROM b AS c\n").stages;
  assert.ok(first !== undefined && second !== undefined);
  assert.deepEqual([stageTitle(first), stageTitle(second)], ["stage-0", "c"]);
});

suite("what a stage is built on", () => {
  test("is a stage above of exactly that name, the last one of several", () => {
    assert.deepEqual(bases("FROM a AS b\nFROM a AS b\nFROM b\n").at(-1), {
      kind: "stage",
      stage: 1,
    });
  });

  test("is never a stage below or itself", () => {
    assert.deepEqual(bases("FROM b AS b\nFROM a AS c\n")[0], { kind: "image", image: "b" });
  });

  test("is an image when the name is written in upper case", () => {
    assert.deepEqual(bases("FROM a AS b\nFROM B\n")[1], { kind: "image", image: "B" });
  });

  test("is nothing for scratch, and unknown for a blank name", () => {
    assert.deepEqual(bases("FROM scratch\nFROM $x\n"), [{ kind: "scratch" }, { kind: "unknown" }]);
  });

  test("follows the defaults of global ARGs, which may use earlier ones", () => {
    assert.deepEqual(bases("ARG V=1\nARG I=node:$V\nFROM ${I:-x}\n"), [
      { kind: "image", image: "node:1" },
    ]);
  });
});
