import assert from "node:assert/strict";
import { test } from "node:test";
import { namedStages } from "./buildStages.ts";

test("named stages are found with their lines, whatever the case and the flags", () => {
  const text =
    "# FROM x AS comment\nFROM a AS build\nRUN y\nfrom --platform=linux/amd64 b as Final\nFROM c\n";
  assert.deepEqual(namedStages(text), [
    { name: "build", line: 1 },
    { name: "Final", line: 3 },
  ]);
});
