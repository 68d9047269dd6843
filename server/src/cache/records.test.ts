import assert from "node:assert/strict";
import { test } from "node:test";
import { BuildRecords, maxBuilds } from "./records.ts";

function addBuild(records: BuildRecords, operation: string): void {
  const used = records.nextBuild;
  records.addEntry({
    operation,
    parent: "p",
    reads: [{ content: "c" }],
    result: `${operation}!`,
    used,
  });
  records.addOperation(operation, { kind: "exec", parts: { command: operation }, variables: [] });
  records.addCost(operation, { seconds: 1, bytes: 2 });
  records.addFiles("c", { path: ["digest", "stat"] });
  records.addOutcome(operation, true);
  const step = {
    keyword: "RUN",
    text: operation,
    operation,
    parent: "p",
    result: `${operation}!`,
    contents: ["c"],
  };
  records.addBuild({ finished: used, project: "p", frontend: "", steps: [step] });
}

test("what is written is read back", () => {
  const records = new BuildRecords();
  addBuild(records, "x");
  const text = records.serialize();
  const read = BuildRecords.read(text);
  assert.equal(read.serialize(), text);
  assert.deepEqual(read.entries("x"), records.entries("x"));
  assert.deepEqual(read.cost("x"), { seconds: 1, bytes: 2 });
  assert.deepEqual(read.outcomes("x"), { same: 1, of: 1 });
  assert.equal(read.builds.length, 1);
});

test("no damage to the text makes it throw, and what is whole is kept", () => {
  const records = new BuildRecords();
  addBuild(records, "x");
  addBuild(records, "y");
  const text = records.serialize();
  for (let end = 0; end < text.length; end += 7) {
    assert.equal(BuildRecords.read(text.slice(0, end)).builds.length, 0);
  }
  for (const other of [
    "",
    "null",
    "[]",
    "1",
    '{"version":1}',
    '{"version":1,"builds":{},"entries":[1],"costs":[["a"]]}',
    '{"version":99}',
  ]) {
    assert.equal(BuildRecords.read(other).builds.length, 0, other);
  }
  const stored = JSON.parse(text) as { entries: unknown[]; builds: unknown[] };
  stored.entries[0] = { operation: 1 };
  stored.builds[0] = { number: "no" };
  const read = BuildRecords.read(JSON.stringify(stored));
  assert.equal(read.builds.length, 1);
  assert.equal(read.entries("x").length + read.entries("y").length, 1);
});

test("only the last builds are remembered, and what they used", () => {
  const records = new BuildRecords();
  addBuild(records, "old");
  addBuild(records, "kept");
  for (let count = 0; count < maxBuilds - 1; count++) {
    addBuild(records, "new");
  }
  assert.equal(records.builds.length, maxBuilds);
  assert.deepEqual(records.entries("old"), []);
  assert.equal(records.cost("old"), undefined);
  assert.equal(records.entries("kept").length, 1);
});

test("the same way to the same result is kept once, another result replaces it", () => {
  const records = new BuildRecords();
  addBuild(records, "x");
  addBuild(records, "x");
  assert.equal(records.entries("x").length, 1);
  records.addEntry({
    operation: "x",
    parent: "p",
    reads: [{ content: "c" }],
    result: "other",
    used: 3,
  });
  assert.deepEqual(
    records.entries("x").map(({ result }) => result),
    ["other"],
  );
});

test("outcomes are those of the last twelve times", () => {
  const records = new BuildRecords();
  for (let count = 0; count < 20; count++) {
    records.addOutcome("x", count >= 15);
  }
  assert.deepEqual(records.outcomes("x"), { same: 5, of: 12 });
});
